/** Where the reader writes: sending keys, growing height, the room that is left. */

import { label, unlabel } from './labels.js';
import { keep, recall } from './storage.js';

const COUNTER_FROM = 900;
const form = document.getElementById('composer');
const input = document.getElementById('question');
const send = document.getElementById('send');
const counter = document.getElementById('counter');

/** @param {(text: string) => boolean} accept says whether the text was taken; if not, it stays for another try */
export function onSubmit(accept) {
  const submit = () => {
    const text = input.value.trim();
    if (text && accept(text)) refill('');
    input.focus();
  };
  form.addEventListener('submit', (event) => { event.preventDefault(); submit(); });
  input.addEventListener('keydown', (event) => {
    if (!isSendingKey(event)) return;
    event.preventDefault();
    submit();
  });
  input.addEventListener('input', fit);
  if (isEmpty()) refill(recall('draft'));
}

/** @param {KeyboardEvent} event */
function isSendingKey(event) {
  // While an input method composes, Enter picks a word (229 is how older browsers say so).
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}

/** @param {string} text */
export function refill(text) {
  input.value = text;
  fit();
}

export const isEmpty = () => input.value.trim() === '';

export function focus() {
  input.focus({ preventScroll: true });
}

/** Not `disabled`: that would take the focus away in the middle of a talk. @param {boolean} on */
export function setWaiting(on) {
  send.setAttribute('aria-disabled', String(on));
}

function fit() {
  keep('draft', input.value);
  const borders = input.offsetHeight - input.clientHeight;
  input.style.height = 'auto';
  input.style.height = `${input.scrollHeight + borders}px`;
  const left = input.maxLength - input.value.length;
  if (input.value.length < COUNTER_FROM) unlabel(counter);
  else label(counter, left ? 'remaining' : 'full', left);
}
