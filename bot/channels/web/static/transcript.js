/**
 * Draws the talk.
 *
 * @typedef {import('./api.js').Message} Message
 * @typedef {import('./api.js').Choice} Choice
 * @typedef {import('./http.js').ChatFailure} ChatFailure
 */

import { button, node, spoken } from './drawing.js';
import { evidence, unfoldForPrint } from './evidence.js';
import { label, say } from './labels.js';
import { ratingButtons } from './rating.js';

const log = document.getElementById('log');

/** @param {string} text @returns {HTMLElement} */
export function addQuestion(text) {
  const message = messageBy('you');
  message.append(words(text));
  log.append(message);
  return message;
}

/** @param {HTMLElement} message of the reader @param {'sending'|'sent'} state */
export function setState(message, state) {
  message.dataset.state = state;
}

/**
 * @param {Message} reply @param {(choice: Choice) => void} onChoice
 * @param {((rating: 'up'|'down', reason: string) => Promise<boolean>)|null} onRating null: it cannot be rated any more
 * @returns {HTMLElement}
 */
export function addReply(reply, onChoice, onRating) {
  const message = messageBy('assistant');
  const { answer, choices = [] } = reply;
  message.dataset.status = answer?.status ?? 'said';
  if (answer?.status === 'abstained') message.append(label(node('p', 'message__verdict'), 'notStated'));
  message.append(linked(words(reply.text)));
  if (answer) message.append(...evidence(answer));
  if (choices.length) message.append(choiceButtons(choices, onChoice));
  if (answer && onRating) message.append(ratingButtons(onRating));
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

/** What is drawn at once is not read aloud. @param {() => void} draw */
export function atOnce(draw) {
  log.setAttribute('aria-live', 'off');
  draw();
  setTimeout(() => log.setAttribute('aria-live', 'polite'), 1000);
}

/**
 * @param {HTMLElement} message @param {ChatFailure} failure
 * @param {() => void} onRetry @param {(() => void)|null} onEdit where the words themselves were refused
 * @param {boolean} goesOn whether it is tried again by itself
 */
export function showFailure(message, { kind, seconds }, onRetry, onEdit, goesOn) {
  if (message.dataset.failure === kind && goesOn) return; // said once, not at every try
  clearFailure(message);
  const key = kind === 'TooFast' && seconds ? 'failedTooFastFor' : `failed${kind}`;
  const failure = node('div', 'failure', label(node('p'), key, seconds), button('retry', onRetry));
  if (goesOn) failure.firstElementChild.after(label(node('p', 'failure__more'), 'triesAgain'));
  if (onEdit) failure.append(button('edit', onEdit));
  message.dataset.state = 'failed';
  message.dataset.failure = kind;
  message.append(failure);
}

/** @param {HTMLElement} message */
export function clearFailure(message) {
  message.querySelector('.failure')?.remove();
  delete message.dataset.state;
  delete message.dataset.failure;
}

/** It is not tried again by itself any more. @param {HTMLElement} message */
export function stopTrying(message) {
  message.querySelector('.failure__more')?.remove();
  delete message.dataset.failure;
}

/** A message sent again moves to the end, so that its reply stands next to it. @param {HTMLElement} message */
export function moveToEnd(message) {
  if (log.lastElementChild !== message) log.append(message);
}

/** A prompt is answered once: its buttons would say yes to something else later. An answer's buttons stay useful. */
export function retirePrompts() {
  for (const used of log.querySelectorAll('[data-status="said"] .choices button')) used.disabled = true;
}

export const readyForPrint = () => unfoldForPrint(log);

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
