/**
 * The chat API, as /api/openapi.json describes it.
 *
 * @typedef {{clause: string, number: string, title: string, quote: string}} Citation
 * @typedef {{principal: string[], supporting: string[]}} Bureaus
 * @typedef {{status: 'answered'|'abstained', citations: Citation[], bureaus: Bureaus, score: number}} Answer
 * @typedef {{title: string, payload: string}} Choice
 * @typedef {{text: string, answer: Answer|null, choices: Choice[]}} Message
 * @typedef {{bureau: string, name: string}} Speaker an officer in the bot's place
 * @typedef {{id: string, author: 'enquirer'|'bot'|'officer'|'system', text: string, bureau: string, name: string, answer: Answer|null}} Said
 */

import { failureOf, request } from './http.js';
import { conversation, dropToken, hearing, speaking } from './session.js';

/**
 * One turn of the talk. Sent again under the same id it is taken once.
 * @param {string} text @param {string} language @param {string} clientId
 * @returns {Promise<{conversation_id: string, messages: Message[]}>} no messages where an officer was told: their answer comes by itself
 * @throws {import('./http.js').ChatFailure}
 */
export async function ask(text, language, clientId) {
  const reply = await again(async () => {
    const headers = await speaking();
    const known = conversation.id && !headers.Authorization ? { conversation_id: conversation.id } : {};
    return request('/api/chat', { text, language, client_id: clientId, ...known }, headers);
  });
  const messages = reply.status === 200 ? reply.body?.messages : null;
  if (!messages?.length && !reply.body?.with_officer) throw failureOf(reply);
  return reply.body;
}

/** @param {string} question @param {'up'|'down'} rating @param {string} comment @returns {Promise<boolean>} whether it was kept */
export async function rate(question, rating, comment) {
  try {
    const body = { question, rating, comment, conversation_id: conversation.id };
    return (await request('/api/feedback', body, await speaking())).status === 204;
  } catch {
    return false;
  }
}

/** Everything that was said. @returns {Promise<Said[]>} @throws {import('./http.js').ChatFailure} */
export async function transcript() {
  const reply = await again(async () => request('/api/chat/transcript', null, await hearing()));
  if (reply.status === 404) return [];
  if (reply.status !== 200) throw failureOf(reply);
  return reply.body.messages;
}

/** The server forgot the session or the talk (expiry, restart): a new one begins. @param {() => Promise<import('./http.js').Reply>} send */
async function again(send) {
  const reply = await send();
  const code = reply.body?.error?.code;
  if (reply.status === 401 && code === 'session_expired') dropToken();
  else if (reply.status === 404 && code === 'conversation_not_found') conversation.forget();
  else return reply;
  return send();
}
