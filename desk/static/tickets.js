// The list of tickets keeps itself up to date, but never under the hands of whoever works in it by keyboard.
"use strict";

const list = document.getElementById("list");
const news = document.querySelector("[data-news]");

// The stream's first event tells what this page was made with: nothing to fetch.
list.addEventListener("sse:changed", (event) => {
  if (event.detail === list.dataset.version) event.stopImmediatePropagation();
  list.dataset.version = event.detail;
}, { capture: true });

document.addEventListener("htmx:beforeRequest", (event) => {
  const cause = event.detail.requestConfig.triggeringEvent;
  if (event.target !== list || !cause || cause.type !== "sse:changed" || !list.contains(document.activeElement)) return;
  event.preventDefault();
  news.hidden = false;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === list) news.hidden = true;
});
document.querySelector("[data-show-news]").addEventListener("click", () => htmx.trigger(list, "refresh"));
list.addEventListener("focusout", (event) => {
  if (!news.hidden && !list.contains(event.relatedTarget)) htmx.trigger(list, "refresh");
});
