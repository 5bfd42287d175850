/**
 * What this page remembers of a talk: in the tab, or on the device where the reader wants that. Storage may be forbidden: then in memory.
 * In a widget each site has a shelf of its own.
 */

const NAMES = ['conversation_id', 'heard', 'draft', 'unsent', 'choices'];
const { site } = document.documentElement.dataset;
const at = (name) => (site ? `${name}@${site}` : name);
const memory = new Map();

/** @param {() => Storage} where @returns {Storage|null} */
function opened(where) {
  try { return where(); } catch { return null; }
}

const tab = opened(() => sessionStorage);
const device = opened(() => localStorage);

const isOnDevice = () => read(device, at('keep')) === 'true';
const shelf = () => (isOnDevice() ? device : tab);

export const keepsOnDevice = isOnDevice;

/** Browsers may give frames of other sites no storage at all. */
export const canKeepOnDevice = device !== null;

/** Moves what there is. @param {boolean} on */
export function keepOnDevice(on) {
  const kept = NAMES.map((name) => [name, recall(name)]);
  forgetAll();
  write(device, at('keep'), on ? 'true' : '');
  for (const [name, value] of kept) keep(name, value);
}

/** @param {string} name @returns {string} empty where there is nothing */
export function recall(name) {
  return read(shelf(), at(name)) ?? memory.get(name) ?? '';
}

/** @param {string} name @param {string} value empty: nothing is kept */
export function keep(name, value) {
  memory.set(name, value);
  write(shelf(), at(name), value);
}

export function forgetAll() {
  memory.clear();
  for (const name of NAMES) for (const place of [tab, device]) write(place, at(name), '');
}

/** What is the page's and not the talk's, such as its language. @param {string} name */
export const recallPreference = (name) => read(device, name);

/** @param {string} name @param {string} value */
export const keepPreference = (name, value) => write(device, name, value);

/** @param {Storage|null} place @param {string} name */
function read(place, name) {
  try { return place?.getItem(name) ?? null; } catch { return null; }
}

/** @param {Storage|null} place @param {string} name @param {string} value */
function write(place, name, value) {
  try {
    if (value) place?.setItem(name, value);
    else place?.removeItem(name);
  } catch { /* full or forbidden: memory has it */ }
}
