"""One message of a platform as a turn of its conversation: what it says by its kind, and the answer as one message."""

from __future__ import annotations

from datetime import datetime, timezone

from actions.contacts.model import Answer, Contact, Message, Offered
from actions.contacts.wording import joined
from actions.conversations.model import Author, Said, Turn
from bot.channels.contract import Kind
from bot.channels.web.schema import MAX_TEXT_CHARACTERS, printable
from bot.conversations import ConversationDesk
from bot.dialogue.message import IncomingMessage, OutgoingMessage
from bot.exchange import telling
from bot.exchange.choices import meant
from bot.exchange.patience import Patience
from knowledge import Language
from knowledge.question.language import language_of


class Turns:
    """Takes them, one at a time a person."""

    def __init__(self, patience: Patience, conversations: ConversationDesk) -> None:
        self._patience = patience
        self._conversations = conversations

    async def answer(self, contact: Contact, message: Message, most_choices: int) -> Answer | None:
        """What is said to a message; None where an officer speaks, or it wants no answer.

        Raises DialogueUnavailable, DatabaseUnavailable.
        """
        kind = Kind(message.kind)
        if kind is Kind.MEDIA:
            return await self._unread(contact, message)
        if kind in (Kind.FOLLOWED, Kind.SCANNED):
            # To an officer it would be words that nobody has written.
            greets = self._conversations.speaking(contact.conversation_id) is None
            return await self._taken(contact, telling.GREETING, most_choices) if greets else None
        text = printable(message.text)
        if kind is Kind.TEXT:
            text = meant(text, message.choice, contact.choices)
        if len(text) > MAX_TEXT_CHARACTERS:
            return Answer(telling.too_long(MAX_TEXT_CHARACTERS))
        return await self._taken(contact, text, most_choices) if text else Answer(telling.unread(""))

    async def _taken(self, contact: Contact, text: str, most_choices: int) -> Answer | None:
        taken = await self._patience.take(IncomingMessage(contact.conversation_id, text, "zh-Hans", contact.channel))
        return one_of(taken.messages, most_choices, language_of(text, "zh-Hans"))

    async def _unread(self, contact: Contact, message: Message) -> Answer:
        """Nothing of a picture or a place is kept but that it was sent."""
        answer = Answer(telling.unread(message.text))
        named = telling.named(message.text)
        if self._conversations.speaking(contact.conversation_id) is None or not await self._conversations.hear(
            contact.conversation_id, named
        ):
            said = (Said(Author.ENQUIRER, named), Said(Author.BOT, answer.text))
            self._conversations.record(Turn(contact.conversation_id, contact.channel, datetime.now(timezone.utc), said))
        return answer


def one_of(messages: tuple[OutgoingMessage, ...], most_choices: int, language: Language) -> Answer | None:
    """The bot's messages as one: each that is sent costs one of the few that may be."""
    if not messages:
        return None
    offered = (tuple(Offered(choice.title, choice.payload) for choice in message.choices[:most_choices]) for message in messages)
    return joined([Answer(with_quote(message, language), choices) for message, choices in zip(messages, offered, strict=True)])


def with_quote(message: OutgoingMessage, language: Language) -> str:
    """The text, and below it the plan's words that it stands on: a platform has no place beside a text where they could be looked up."""
    citations = (message.answer or {}).get("citations") or [{}]
    quote = citations[0].get("quote", "")
    return f"{message.text}\n{telling.quoted(quote, language)}" if quote and quote not in message.text else message.text
