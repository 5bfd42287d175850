/** What the reader chose about the page itself: language and print size, kept on this device; and whether the talk is kept there too. */

import { asked, tell } from './host.js';
import { currentLanguage, speak } from './labels.js';
import { canKeepOnDevice, keepOnDevice, keepPreference, keepsOnDevice, recallPreference } from './storage.js';
import { TEXTS } from './texts.js';

const languageChoice = document.getElementById('language');
const largePrintSwitch = document.getElementById('large-print');
const keepChoice = document.getElementById('keep');
const COLOUR = /^#[0-9a-f]{6}$/i;
/** WCAG 2.1, 1.4.3: white on it can be read. */
const LEAST_CONTRAST = 4.5;

/** @param {() => void} onLanguage called now and after each change */
export function applyPreferences(onLanguage) {
  /** @param {import('./texts.js').Language} language */
  const useLanguage = (language) => {
    speak(language);
    languageChoice.value = language;
    onLanguage();
  };
  languageChoice.addEventListener('change', () => {
    useLanguage(languageChoice.value);
    keepPreference('language', currentLanguage());
  });
  largePrintSwitch.addEventListener('click', () => {
    const on = largePrintSwitch.getAttribute('aria-pressed') !== 'true';
    useLargePrint(on);
    keepPreference('large-print', String(on));
  });
  keepChoice.checked = keepsOnDevice();
  keepChoice.closest('p').hidden = !canKeepOnDevice;
  keepChoice.addEventListener('change', () => keepOnDevice(keepChoice.checked));
  useColour(asked.get('colour') ?? '');
  useLargePrint(recallPreference('large-print') === 'true');
  const wanted = [recallPreference('language'), asked.get('language')].find((language) => Object.hasOwn(TEXTS, language ?? ''));
  useLanguage(wanted ?? 'zh-Hans');
}

/** @param {boolean} on */
function useLargePrint(on) {
  document.documentElement.classList.toggle('large-print', on);
  largePrintSwitch.setAttribute('aria-pressed', String(on));
  tell('resize', { large: on });
}

/** The site's colour for the bar, where white text stays legible on it. @param {string} colour */
function useColour(colour) {
  if (!COLOUR.test(colour)) return;
  const [red, green, blue] = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  if (1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) < LEAST_CONTRAST) return;
  const { style } = document.documentElement;
  for (const [name, value] of [['--bar', colour], ['--on-bar-quiet', '#ffffff']]) style.setProperty(name, value);
}
