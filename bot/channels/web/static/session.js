/**
 * Who this page is to the server: on our own page whoever holds the conversation's id, in a widget whoever holds a session token.
 * The token is kept nowhere; a talk that nobody signed for is found again by its id.
 */

import { ChatFailure, failureOf, request } from './http.js';
import { isWidget } from './host.js';
import { forgetAll, keep, recall } from './storage.js';

const RENEW_BEFORE_MS = 5 * 60 * 1000;
const { site } = document.documentElement.dataset;

/** The talk, as long as the tab or, if the reader wants, for longer. */
export const conversation = {
  /** @type {string|null} */
  id: null,
  /** Id of the last event that was shown: a reloaded page goes on from there. */
  heard: '',
  /** The site has said whose talk it is: then its id opens nothing, and is not kept. */
  isKnown: false,
  /** Grows whenever the talk is given up: what was on its way then must not bring it back. */
  era: 0,
  restore() {
    this.id = recall('conversation_id') || null;
    this.heard = recall('heard');
    return this.id !== null;
  },
  /** @param {string} id */
  keep(id) {
    this.id = id;
    if (!this.isKnown) keep('conversation_id', id);
  },
  /** @param {string} id */
  hear(id) {
    this.heard = id;
    if (!this.isKnown) keep('heard', id);
  },
  forget() {
    this.id = null;
    this.heard = '';
    this.isKnown = false;
    this.era += 1;
    session = null;
    opening = null;
    forgetAll();
  },
};

/** @type {{token: string, until: number}|null} */
let session = null;
/** @type {Promise<void>|null} */
let opening = null;

/** Headers of a message. @returns {Promise<Record<string, string>>} @throws {ChatFailure} */
export async function speaking() {
  return isWidget ? { Authorization: `Bearer ${await token()}` } : {};
}

/** Headers of what is read. @returns {Promise<Record<string, string>>} @throws {ChatFailure} */
export async function hearing() {
  return { Authorization: `Bearer ${isWidget ? await token() : conversation.id}` };
}

/** The server does not know it any more: the next request begins another. */
export function dropToken() {
  session = null;
}

/** The talk of whom the site says it is. @param {string} jwt @returns {Promise<boolean>} whether the server believed it */
export async function identify(jwt) {
  const reply = await request('/api/widget/session', { site, identity: jwt }).catch(() => null);
  if (reply?.status !== 200) return false;
  conversation.forget();
  take(reply.body);
  return true;
}

async function token() {
  if (!session || session.until - Date.now() < RENEW_BEFORE_MS) {
    const mine = opening ??= open();
    await mine.finally(() => { if (opening === mine) opening = null; });
  }
  return session.token;
}

async function open() {
  const { era, isKnown: known } = conversation;
  const goesOn = conversation.id && !known ? { conversation_id: conversation.id } : {};
  const headers = session ? { Authorization: `Bearer ${session.token}` } : {};
  let reply = await request('/api/widget/session', { site, ...goesOn }, headers);
  if (reply.status === 404 && reply.body?.error?.code === 'conversation_not_found') reply = await request('/api/widget/session', { site });
  if (era !== conversation.era) throw new ChatFailure('Network');
  if (known && (reply.status === 401 || reply.body?.known === false)) {
    conversation.forget(); // nobody goes on where a known person was
    throw new ChatFailure('Expired');
  }
  if (reply.status !== 200) throw failureOf(reply);
  take(reply.body);
}

/** @param {{token: string, expires_in: number, conversation_id: string, known: boolean}} opened */
function take(opened) {
  session = { token: opened.token, until: Date.now() + opened.expires_in * 1000 };
  conversation.isKnown = opened.known;
  conversation.keep(opened.conversation_id);
}
