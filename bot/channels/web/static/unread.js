/** What came while nobody looked: counted in the title, and on the launcher outside of the frame. */

import { isWidget, tell } from './host.js';
import { say } from './labels.js';

let count = 0;
/** A widget begins closed. */
let isOpen = !isWidget;

/** Something came. */
export function arrived() {
  if (isOpen && !document.hidden) return;
  count += 1;
  show();
}

/** @param {boolean} on whether the widget is unfolded */
export function setOpen(on) {
  isOpen = on;
  seen();
}

/** Also after a change of language. */
export function show() {
  document.title = count ? `(${count}) ${say('name')}` : say('name');
  tell('unread', { count });
}

function seen() {
  if (!count || !isOpen || document.hidden) return;
  count = 0;
  show();
}

document.addEventListener('visibilitychange', seen);
