// The entry's editor: line numbers that follow the text, and faults that lead to their line.
"use strict";

const code = document.querySelector("[data-code]");
const gutter = document.querySelector("[data-gutter]");

function number() {
  const lines = code.value.split("\n").length;
  while (gutter.querySelectorAll("span").length < lines) {
    const span = document.createElement("span");
    span.textContent = gutter.querySelectorAll("span").length + 1;
    gutter.append(span, "\n");
  }
  [...gutter.querySelectorAll("span")].forEach((span, place) => { span.hidden = place >= lines; });
  gutter.scrollTop = code.scrollTop;
}

function lead(line) {
  const lines = code.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  code.focus();
  code.setSelectionRange(start, start + (lines[line - 1] || "").length);
  code.scrollTop = (line - 3) * (code.scrollHeight / lines.length);
}

if (code && gutter) {
  code.addEventListener("input", number);
  code.addEventListener("scroll", () => { gutter.scrollTop = code.scrollTop; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    lead(Number(link.dataset.line));
  });
  number();
}
