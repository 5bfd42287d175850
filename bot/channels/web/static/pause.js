/** How long to wait before trying again, and what cuts the wait short. */

const LONGEST_MS = 30000;

/** 1, 2, 4 … 30 s, each up to a quarter longer or shorter: not everybody comes back at once. @param {number} attempt from 0 */
export function backoff(attempt) {
  return Math.min(LONGEST_MS, 1000 * 2 ** Math.min(attempt, 5)) * (0.75 + Math.random() / 2);
}

/** Ends early when the network is back, the page is looked at again, or the signal says so. @param {number} ms @param {AbortSignal} [signal] */
export function pause(ms, signal) {
  return new Promise((resolve) => {
    const stops = new AbortController();
    const end = () => { stops.abort(); clearTimeout(timer); resolve(); };
    const timer = setTimeout(end, ms);
    const once = { signal: stops.signal };
    addEventListener('online', end, once);
    document.addEventListener('visibilitychange', () => { if (!document.hidden) end(); }, once);
    signal?.addEventListener('abort', end, once);
    if (signal?.aborted) end();
  });
}
