/**
 * The page around the widget's frame. Only the one that the server names is spoken to and listened to, and only in these words:
 * out: ready, unread {count}, close, resize {large}; in: opened, closed, reset, identify {jwt}. Nothing of the talk goes out.
 */

const { host, page } = document.documentElement.dataset;

export const isWidget = page === 'widget';

/** What the script tag asked for, beside site and host. */
export const asked = new URLSearchParams(isWidget ? location.search : '');

/** @param {'ready'|'unread'|'close'|'resize'} type @param {object} [more] */
export function tell(type, more = {}) {
  if (host && parent !== window) parent.postMessage({ type, ...more }, host);
}

/** @param {Record<'opened'|'closed'|'reset'|'identify', (data: {jwt?: string}) => void>} handlers */
export function onHost(handlers) {
  if (!host || parent === window) return;
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== host || source !== parent || typeof data?.type !== 'string') return;
    if (Object.hasOwn(handlers, data.type)) handlers[data.type](data);
  });
  tell('ready');
}
