"""A turn, whatever the channel: to the officer who speaks, or to the bot; and kept either way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from actions.conversations.model import Author, Said, Takeover, Turn
from bot.conversations import ConversationDesk
from bot.dialogue.message import IncomingMessage, OutgoingMessage
from bot.dialogue.rasa import RasaDialogue


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a message."""

    messages: tuple[OutgoingMessage, ...]
    """Empty where an officer speaks: their words come by themselves."""
    officer: Takeover | None
    """Who the message went to; None for the bot."""


class Dialogue:
    """Takes turns."""

    def __init__(self, rasa: RasaDialogue, conversations: ConversationDesk) -> None:
        self._rasa = rasa
        self._conversations = conversations

    async def take(self, message: IncomingMessage) -> Taken:
        """Raises DialogueUnavailable, DatabaseUnavailable: then the message was not taken."""
        at = datetime.now(timezone.utc)
        if self._conversations.speaking(message.conversation_id):
            officer = await self._conversations.hear(message.conversation_id, message.text)
            if officer is not None:  # else it was given back a moment ago
                await self._rasa.add_words(message.conversation_id, message.text)
                return Taken((), officer)
        messages = await self._rasa.reply(message)
        said = (Said(Author.ENQUIRER, message.text), *(Said(Author.BOT, m.text, answer=m.answer) for m in messages))
        self._conversations.record(Turn(message.conversation_id, message.channel, at, said))
        return Taken(messages, None)

    async def is_ready(self) -> bool:
        """Whether a question can be answered."""
        return await self._rasa.is_ready()
