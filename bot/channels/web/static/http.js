/**
 * One request, and why it came to nothing.
 *
 * @typedef {'Offline'|'Network'|'Timeout'|'Busy'|'TooFast'|'Input'|'Expired'} FailureKind
 * @typedef {{status: number, wait: number, body: any}} Reply
 */

const PATIENCE_MS = 8000;
const BAD_INPUT = [400, 413, 415, 422];

/** Why something got no reply, in terms that the reader can act on. */
export class ChatFailure extends Error {
  /** @param {FailureKind} kind @param {number} [seconds] how long to wait, where the server said so */
  constructor(kind, seconds = 0) {
    super(kind);
    this.kind = kind;
    this.seconds = seconds;
  }

  /** Whether the same may succeed later. */
  get mayPass() {
    return this.kind !== 'Input' && this.kind !== 'Expired';
  }
}

/**
 * POST with a body, GET without.
 * @param {string} address @param {object|null} body @param {Record<string, string>} [headers]
 * @returns {Promise<Reply>} @throws {ChatFailure} where nothing came back
 */
export async function request(address, body, headers = {}) {
  const abort = new AbortController();
  const alarm = setTimeout(() => abort.abort(), PATIENCE_MS);
  const sent = body && { method: 'POST', body: JSON.stringify(body) };
  try {
    const response = await fetch(address, {
      ...sent,
      headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
      signal: abort.signal,
      cache: 'no-store',
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

/** @param {Reply} reply */
export function failureOf({ status, wait }) {
  if (status === 429) return new ChatFailure('TooFast', wait);
  return new ChatFailure(BAD_INPUT.includes(status) ? 'Input' : 'Busy');
}
