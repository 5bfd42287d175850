/**
 * The chat API, as /api/openapi.json describes it.
 *
 * @typedef {{clause: string, number: string, title: string, quote: string}} Citation
 * @typedef {{principal: string[], supporting: string[]}} Bureaus
 * @typedef {{status: 'answered'|'abstained', citations: Citation[], bureaus: Bureaus, score: number}} Answer
 * @typedef {{title: string, payload: string}} Choice
 * @typedef {{text: string, answer: Answer|null, choices: Choice[]}} Message
 * @typedef {{bureau: string, name: string}} Speaker an officer in the bot's place
 * @typedef {{conversation_id: string, with_officer: Speaker|null, messages: Message[]}} Turn
 * @typedef {'Offline'|'Network'|'Timeout'|'Busy'|'TooFast'|'Input'} FailureKind
 */

const PATIENCE_MS = 8000;
const BAD_INPUT = [400, 413, 415, 422];

/** Why a message got no reply, in terms that the reader can act on. */
export class ChatFailure extends Error {
  /** @param {FailureKind} kind @param {number} [seconds] how long to wait, where the server said so */
  constructor(kind, seconds = 0) {
    super(kind);
    this.kind = kind;
    this.seconds = seconds;
  }
}

/** The id lives as long as the tab. Storage may be forbidden: then it lives as long as the page. */
export const conversation = {
  /** @type {string|null} */
  id: null,
  restore() {
    try {
      this.id = sessionStorage.getItem('conversation_id');
      this.heard = sessionStorage.getItem('heard') ?? '';
    } catch { this.id = null; }
    return this.id !== null;
  },
  /** @param {string} id */
  keep(id) {
    this.id = id;
    try { sessionStorage.setItem('conversation_id', id); } catch { /* kept in memory */ }
  },
  forget() {
    this.id = null;
    this.heard = '';
    try {
      sessionStorage.removeItem('conversation_id');
      sessionStorage.removeItem('heard');
    } catch { /* was only in memory */ }
  },
  /** Id of the last event that was shown: a reloaded page goes on from there. */
  heard: '',
  /** @param {string} id */
  hear(id) {
    this.heard = id;
    try { sessionStorage.setItem('heard', id); } catch { /* kept in memory */ }
  },
};

/**
 * One turn of the talk.
 * @param {string} text @param {string} language
 * @returns {Promise<Message[]>} none where an officer was told: their answer comes by itself
 * @throws {ChatFailure}
 */
export async function ask(text, language) {
  let reply = await post(text, language);
  if (reply.status === 404 && reply.body?.error?.code === 'conversation_not_found') {
    // The server forgot the talk (expiry, restart): the reader need not know, a new one begins.
    conversation.forget();
    reply = await post(text, language);
  }
  const messages = reply.status === 200 ? reply.body?.messages : null;
  if (!messages?.length && !reply.body?.with_officer) throw failureOf(reply);
  conversation.keep(reply.body.conversation_id);
  return messages;
}

/** @param {string} question @param {'up'|'down'} rating @returns {Promise<boolean>} whether it was kept */
export async function rate(question, rating) {
  try {
    return (await send('/api/feedback', { question, rating, conversation_id: conversation.id })).status === 204;
  } catch {
    return false;
  }
}

/** @param {string} text @param {string} language */
function post(text, language) {
  return send('/api/chat', { text, language, ...(conversation.id && { conversation_id: conversation.id }) });
}

/** @param {string} address @param {object} body */
async function send(address, body) {
  const abort = new AbortController();
  const alarm = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: abort.signal,
    });
    const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
    return { status: response.status, wait: wait || 0, body: parse(await response.text()) };
  } catch {
    if (abort.signal.aborted) throw new ChatFailure('Timeout');
    throw new ChatFailure(navigator.onLine ? 'Network' : 'Offline');
  } finally {
    clearTimeout(alarm);
  }
}

/** A gateway in between may answer with a page of its own. @param {string} body */
function parse(body) {
  try { return JSON.parse(body); } catch { return null; }
}

/** @param {{status: number, wait: number}} reply */
function failureOf({ status, wait }) {
  if (status === 429) return new ChatFailure('TooFast', wait);
  return new ChatFailure(BAD_INPUT.includes(status) ? 'Input' : 'Busy');
}
