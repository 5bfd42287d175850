/**
 * What officers and the service say outside of a turn: GET /api/chat/events, read as a stream.
 * EventSource would put the conversation's id into the address; fetch sends it as a header.
 *
 * @typedef {{author: 'officer'|'system', text: string, bureau: string, name: string, at: string}} News
 * @typedef {{message: (news: News) => void, speaker: (officer: import('./api.js').Speaker|null) => void}} Heard
 */

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30000;

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
  while (current === mine) {
    try {
      const headers = { Authorization: `Bearer ${mine.id}`, ...(conversation.heard && { 'Last-Event-ID': conversation.heard }) };
      const response = await fetch('/api/chat/events', { headers, signal: mine.abort.signal, cache: 'no-store' });
      if (response.status === 404) return; // forgotten by the server: the next message begins a new conversation
      if (response.ok) {
        pause = FIRST_PAUSE_MS;
        await read(response.body, (event) => take(event, conversation, heard, mine));
      }
    } catch { /* the network: tried again below */ }
    await new Promise((resolve) => { setTimeout(resolve, pause); });
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
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
