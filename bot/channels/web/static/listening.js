/**
 * What officers and the service say outside of a turn: GET /api/chat/events, read as a stream.
 * EventSource would put the bearer token into the address; fetch sends it as a header.
 * Where something in between holds streams back until they end, and while nobody looks at the page, it asks now and then instead:
 * browsers have six connections to one server for all their tabs.
 *
 * @typedef {{author: 'officer'|'system', text: string, bureau: string, name: string, at: string}} News
 * @typedef {{message: (news: News) => void, speaker: (officer: import('./api.js').Speaker|null) => void, expired: () => void}} Heard
 */

import { backoff, pause } from './pause.js';
import { dropToken, hearing } from './session.js';

const FIRST_EVENT_WITHIN_MS = 8000;
const ASK_EVERY_MS = 4000;
const ASK_UNSEEN_EVERY_MS = 20000;

/** @type {{id: string, abort: AbortController}|null} */
let current = null;

/** Listens until told to stop; doing so twice for one conversation changes nothing. @param {typeof import('./session.js').conversation} conversation @param {Heard} heard */
export function listen(conversation, heard) {
  if (!conversation.id || current?.id === conversation.id) return;
  stopListening();
  current = { id: conversation.id, abort: new AbortController() };
  stay(conversation, heard, current);
}

export function stopListening() {
  current?.abort.abort();
  current = null;
}

/** @param {Parameters<typeof listen>[0]} conversation @param {Heard} heard @param {{id: string, abort: AbortController}} mine */
async function stay(conversation, heard, mine) {
  let attempt = 0;
  let isHeldBack = false;
  const { signal } = mine.abort;
  const onEvent = (event) => take(event, conversation, heard, mine);
  while (current === mine) {
    const asks = isHeldBack || document.hidden;
    let came = 'busy';
    try {
      const headers = { ...(await hearing()), ...(conversation.heard && { 'Last-Event-ID': conversation.heard }) };
      came = await (asks ? askOnce(headers, signal, onEvent) : stream(headers, signal, onEvent));
    } catch (error) {
      if (error.kind === 'Expired' && current === mine) {
        stopListening();
        heard.expired();
      }
      // else the network: tried again below
    }
    if (came === 'gone') return; // forgotten by the server: the next message begins a new conversation
    if (came === 'refused') dropToken();
    if (came === 'nothing') isHeldBack = true;
    attempt = came === 'news' ? 0 : attempt + 1;
    if (came !== 'hidden') await pause(asks && came === 'news' ? (document.hidden ? ASK_UNSEEN_EVERY_MS : ASK_EVERY_MS) : backoff(attempt), signal);
  }
}

/**
 * Reads the stream to its end. The server says something at once: where nothing comes, something in between holds it back.
 * @param {Record<string, string>} headers @param {AbortSignal} signal @param {(event: Record<string, string>) => void} onEvent
 * @returns {Promise<'news'|'nothing'|'busy'|'refused'|'gone'|'hidden'>} @throws where the network fails
 */
async function stream(headers, signal, onEvent) {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  const onHidden = () => { if (document.hidden) stop(); };
  document.addEventListener('visibilitychange', onHidden);
  let came = 'nothing';
  const alarm = setTimeout(stop, FIRST_EVENT_WITHIN_MS);
  try {
    const response = await fetch('/api/chat/events', { headers, signal: abort.signal, cache: 'no-store' });
    if (!response.ok) return refusal(response);
    await read(response.body, (event) => {
      clearTimeout(alarm);
      came = 'news';
      onEvent(event);
    });
  } catch (error) {
    if (document.hidden && abort.signal.aborted && !signal.aborted) return 'hidden';
    if (!abort.signal.aborted || signal.aborted || came === 'news') throw error;
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener('abort', stop);
    document.removeEventListener('visibilitychange', onHidden);
  }
  return came;
}

/** The same without a stream. @param {Record<string, string>} headers @param {AbortSignal} signal @param {(event: Record<string, string>) => void} onEvent */
async function askOnce(headers, signal, onEvent) {
  const response = await fetch('/api/chat/events?wait=0', { headers, signal, cache: 'no-store' });
  if (!response.ok) return refusal(response);
  const { messages, speaker } = await response.json();
  for (const { id, data } of messages) onEvent({ event: 'message', id, data: JSON.stringify(data) });
  onEvent({ event: 'speaker', data: JSON.stringify(speaker) });
  return 'news';
}

/** @param {Response} response */
function refusal({ status }) {
  return { 401: 'refused', 404: 'gone' }[status] ?? 'busy';
}

/** @param {Record<string, string>} event @param {Parameters<typeof listen>[0]} conversation @param {Heard} heard @param {object} mine */
function take({ event, id, data }, conversation, heard, mine) {
  if (current !== mine || !data) return;
  if (event === 'speaker') return heard.speaker(JSON.parse(data));
  if (event !== 'message') return;
  heard.message(JSON.parse(data));
  conversation.hear(id);
}

/** Events of a stream: lines of `field: value`, an empty line at the end of each. @param {ReadableStream<Uint8Array>} body @param {(event: Record<string, string>) => void} onEvent */
async function read(body, onEvent) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop();
    for (const event of events) {
      const fields = event.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line)).filter(Boolean);
      onEvent(Object.fromEntries(fields.map(([, name, content]) => [name, content])));
    }
  }
}
