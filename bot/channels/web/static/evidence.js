/** What an answer rests on: the plan's own sentences by clause, and the bureaus. */

import { node, spoken } from './drawing.js';
import { label } from './labels.js';

/** @param {import('./api.js').Answer} answer @returns {HTMLElement[]} */
export function evidence({ status, citations = [], bureaus }) {
  const answered = status === 'answered';
  const parts = byClause(citations).map((own, index) => cited(own, answered ? 'basis' : 'related', answered && index === 0));
  const { principal = [], supporting = [] } = bureaus ?? {};
  if (!principal.length && !supporting.length) return parts;
  const list = node('dl', 'bureaus');
  if (principal.length) list.append(bureauRow(answered ? 'principal' : 'whoKnows', principal));
  if (supporting.length) list.append(bureauRow('supporting', supporting));
  return [...parts, list];
}

/** Paper cannot unfold a citation. @param {HTMLElement} log */
export function unfoldForPrint(log) {
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

/** Quotes of one clause stand together, where its first one stood. @param {import('./api.js').Citation[]} citations */
function byClause(citations) {
  const groups = new Map();
  for (const citation of citations) groups.set(citation.clause, [...(groups.get(citation.clause) ?? []), citation]);
  return [...groups.values()];
}

/** @param {import('./api.js').Citation[]} citations of one clause @param {'basis'|'related'} key @param {boolean} open */
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
