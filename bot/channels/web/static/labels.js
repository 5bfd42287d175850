/** The page's language: what it is now, and how elements follow it when it changes. */

import { asked } from './host.js';
import { TEXTS } from './texts.js';

/** @type {import('./texts.js').Language} */
let language = 'zh-Hans';
/** What the site says in its own words. @type {Record<string, Record<string, string>>} */
const ownWords = JSON.parse(document.documentElement.dataset.words ?? '{}');
const ownName = (asked.get('title') ?? '').slice(0, 40);

export const currentLanguage = () => language;

/** @param {string} key @param {number|string} [n] */
export function say(key, n = '') {
  const text = (key === 'name' && ownName) || ownWords[language]?.[key] || TEXTS[language][key];
  return text.replace('{n}', String(n));
}

/**
 * Gives an element a text that follows the language.
 * @template {Element} E
 * @param {E} element @param {string} key @param {number|string} [n]
 * @returns {E}
 */
export function label(element, key, n = '') {
  element.dataset.text = key;
  element.dataset.n = String(n);
  element.textContent = say(key, n);
  return element;
}

/** An emptied line must stay empty when the language changes. @param {HTMLElement} element */
export function unlabel(element) {
  delete element.dataset.text;
  element.replaceChildren();
}

/** @param {import('./texts.js').Language} next */
export function speak(next) {
  language = next;
  document.documentElement.lang = TEXTS[next].lang;
  for (const element of document.querySelectorAll('[data-text]')) label(element, element.dataset.text, element.dataset.n);
  for (const element of document.querySelectorAll('[data-label]')) element.setAttribute('aria-label', say(element.dataset.label));
  for (const element of document.querySelectorAll('[data-placeholder]')) element.placeholder = say(element.dataset.placeholder);
}

/** Which voice should read this text aloud: an English answer may still name Chinese documents. @param {string} text */
export function voiceFor(text) {
  const chinese = text.match(/\p{Script=Han}/gu) ?? [];
  const latin = text.match(/[a-z]/gi) ?? [];
  if (latin.length > chinese.length * 4) return 'en';
  return language === 'zh-Hant' ? 'zh-Hant' : 'zh-CN';
}
