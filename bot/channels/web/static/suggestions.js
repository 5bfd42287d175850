/** Questions to begin with, by topic. They fold away once the talk has begun. */

import { currentLanguage } from './labels.js';
import { reveal } from './scroll.js';
import { TOPICS } from './texts.js';

const section = document.getElementById('suggestions');
const cards = document.getElementById('topics');
const opener = document.getElementById('show-suggestions');

/** @param {(question: string) => void} onPick */
export function drawSuggestions(onPick) {
  cards.replaceChildren(...TOPICS[currentLanguage()].map(({ topic, questions }) => {
    const card = document.createElement('section');
    const heading = document.createElement('h3');
    card.className = 'topic';
    heading.textContent = topic;
    card.append(heading, ...questions.map((question) => suggestion(question, onPick)));
    return card;
  }));
}

/** @param {string} question @param {(question: string) => void} onPick */
function suggestion(question, onPick) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = question;
  button.addEventListener('click', () => onPick(question));
  return button;
}

/** @param {boolean} folded */
export function foldSuggestions(folded) {
  section.hidden = folded;
  opener.setAttribute('aria-expanded', String(!folded));
}

opener.addEventListener('click', () => {
  foldSuggestions(!section.hidden);
  if (!section.hidden) reveal(section);
});
