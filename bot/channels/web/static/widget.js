/**
 * Puts the assistant into a page of another site: a button, and a frame from our own address, which the page can neither read nor restyle.
 *   <script src="https://…/widget.js" data-site="KEY" data-language="zh-Hans" data-position="right" data-title="咨询助手" data-colour="#0f4a63"></script>
 * It works under a strict content policy (script-src and frame-src of our address), asks nobody else for anything, and is one plain file.
 */
(() => {
  'use strict';

  const script = document.currentScript;
  if (!script || window.zhanjiangAssistant) return;
  const { site, language, position, title, colour } = script.dataset;
  const origin = new URL(script.src).origin;
  if (!site) {
    console.error('widget.js: data-site is missing');
    return;
  }

  const WORDS = {
    'zh-Hans': { name: '政策咨询', open: '打开', close: '收起', unread: '条新消息' },
    'zh-Hant': { name: '政策諮詢', open: '打開', close: '收起', unread: '條新消息' },
    en: { name: 'Ask us', open: 'Open', close: 'Close', unread: 'new messages' },
  };
  const words = WORDS[language] || WORDS['zh-Hans'];
  const name = (title || words.name).slice(0, 40);
  const ground = /^#[0-9a-f]{6}$/i.test(colour || '') ? colour : '#0f4a63';
  const side = position === 'left' ? 'left' : 'right';
  const LOOKED = 'zhanjiang-assistant';

  // Important, as rules of the page are stronger than a shadow root's own.
  const STYLE = `
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; ${side}: 20px !important; bottom: 20px !important; }
    button { display: flex; align-items: center; gap: 10px; position: relative; min-height: 56px; max-width: calc(100vw - 40px); margin: 0; padding: 8px 22px 8px 18px;
      border: 2px solid #fff; border-radius: 28px; background: ${ground}; color: ${inkOn(ground)}; box-shadow: 0 4px 16px rgb(0 0 0 / .3);
      font: 600 17px/1.4 system-ui, -apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; cursor: pointer; }
    button:hover { filter: brightness(1.12); }
    button:focus-visible { outline: 3px solid #b35c00; outline-offset: 2px; }
    svg { flex: none; width: 28px; height: 28px; }
    .count { position: absolute; top: -8px; ${side === 'left' ? 'right' : 'left'}: -8px; min-width: 26px; padding: 1px 6px; border: 2px solid #fff; border-radius: 15px;
      background: #b3261e; color: #fff; font-size: 15px; text-align: center; box-sizing: border-box; }
    .panel { position: absolute; ${side}: 0; bottom: 72px; width: min(420px, calc(100vw - 40px)); height: min(700px, calc(100vh - 120px)); overflow: hidden;
      border: 1px solid #7b8d95; border-radius: 14px; background: #f3f6f6; box-shadow: 0 10px 40px rgb(0 0 0 / .3); }
    .large { width: min(520px, calc(100vw - 40px)); height: min(860px, calc(100vh - 120px)); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    [hidden] { display: none !important; }
    @media (prefers-color-scheme: dark) { .panel { background: #0e171c; border-color: #6d828c; } }
    @media (max-width: 480px), (max-height: 420px) {
      .panel, .large { position: fixed; inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
      .open { visibility: hidden; }
    }
    @media print { :host { display: none !important; } }`;

  const place = document.createElement('div');
  const root = place.attachShadow({ mode: 'closed' });
  const badge = element('span', { className: 'count', hidden: true });
  const text = element('span', { textContent: name });
  const launcher = element('button', { type: 'button' }, icon(), text, badge);
  const panel = element('div', { className: 'panel', id: 'panel', hidden: true });
  launcher.setAttribute('aria-controls', 'panel');
  styled();
  root.append(panel, launcher);

  /** @type {HTMLIFrameElement|null} */
  let frame = null;
  let isReady = false;
  let isOpen = false;
  let unread = 0;
  /** What is to be told to the frame once it listens. */
  let waiting = [];

  function open() {
    if (isOpen) return;
    load();
    isOpen = true;
    show();
    tell('opened');
    frame.focus();
    look(true);
  }

  function close() {
    if (!isOpen) return;
    const hadFocus = document.activeElement === place;
    isOpen = false;
    show();
    tell('closed');
    if (hadFocus) launcher.focus();
  }

  function show() {
    panel.hidden = !isOpen;
    badge.hidden = isOpen || !unread;
    badge.textContent = unread > 99 ? '99+' : String(unread);
    text.textContent = isOpen ? words.close : name;
    launcher.className = isOpen ? 'open' : '';
    launcher.setAttribute('aria-expanded', String(isOpen));
    launcher.setAttribute('aria-label', [isOpen ? words.close : words.open, name, unread ? `${unread} ${words.unread}` : ''].filter(Boolean).join(' '));
  }

  /** The frame is loaded when it is first wanted. */
  function load() {
    if (frame) return;
    const address = new URL('/widget', origin);
    const told = { site, host: location.origin, language, title: title && name, colour: colour && ground };
    for (const [key, value] of Object.entries(told)) if (value) address.searchParams.set(key, value);
    frame = element('iframe', { title: name, src: address.href, referrerPolicy: 'no-referrer' });
    panel.append(frame);
  }

  /** @param {'opened'|'closed'|'reset'|'identify'} type @param {object} [more] */
  function tell(type, more) {
    const message = { type, ...more };
    if (isReady) frame.contentWindow.postMessage(message, origin);
    else if (frame) waiting.push(message);
  }

  const HEARD = {
    ready() {
      isReady = true;
      const before = waiting;
      waiting = [];
      for (const { type, ...more } of before) tell(type, more);
    },
    unread({ count }) {
      if (!Number.isSafeInteger(count) || count < 0) return;
      unread = count;
      show();
    },
    close,
    resize({ large }) { panel.classList.toggle('large', large === true); },
  };

  addEventListener('message', ({ origin: from, source, data }) => {
    if (from !== origin || !frame || source !== frame.contentWindow || !data || !Object.hasOwn(HEARD, data.type)) return;
    HEARD[data.type](data);
  });
  launcher.addEventListener('click', () => (isOpen ? close() : open()));
  launcher.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });

  /** Whether this visitor has opened it before in this tab: then the next page listens for news at once. @param {boolean} [on] */
  function look(on) {
    try {
      if (on) sessionStorage.setItem(LOOKED, '1');
      return sessionStorage.getItem(LOOKED) === '1';
    } catch {
      return false;
    }
  }

  function inkOn(ground) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(ground.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.183 ? '#000' : '#fff';
  }

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function icon() {
    const part = (tag, attributes) => {
      const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
      return made;
    };
    const drawing = part('svg', { viewBox: '0 0 28 28', 'aria-hidden': 'true', focusable: 'false' });
    drawing.append(
      part('path', { d: 'M4 5h20a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H13l-6 5v-5H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z', fill: 'none', stroke: 'currentColor', 'stroke-width': '2.2', 'stroke-linejoin': 'round' }),
      part('path', { d: 'M8 10.5h12M8 14.8h8', fill: 'none', stroke: 'currentColor', 'stroke-width': '2.2', 'stroke-linecap': 'round' }),
    );
    return drawing;
  }

  /** A constructed sheet is no inline style: a strict policy has nothing against it. Browsers without it get an element. */
  function styled() {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(element('style', { textContent: STYLE }));
    }
  }

  function begin() {
    show();
    document.body.append(place);
    if (look()) load();
  }

  if (document.body) begin();
  else addEventListener('DOMContentLoaded', begin);

  window.zhanjiangAssistant = Object.freeze({
    open,
    close,
    /** On signing out: nothing of the talk stays in the frame. */
    reset() { load(); tell('reset'); },
    /** @param {string} jwt signed by the site's server, see docs/widget.md */
    identify(jwt) { load(); tell('identify', { jwt: String(jwt) }); },
  });
})();
