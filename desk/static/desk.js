// What pages do by themselves. Every page also works without it.
"use strict";

const html = document.documentElement;
html.classList.add("scripted");

// Server-sent events: <div sse-connect="/desk/…"> gets an event "sse:NAME" for each one, which htmx takes for a trigger.
// A hidden page lets go of its connection, as browsers allow six to one server; with sse-keep it stays.
const streams = new Map();
let lost = 0;

function showLost() {
  document.querySelector("[data-live-lost]").hidden = lost === 0;
}

function connect(element) {
  if (streams.has(element)) return;
  const source = new EventSource(element.getAttribute("sse-connect"));
  const stream = { source, isLost: false };
  streams.set(element, stream);
  const setLost = (isLost) => {
    lost += Number(isLost) - Number(stream.isLost);
    stream.isLost = isLost;
    showLost();
  };
  source.onopen = () => setLost(false);
  source.onerror = () => {
    setLost(true);
    if (source.readyState !== EventSource.CLOSED) return;
    disconnect(element, false); // refused: the browser does not try again by itself
    setTimeout(() => isWanted(element) && connect(element), 5000);
  };
  for (const name of ["changed", "ended", ...(element.getAttribute("sse-events") || "").split(" ").filter(Boolean)]) {
    source.addEventListener(name, (event) => {
      if (name === "ended") return location.reload();
      element.dispatchEvent(new CustomEvent(`sse:${name}`, { detail: event.data }));
    });
  }
  stream.setLost = setLost;
}

function disconnect(element, forgetLost = true) {
  const stream = streams.get(element);
  if (!stream) return;
  stream.source.close();
  if (forgetLost) stream.setLost(false);
  else {
    lost -= Number(stream.isLost);
    stream.isLost = false;
  }
  streams.delete(element);
}

function isWanted(element) {
  return element.isConnected && (!document.hidden || element.hasAttribute("sse-keep"));
}

function look() {
  for (const element of streams.keys()) if (!isWanted(element)) disconnect(element);
  for (const element of document.querySelectorAll("[sse-connect]")) if (isWanted(element)) connect(element);
}

document.addEventListener("visibilitychange", look);
document.addEventListener("htmx:afterSwap", look);
addEventListener("pagehide", () => [...streams.keys()].forEach((element) => disconnect(element)));
addEventListener("pageshow", look);
look();

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf]").content;
  const cause = event.detail.triggeringEvent;
  if (cause && cause.type.startsWith("sse:")) event.detail.headers["X-Desk-Live"] = "1";
});

// <form data-confirm="…"> asks first; <button data-print> prints; <select data-submit> sends its form when changed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = (event.submitter && event.submitter.dataset.confirm) || form.dataset.confirm;
  if (question && !confirm(question)) return event.preventDefault();
  // A second click must not send a form twice.
  if (form.method === "post") {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 3000);
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});

// <textarea data-keep> warns before what was typed is left behind.
const isTyped = () => [...document.querySelectorAll("textarea[data-keep]")].some((area) => area.value !== area.defaultValue);
let isSending = false;
document.addEventListener("submit", () => { isSending = true; });
addEventListener("beforeunload", (event) => {
  if (!isSending && isTyped()) event.preventDefault();
});
