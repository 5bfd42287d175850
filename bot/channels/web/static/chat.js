/** The chat page: what the reader does, and what the page does then. */

import { rate } from './api.js';
import { confirmed } from './asking.js';
import * as composer from './composer.js';
import { isWidget, onHost, tell } from './host.js';
import { label, unlabel } from './labels.js';
import { listen, stopListening } from './listening.js';
import { announceNetwork } from './network.js';
import { abandon, deliver, isWaiting, newId, onOutcome, rest, unsent } from './outbox.js';
import { applyPreferences } from './preferences.js';
import { keepChoices, redraw } from './restoring.js';
import { atEnd, forgetUnseen, offerJumpTo, onJump, reveal, toEnd } from './scroll.js';
import { conversation, identify } from './session.js';
import { drawSuggestions, foldSuggestions } from './suggestions.js';
import * as transcript from './transcript.js';
import { arrived, setOpen, show as showUnread } from './unread.js';

const TICKET_QUESTION = '我的申请到哪了';
const automatic = document.querySelector('.bar__name p');
const speaker = document.getElementById('speaker');
const tools = document.getElementById('tools');
const typing = document.getElementById('typing');

/** @param {string} title @param {string} [payload] @param {boolean} [typed] @returns {boolean} whether it was taken */
function put(title, payload = title, typed = false) {
  if (isWaiting()) return false;
  transcript.retirePrompts();
  rest();
  foldSuggestions(true);
  tools.hidden = false;
  const message = transcript.addQuestion(title);
  deliver({ title, payload, typed, clientId: newId(), message });
  reveal(message);
  focusAfter(typed, message);
  return true;
}

/** From the first turn on, officers may speak. */
function listenOn() {
  listen(conversation, {
    message(news) {
      const following = atEnd();
      const shown = news.author === 'officer' ? transcript.addOfficer(news) : transcript.addSystem(news.text);
      if (following) reveal(shown);
      else offerJumpTo(shown);
      arrived();
    },
    speaker(officer) {
      const following = atEnd();
      if (officer) label(speaker, 'withOfficer', officer.bureau);
      else unlabel(speaker);
      label(automatic, officer ? 'withOfficer' : 'automatic', officer?.bureau);
      if (officer && following) toEnd(); // the input has grown by a line
    },
    expired,
  });
}

/** The view keeps question and answer together. */
function onReplies({ payload, message, again }, replies) {
  keepChoices(replies.at(-1));
  if (again) return redraw(choose).then(listenOn, () => showReplies({ payload, message }, replies)); // it may be in the transcript already
  showReplies({ payload, message }, replies);
}

/** @param {{payload: string, message: HTMLElement}} question @param {import('./api.js').Message[]} replies */
function showReplies({ payload, message }, replies) {
  const following = atEnd();
  const [first] = replies.map((reply) => transcript.addReply(reply, choose, (rating, reason) => rate(payload, rating, reason)));
  if (following) reveal(message);
  else if (first) offerJumpTo(first);
  if (first) arrived();
  listenOn();
}

/** @param {import('./outbox.js').Question} question @param {import('./http.js').ChatFailure} failure */
function onFailure({ message }, { kind }) {
  if (kind === 'Expired') return expired();
  if (atEnd()) reveal(message);
  else offerJumpTo(message);
}

/** Refused words go back to the input, unless the reader is already writing something else there. */
function onEdit({ payload, message }) {
  if (composer.isEmpty()) {
    message.remove();
    composer.refill(payload);
  }
  composer.focus();
}

/** @param {boolean} on */
function onWaiting(on) {
  document.body.classList.toggle('is-waiting', on);
  composer.setWaiting(on);
  if (on) label(typing, 'typing');
  else unlabel(typing);
}

/** After a tap, focus on the input would raise a keyboard over the answer: the message takes it. @param {boolean} typed @param {HTMLElement} message */
function focusAfter(typed, message) {
  if (typed || matchMedia('(pointer: fine)').matches) composer.focus();
  else message.focus({ preventScroll: true });
}

/** @param {import('./api.js').Choice} choice */
const choose = (choice) => put(choice.title, choice.payload);

function startOver() {
  conversation.forget();
  emptyView();
}

function emptyView() {
  abandon();
  stopListening();
  unlabel(speaker);
  label(automatic, 'automatic');
  transcript.clear();
  forgetUnseen();
  foldSuggestions(false);
  tools.hidden = true;
  scrollTo(0, 0);
}

/** Whoever the site signed for is not there any more, as far as we know. */
function expired() {
  startOver();
  transcript.addRemark('expired');
}

/** What was said before, in this tab or on this device; and what was on its way when the page was left. */
async function goOn() {
  const left = unsent();
  tools.hidden = false;
  foldSuggestions(true);
  const { era } = conversation;
  if (conversation.id) {
    await redraw(choose).catch(() => transcript.addRemark('continued'));
    listenOn();
  }
  if (left && era === conversation.era) deliver({ ...left, again: true, message: transcript.addQuestion(left.title) });
}

function begin() {
  onOutcome({ onReplies, onFailure, onEdit, onWaiting });
  applyPreferences(() => { drawSuggestions((question) => put(question)); showUnread(); });
  foldSuggestions(false);
  if (conversation.restore() || unsent()) goOn();
  announceNetwork();
  composer.onSubmit((text) => put(text, text, true));
  document.getElementById('restart').addEventListener('click', async () => {
    if (isWaiting() || !(await confirmed())) return;
    startOver();
    composer.focus();
  });
  document.getElementById('ask-ticket').addEventListener('click', () => put(TICKET_QUESTION));
  onJump(composer.focus);
  transcript.readyForPrint();
  if (isWidget) beginInFrame();
}

function beginInFrame() {
  const close = document.getElementById('close');
  close.hidden = false;
  close.addEventListener('click', () => tell('close'));
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) tell('close'); });
  onHost({
    opened() { setOpen(true); if (matchMedia('(pointer: fine)').matches) composer.focus(); },
    closed() { setOpen(false); },
    reset() { startOver(); composer.refill(''); },
    async identify({ jwt }) {
      if (typeof jwt !== 'string') return;
      stopListening();
      if (!(await identify(jwt))) return listenOn();
      emptyView();
      goOn();
    },
  });
}

begin();
