"""A turn, whatever the channel: to the officer who speaks, or to the bot; and kept either way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from actions.conversations.model import Author, Said, Takeover, Turn
from bot.conversations import ConversationDesk
from bot.dialogue.message import IncomingMessage, OutgoingMessage
from bot.dialogue.rasa import DialoguePaused, RasaDialogue
from bot.dialogue.script import in_script_of


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
        # Else it was given back a moment ago.
        if self._conversations.speaking(message.conversation_id) and (taken := await self._to_officer(message)):
            return taken
        try:
            messages = await self._rasa.reply(message)
        except DialoguePaused:
            # It was taken over a moment ago; or it was given back, and Rasa or this service was down when Rasa was to be told.
            if taken := await self._to_officer(message, is_in_tracker=True):
                return taken
            await self._rasa.set_silent(message.conversation_id, False)
            messages = await self._rasa.reply(message)
        messages = in_script_of(message, messages)
        said = (Said(Author.ENQUIRER, message.text), *(Said(Author.BOT, m.text, answer=m.answer) for m in messages))
        self._conversations.record(Turn(message.conversation_id, message.channel, at, said))
        return Taken(messages, None)

    async def _to_officer(self, message: IncomingMessage, is_in_tracker: bool = False) -> Taken | None:
        officer = await self._conversations.hear(message.conversation_id, message.text)
        if officer is None:
            return None
        if not is_in_tracker:
            await self._rasa.add_words(message.conversation_id, message.text)
        return Taken((), officer)

    async def is_ready(self) -> bool:
        """Whether a question can be answered."""
        return await self._rasa.is_ready()
