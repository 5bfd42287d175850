/** What the reader chose about the page itself: language and print size, kept on this device. */

import { currentLanguage, speak } from './labels.js';

const languageSwitch = document.getElementById('language');
const largePrintSwitch = document.getElementById('large-print');

/** @param {() => void} onLanguage called now and after each change */
export function applyPreferences(onLanguage) {
  /** @param {import('./texts.js').Language} language */
  const useLanguage = (language) => {
    speak(language);
    // The switch is written in the language it leads to.
    languageSwitch.lang = language === 'en' ? 'zh-CN' : 'en';
    onLanguage();
  };
  languageSwitch.addEventListener('click', () => {
    useLanguage(currentLanguage() === 'en' ? 'zh-Hans' : 'en');
    remember('language', currentLanguage());
  });
  largePrintSwitch.addEventListener('click', () => {
    const on = largePrintSwitch.getAttribute('aria-pressed') !== 'true';
    useLargePrint(on);
    remember('large-print', String(on));
  });
  useLargePrint(recall('large-print') === 'true');
  useLanguage(recall('language') === 'en' ? 'en' : 'zh-Hans');
}

/** @param {boolean} on */
function useLargePrint(on) {
  document.documentElement.classList.toggle('large-print', on);
  largePrintSwitch.setAttribute('aria-pressed', String(on));
}

/** @param {string} name */
function recall(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

/** @param {string} name @param {string} value */
function remember(name, value) {
  try { localStorage.setItem(name, value); } catch { /* storage forbidden: the choice holds for this page */ }
}
