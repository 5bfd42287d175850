/** Thumbs under an answer; a thumb down may say why. */

import { button, node } from './drawing.js';
import { label, say } from './labels.js';

const REASONS = ['reasonMissed', 'reasonVague', 'reasonWrong', 'reasonOther'];

/** One rating a reply; it can be given again where it did not arrive. @param {(rating: 'up'|'down', reason: string) => Promise<boolean>} onRating */
export function ratingButtons(onRating) {
  const group = grouped('rating', 'rating');
  const outcome = node('span', 'rating__outcome');
  outcome.setAttribute('role', 'status');
  const thumbs = { up: button('up', () => send('up', '')), down: button('down', () => { reasons.hidden = !reasons.hidden; spread(); reasons.scrollIntoView({ block: 'nearest' }); }) };
  const reasons = grouped('reasons', 'why', ...REASONS.map((key) => button(key, () => send('down', key))));
  reasons.prepend(label(node('span', 'reasons__why'), 'why'));
  reasons.hidden = true;
  const spread = () => thumbs.down.setAttribute('aria-expanded', String(!reasons.hidden));
  spread();

  /** @param {'up'|'down'} rating @param {string} reason */
  async function send(rating, reason) {
    const buttons = [...group.querySelectorAll('button')];
    for (const each of buttons) each.disabled = true;
    const kept = await onRating(rating, reason && say(reason));
    for (const each of buttons) each.disabled = kept;
    if (kept) {
      thumbs[rating].setAttribute('aria-pressed', 'true');
      reasons.hidden = true;
      spread();
    }
    label(outcome, kept ? 'rated' : 'notRated');
  }

  group.append(thumbs.up, thumbs.down, outcome, reasons);
  return group;
}

/** @param {string} className @param {string} key @param {Node[]} children */
function grouped(className, key, ...children) {
  const group = node('div', className, ...children);
  group.setAttribute('role', 'group');
  group.dataset.label = key;
  group.setAttribute('aria-label', say(key));
  return group;
}
