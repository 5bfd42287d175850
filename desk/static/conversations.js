// The newest words stay in view, unless the officer has gone up to read; Enter sends.
"use strict";

const NEAR_END_PX = 48;
const words = document.getElementById("words");
let isAtEnd = true;

const toEnd = () => { words.scrollTop = words.scrollHeight; };
words.addEventListener("scroll", () => { isAtEnd = words.scrollHeight - words.clientHeight - words.scrollTop < NEAR_END_PX; });
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === words && isAtEnd) toEnd();
});
toEnd();

const area = document.querySelector("textarea[data-enter-sends]");
if (area) {
  area.addEventListener("keydown", (event) => {
    // While an input method composes, Enter picks a word (229 is how older browsers say so).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (area.value.trim()) area.form.requestSubmit();
  });
}
