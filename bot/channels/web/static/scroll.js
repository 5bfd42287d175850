/** The view follows the talk unless the reader has gone up to read; then a button offers the way down. */

const NEAR_END_PX = 96;
const page = document.documentElement;
const bar = document.querySelector('.bar');
const jump = document.getElementById('jump');

/** @type {HTMLElement|null} the first message the reader has not been shown */
let unseen = null;

export function atEnd() {
  return page.scrollHeight - innerHeight - scrollY < NEAR_END_PX;
}

export function toEnd() {
  scrollTo(0, page.scrollHeight);
}

/** Goes to the end, but never past the first line of the element: a long answer is read from its top. @param {Element} element */
export function reveal(element) {
  const covered = getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0;
  const top = element.getBoundingClientRect().top + scrollY - covered - 12;
  scrollTo(0, Math.min(top, page.scrollHeight - innerHeight));
}

/** @param {HTMLElement} element */
export function offerJumpTo(element) {
  unseen ??= element;
  jump.hidden = false;
}

export function forgetUnseen() {
  unseen = null;
  jump.hidden = true;
}

/** @param {() => void} then */
export function onJump(then) {
  jump.addEventListener('click', () => {
    if (unseen) reveal(unseen);
    forgetUnseen();
    then();
  });
}

addEventListener('scroll', () => { if (atEnd()) forgetUnseen(); }, { passive: true });
