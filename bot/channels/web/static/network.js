/** Whether there is a network, in a line above the input. */

import { label, unlabel } from './labels.js';

const NOTICE_MS = 5000;
const notice = document.getElementById('notice');

/** From now on. */
export function announceNetwork() {
  if (!navigator.onLine) label(notice, 'offline');
  addEventListener('offline', () => label(notice, 'offline'));
  addEventListener('online', () => {
    label(notice, 'online');
    setTimeout(() => { if (notice.dataset.text === 'online') unlabel(notice); }, NOTICE_MS);
  });
}
