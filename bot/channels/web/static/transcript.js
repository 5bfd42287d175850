/**
 * Draws the talk. Words from people and from the server become text nodes and nothing else.
 *
 * @typedef {import('./api.js').Message} Message
 * @typedef {import('./api.js').Answer} Answer
 * @typedef {import('./api.js').Citation} Citation
 * @typedef {import('./api.js').Choice} Choice
 * @typedef {import('./api.js').ChatFailure} ChatFailure
 */

import { label, say, voiceFor } from './labels.js';

const log = document.getElementById('log');

/** @param {string} text @returns {HTMLElement} */
export function addQuestion(text) {
  const message = messageBy('you');
  message.append(words(text));
  log.append(message);
  return message;
}

/**
 * @param {Message} reply @param {(choice: Choice) => void} onChoice
 * @param {(rating: 'up'|'down') => Promise<boolean>} onRating @returns {HTMLElement}
 */
export function addReply(reply, onChoice, onRating) {
  const message = messageBy('assistant');
  const { answer, choices = [] } = reply;
  message.dataset.status = answer?.status ?? 'said';
  if (answer?.status === 'abstained') message.append(label(node('p', 'message__verdict'), 'notStated'));
  message.append(linked(words(reply.text)));
  if (answer) message.append(...evidence(answer));
  if (choices.length) message.append(choiceButtons(choices, onChoice));
  if (answer) message.append(ratingButtons(onRating));
  log.append(message);
  return message;
}

/** @param {{text: string, bureau: string, name: string}} news words of a person in a bureau @returns {HTMLElement} */
export function addOfficer({ text, bureau, name }) {
  const message = node('article', 'message message--officer', node('h3', 'message__speaker', name ? `${bureau} ${name}` : bureau));
  message.dataset.speaker = 'officer';
  message.tabIndex = -1;
  message.append(words(text));
  log.append(message);
  return message;
}

/** @param {string} text what the service itself says @returns {HTMLElement} */
export function addSystem(text) {
  const remark = spoken(node('p', 'remark', text));
  log.append(remark);
  return remark;
}

/** @param {string} key */
export function addRemark(key) {
  log.append(label(node('p', 'remark'), key));
}

export function clear() {
  log.replaceChildren();
}

/**
 * @param {HTMLElement} message @param {ChatFailure} failure
 * @param {() => void} onRetry @param {(() => void)|null} onEdit where the words themselves were refused
 */
export function showFailure(message, { kind, seconds }, onRetry, onEdit) {
  const key = kind === 'TooFast' && seconds ? 'failedTooFastFor' : `failed${kind}`;
  const failure = node('div', 'failure', label(node('p'), key, seconds), button('retry', onRetry));
  if (onEdit) failure.append(button('edit', onEdit));
  message.dataset.state = 'failed';
  message.append(failure);
}

/** A message sent again moves to the end, so that its reply stands next to it. @param {HTMLElement} message */
export function clearFailure(message) {
  message.querySelector('.failure')?.remove();
  delete message.dataset.state;
  if (log.lastElementChild !== message) log.append(message);
}

/** A prompt is answered once: its buttons would say yes to something else later. An answer's buttons stay useful. */
export function retirePrompts() {
  for (const used of log.querySelectorAll('[data-status="said"] .choices button')) used.disabled = true;
}

/** Paper cannot unfold a citation. */
export function unfoldForPrint() {
  /** @type {HTMLDetailsElement[]} */
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = [...log.querySelectorAll('details:not([open])')];
    for (const details of folded) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of folded) details.open = false;
  });
}

/** @param {'you'|'assistant'} speaker */
function messageBy(speaker) {
  const message = node('article', `message message--${speaker}`, label(node('h3', 'message__speaker'), speaker));
  message.dataset.speaker = speaker;
  message.tabIndex = -1;
  return message;
}

/** @param {string} text */
function words(text) {
  return spoken(node('p', 'message__text', text));
}

