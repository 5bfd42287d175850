/** What was said before, shown again: in this tab, on this device, or wherever the site says who it is. */

import { transcript as said } from './api.js';
import { toEnd } from './scroll.js';
import { conversation } from './session.js';
import { keep, recall } from './storage.js';
import { foldSuggestions } from './suggestions.js';
import * as transcript from './transcript.js';

/** What may be tapped next is not in the transcript. @param {import('./api.js').Message} [reply] */
export function keepChoices({ text, answer, choices } = {}) {
  keep('choices', choices?.length && !answer && !conversation.isKnown ? JSON.stringify({ text, choices }) : '');
}

/** Draws the whole talk as the server keeps it. @param {(choice: import('./api.js').Choice) => void} choose @throws {import('./http.js').ChatFailure} */
export async function redraw(choose) {
  const { era } = conversation;
  const messages = await said();
  if (era !== conversation.era) return;
  const before = recall('choices') ? JSON.parse(recall('choices')) : null;
  transcript.atOnce(() => {
    transcript.clear();
    for (const [place, { author, text, ...more }] of messages.entries()) {
      const choices = place === messages.length - 1 && before?.text === text ? before.choices : [];
      if (author === 'enquirer') transcript.addQuestion(text);
      else if (author === 'bot') transcript.addReply({ text, answer: more.answer, choices }, choose, null);
      else if (author === 'officer') transcript.addOfficer({ text, ...more });
      else transcript.addSystem(text);
    }
    if (messages.length) transcript.addRemark('continued');
  });
  if (messages.length) conversation.hear(messages.at(-1).id);
  else foldSuggestions(false);
  toEnd();
}
