/**
 * What officers and the service say outside of a turn: GET /api/chat/events, read as a stream.
 * EventSource would put the conversation's id into the address; fetch sends it as a header.
 * Where something in between holds streams back until they end, the page asks every few seconds instead.
 *
 * @typedef {{author: 'officer'|'system', text: string, bureau: string, name: string, at: string}} News
 * @typedef {{message: (news: News) => void, speaker: (officer: import('./api.js').Speaker|null) => void}} Heard
 */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;
const FIRST_EVENT_WITHIN_MS = 8000;
const ASK_EVERY_MS = 4000;

/** @type {{id: string, abort: AbortController}|null} */
let current = null;

/** Listens until told to stop; doing so twice for one conversation changes nothing. @param {{id: string|null, heard: string, hear: (id: string) => void}} conversation @param {Heard} heard */
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
  let pause = FIRST_PAUSE_MS;
  let isHeldBack = false;
  const onEvent = (event) => take(event, conversation, heard, mine);
  while (current === mine) {
    const headers = { Authorization: `Bearer ${mine.id}`, ...(conversation.heard && { 'Last-Event-ID': conversation.heard }) };
    try {
      const came = isHeldBack ? await askOnce(headers, mine.abort.signal, onEvent) : await stream(headers, mine.abort.signal, onEvent);
      if (came === 'gone') return; // forgotten by the server: the next message begins a new conversation
      if (came === 'nothing') isHeldBack = true;
      if (came === 'news') pause = isHeldBack ? ASK_EVERY_MS : FIRST_PAUSE_MS;
    } catch { /* the network: tried again below */ }
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/**
 * Reads the stream to its end. The server says something at once: where nothing comes, something in between holds it back.
 * @param {Record<string, string>} headers @param {AbortSignal} signal @param {(event: Record<string, string>) => void} onEvent
 * @returns {Promise<'news'|'nothing'|'busy'|'gone'>} @throws where the network fails
 */
async function stream(headers, signal, onEvent) {
  const abort = new AbortController();
  const stop = () => abort.abort();
  signal.addEventListener('abort', stop);
  let came = 'nothing';
  const alarm = setTimeout(stop, FIRST_EVENT_WITHIN_MS);
  try {
    const response = await fetch('/api/chat/events', { headers, signal: abort.signal, cache: 'no-store' });
    if (!response.ok) return response.status === 404 ? 'gone' : 'busy';
    await read(response.body, (event) => {
      clearTimeout(alarm);
      came = 'news';
      onEvent(event);
    });
  } catch (error) {
    if (!abort.signal.aborted || signal.aborted || came === 'news') throw error;
  } finally {
    clearTimeout(alarm);
    signal.removeEventListener('abort', stop);
  }
  return came;
}

/** The same without a stream. @param {Record<string, string>} headers @param {AbortSignal} signal @param {(event: Record<string, string>) => void} onEvent */
async function askOnce(headers, signal, onEvent) {
  const response = await fetch('/api/chat/events?wait=0', { headers, signal, cache: 'no-store' });
  if (!response.ok) return response.status === 404 ? 'gone' : 'busy';
  const { messages, speaker } = await response.json();
  for (const { id, data } of messages) onEvent({ event: 'message', id, data: JSON.stringify(data) });
  onEvent({ event: 'speaker', data: JSON.stringify(speaker) });
  return 'news';
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
