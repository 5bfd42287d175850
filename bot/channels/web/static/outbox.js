/**
 * Sends the reader's messages, one at a time: the server answers a conversation in order. One that got no answer is sent again under
 * the same id, by itself and on request, until it is answered, the reader goes on with another, or it has taken too long.
 *
 * What is sent (`payload`) may differ from what is shown (`title`); `typed` tells the reader's own words from a button's.
 * @typedef {{title: string, payload: string, typed: boolean, clientId: string, message: HTMLElement}} Question
 */

import { ask } from './api.js';
import { ChatFailure } from './http.js';
import { currentLanguage } from './labels.js';
import { backoff, pause } from './pause.js';
import { conversation } from './session.js';
import { keep, recall } from './storage.js';
import { clearFailure, moveToEnd, setState, showFailure, stopTrying } from './transcript.js';

const TRIES = 30; // a quarter of an hour

let waiting = false;
/** Grows whenever the talk is given up: an answer to what was said before is nobody's then. */
let era = 0;
/** The one that is tried again by itself. @type {{question: Question, attempt: number, stop: AbortController}|null} */
let pending = null;

export const isWaiting = () => waiting;

/**
 * @typedef {object} Outcome
 * @property {(on: boolean) => void} onWaiting
 * @property {(question: Question, replies: import('./api.js').Message[]) => void} onReplies
 * @property {(question: Question, failure: ChatFailure) => void} onFailure after it was shown
 * @property {(question: Question) => void} onEdit
 */

/** @type {Outcome} */
let outcome;

/** @param {Outcome} handlers */
export function onOutcome(handlers) {
  outcome = handlers;
}

/** @returns {Omit<Question, 'message'>|null} what a reloaded page has not seen an answer to */
export function unsent() {
  try { return JSON.parse(recall('unsent') || 'null'); } catch { return null; }
}

/** @param {Question} question @param {number} [attempt] above 0 where it is tried again by itself: what is shown stays as it is */
export async function deliver(question, attempt = 0) {
  if (waiting) return;
  forgetPending();
  const { message, ...kept } = question;
  if (!conversation.isKnown) keep('unsent', JSON.stringify(kept));
  if (!attempt) {
    clearFailure(message);
    moveToEnd(message);
    setState(message, 'sending');
  }
  setWaiting(true);
  const mine = era;
  let reply;
  try {
    reply = await ask(question.payload, currentLanguage(), question.clientId);
    if (mine !== era) return;
  } catch (error) {
    if (mine !== era) return;
    setWaiting(false);
    fail(question, error instanceof ChatFailure ? error : new ChatFailure('Network'), attempt);
    return;
  }
  conversation.keep(reply.conversation_id);
  keep('unsent', '');
  clearFailure(message);
  if (attempt) moveToEnd(message);
  setState(message, 'sent');
  setWaiting(false);
  outcome.onReplies(question, reply.messages);
}

/** What was waiting to be tried again by itself does so no more. */
function forgetPending() {
  pending?.stop.abort();
  pending = null;
}

/** The reader goes on: it is tried again only when they say so. */
export function rest() {
  if (pending) stopTrying(pending.question.message);
  forgetPending();
}

/** The talk is over, whatever is on its way. */
export function abandon() {
  era += 1;
  forgetPending();
  if (waiting) setWaiting(false);
}

/** @param {Question} question @param {ChatFailure} failure @param {number} attempt */
function fail(question, failure, attempt) {
  const goesOn = failure.mayPass && attempt < TRIES;
  if (!failure.mayPass) keep('unsent', '');
  const edit = failure.kind === 'Input' && question.typed ? () => outcome.onEdit(question) : null;
  showFailure(question.message, failure, () => deliver(question), edit, goesOn);
  outcome.onFailure(question, failure);
  if (goesOn) tryLater({ question, attempt: attempt + 1, stop: new AbortController() }, failure);
}

/** @param {NonNullable<typeof pending>} next @param {ChatFailure} failure */
async function tryLater(next, failure) {
  pending = next;
  await pause(Math.max(backoff(next.attempt - 1), failure.seconds * 1000), next.stop.signal);
  if (pending === next) deliver(next.question, next.attempt);
}

/** Randomness is there without the secure context that randomUUID wants. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** @param {boolean} on */
function setWaiting(on) {
  waiting = on;
  outcome.onWaiting(on);
}