/** Pages of this service that a reply names, such as a service sheet, can be opened; other addresses stay words. @param {HTMLElement} paragraph */
function linked(paragraph) {
  const parts = paragraph.textContent.split(/((?:https?:\/\/[\w.:-]+)?\/sheets\/[\w-]+\/[\w-]+)/);
  paragraph.replaceChildren(...parts.map((part, index) => (index % 2 ? ownLink(part) : part)));
  return paragraph;
}

/** @param {string} address @returns {HTMLElement|string} */
function ownLink(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) return address;
  const link = label(node('a', 'message__link'), 'openSheet');
  link.href = url.href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  return link;
}

/** @param {Answer} answer */
function evidence({ status, citations = [], bureaus }) {
  const answered = status === 'answered';
  const parts = byClause(citations).map((own, index) => cited(own, answered ? 'basis' : 'related', answered && index === 0));
  const { principal = [], supporting = [] } = bureaus ?? {};
  if (!principal.length && !supporting.length) return parts;
  const list = node('dl', 'bureaus');
  if (principal.length) list.append(bureauRow(answered ? 'principal' : 'whoKnows', principal));
  if (supporting.length) list.append(bureauRow('supporting', supporting));
  return [...parts, list];
}

/** Quotes of one clause stand together, where its first one stood. @param {Citation[]} citations @returns {Citation[][]} */
function byClause(citations) {
  const groups = new Map();
  for (const citation of citations) groups.set(citation.clause, [...(groups.get(citation.clause) ?? []), citation]);
  return [...groups.values()];
}

/** @param {Citation[]} citations of one clause @param {'basis'|'related'} key @param {boolean} open */
function cited(citations, key, open) {
  const [{ clause, number, title }] = citations;
  const heading = node('summary', '', label(node('span', 'citation__label'), key), ' ', spoken(node('span', 'citation__title', `${number} ${title}`)));
  const source = label(node('p', 'citation__source'), 'clause', number);
  const details = node('details', 'citation', heading, ...citations.map(({ quote }) => spoken(node('blockquote', '', quote))), source);
  details.open = open;
  details.dataset.clause = clause;
  return details;
}

/** @param {string} key @param {string[]} names */
function bureauRow(key, names) {
  return node('div', '', label(node('dt'), key), ...names.map((name) => spoken(node('dd', '', name))));
}

/** @param {Choice[]} choices @param {(choice: Choice) => void} onChoice */
function choiceButtons(choices, onChoice) {
  const group = node('div', 'choices');
  group.setAttribute('role', 'group');
  group.dataset.label = 'choices';
  group.setAttribute('aria-label', say('choices'));
  for (const choice of choices) {
    const item = spoken(node('button', '', choice.title));
    item.type = 'button';
    item.addEventListener('click', () => onChoice(choice));
    group.append(item);
  }
  return group;
}

/** One rating a reply; it can be given again where it did not arrive. @param {(rating: 'up'|'down') => Promise<boolean>} onRating */
function ratingButtons(onRating) {
  const group = node('div', 'rating');
  group.setAttribute('role', 'group');
  group.dataset.label = 'rating';
  group.setAttribute('aria-label', say('rating'));
  const outcome = node('span', 'rating__outcome');
  outcome.setAttribute('role', 'status');
  const buttons = ['up', 'down'].map((rating) => button(rating, async () => {
    for (const each of buttons) each.disabled = true;
    const kept = await onRating(rating);
    for (const each of buttons) each.disabled = kept;
    if (kept) buttons[rating === 'up' ? 0 : 1].setAttribute('aria-pressed', 'true');
    label(outcome, kept ? 'rated' : 'notRated');
  }));
  group.append(...buttons, outcome);
  return group;
}

/** @param {string} key @param {() => void} onClick */
function button(key, onClick) {
  const item = label(node('button', key), key);
  item.type = 'button';
  item.addEventListener('click', onClick);
  return item;
}

/** @template {HTMLElement} E @param {E} element @returns {E} */
function spoken(element) {
  element.lang = voiceFor(element.textContent);
  return element;
}

/** Strings among the children become text nodes. @param {string} tag @param {string} [className] @param {(Node|string)[]} children */
function node(tag, className = '', ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}
