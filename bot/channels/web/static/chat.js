/** The chat page: what the reader does, and what the page does then. */

import { ask, conversation, rate } from './api.js';
import * as composer from './composer.js';
import { listen, stopListening } from './listening.js';
import { currentLanguage, label, say, unlabel } from './labels.js';
import { applyPreferences } from './preferences.js';
import { atEnd, forgetUnseen, offerJumpTo, onJump, reveal } from './scroll.js';
import { drawSuggestions, foldSuggestions } from './suggestions.js';
import * as transcript from './transcript.js';

/** What is sent (`payload`) may differ from what is shown; `typed` tells the reader's own words from a button's. */
/** @typedef {{payload: string, typed: boolean, message: HTMLElement}} Question */

const NOTICE_MS = 5000;
const notice = document.getElementById('notice');
const restart = document.getElementById('restart');
const automatic = document.querySelector('.bar__name p');
const speaker = document.getElementById('speaker');
const tools = document.getElementById('tools');
const typing = document.getElementById('typing');

/** One message at a time: the server answers a conversation in order. */
let waiting = false;

/** @param {string} title @param {string} [payload] @param {boolean} [typed] @returns {boolean} whether it was taken */
function put(title, payload = title, typed = false) {
  if (waiting) return false;
  transcript.retirePrompts();
  foldSuggestions(true);
  tools.hidden = false;
  deliver({ payload, typed, message: transcript.addQuestion(title) });
  return true;
}

/** @param {Question} question */
async function deliver(question) {
  if (waiting) return;
  transcript.clearFailure(question.message);
  setWaiting(true);
  reveal(question.message);
  focusAfter(question);
  const replies = await ask(question.payload, currentLanguage()).catch((failure) => showFailure(question, failure));
  if (!replies) return;
  showReplies(question, replies);
  listenOn();
}

/** From the first turn on, officers may speak. */
function listenOn() {
  listen(conversation, {
    message(news) {
      const following = atEnd();
      const shown = news.author === 'officer' ? transcript.addOfficer(news) : transcript.addSystem(news.text);
      if (following) reveal(shown);
      else offerJumpTo(shown);
    },
    speaker(officer) {
      if (officer) label(speaker, 'withOfficer', officer.bureau);
      else unlabel(speaker);
      label(automatic, officer ? 'withOfficer' : 'automatic', officer?.bureau);
    },
  });
}

/** The view keeps question and answer together. @param {Question} question @param {import('./api.js').Message[]} replies */
function showReplies({ payload, message }, replies) {
  const following = atEnd();
  setWaiting(false);
  const [first] = replies.map((reply) => transcript.addReply(reply, (choice) => put(choice.title, choice.payload), (rating) => rate(payload, rating)));
  if (following) reveal(message);
  else if (first) offerJumpTo(first);
}

/** @param {Question} question @param {import('./api.js').ChatFailure} failure */
function showFailure(question, failure) {
  const following = atEnd();
  setWaiting(false);
  const edit = failure.kind === 'Input' && question.typed ? () => takeBack(question) : null;
  transcript.showFailure(question.message, failure, () => deliver(question), edit);
  if (following) reveal(question.message);
  else offerJumpTo(question.message);
}

/** Refused words go back to the input, unless the reader is already writing something else there. @param {Question} question */
function takeBack({ payload, message }) {
  if (composer.isEmpty()) {
    message.remove();
    composer.refill(payload);
  }
  composer.focus();
}

/** @param {boolean} on */
function setWaiting(on) {
  waiting = on;
  document.body.classList.toggle('is-waiting', on);
  composer.setWaiting(on);
  if (on) label(typing, 'typing');
  else unlabel(typing);
}

/** After a tap, focus on the input would raise a keyboard over the answer: the message takes it. @param {Question} question */
function focusAfter({ typed, message }) {
  if (typed || matchMedia('(pointer: fine)').matches) composer.focus();
  else message.focus({ preventScroll: true });
}

function startOver() {
  if (waiting || !confirm(say('confirmRestart'))) return;
  stopListening();
  unlabel(speaker);
  conversation.forget();
  transcript.clear();
  forgetUnseen();
  foldSuggestions(false);
  tools.hidden = true;
  scrollTo(0, 0);
  composer.focus();
}

/** @param {'offline'|'online'} key */
function announceNetwork(key) {
  label(notice, key);
  if (key === 'online') setTimeout(() => { if (notice.dataset.text === 'online') unlabel(notice); }, NOTICE_MS);
}

function begin() {
  applyPreferences(() => drawSuggestions((question) => put(question)));
  foldSuggestions(false);
  if (conversation.restore()) {
    transcript.addRemark('continued');
    tools.hidden = false;
    listenOn();
  }
  if (!navigator.onLine) announceNetwork('offline');
  composer.onSubmit((text) => put(text, text, true));
  restart.addEventListener('click', startOver);
  onJump(composer.focus);
  addEventListener('offline', () => announceNetwork('offline'));
  addEventListener('online', () => announceNetwork('online'));
  transcript.unfoldForPrint();
}

begin();
