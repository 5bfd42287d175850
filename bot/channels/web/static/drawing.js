/** Elements. Words from people and from the server become text nodes and nothing else. */

import { label, voiceFor } from './labels.js';

/** Strings among the children become text nodes. @param {string} tag @param {string} [className] @param {(Node|string)[]} children */
export function node(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** @param {string} key @param {() => void} onClick */
export function button(key, onClick) {
  const item = label(node('button', key), key);
  item.type = 'button';
  item.addEventListener('click', onClick);
  return item;
}

/** @template {HTMLElement} E @param {E} element @returns {E} */
export function spoken(element) {
  element.lang = voiceFor(element.textContent);
  return element;
}
