"""What was said in a conversation, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Author(Enum):
    """Who speaks."""

    ENQUIRER = "enquirer"
    BOT = "bot"
    OFFICER = "officer"
    """A person in a bureau, in the bot's place or about a ticket."""
    SYSTEM = "system"
    """The service itself: who takes over, and who gives back."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words to be kept."""

    author: Author
    text: str
    bureau: str = ""
    """Of an officer."""
    name: str = ""
    """Of an officer who chose to show it."""
    answer: Mapping[str, Any] | None = None
    """The bot's answer with its citations, as in the public API."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words that are kept. Ids grow with time over all conversations."""

    id: int
    mark: str
    at: datetime
    said: Said


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of an enquirer and what it was answered."""

    conversation_id: str
    channel: str
    at: datetime
    said: tuple[Said, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Takeover:
    """An officer speaks in the bot's place."""

    mark: str
    login: str
    bureau: str
    name: str
    """Empty where the officer is not named to the enquirer."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation in the list. The id itself, which opens it, is not in here."""

    mark: str
    channel: str
    began_at: datetime
    last_at: datetime
    bureau: str
    """The principal bureau of the latest answer; empty where none was named."""
    waiting_since: datetime | None
    """An officer speaks, and the enquirer waits for an answer since."""
    takeover: Takeover | None

    def is_with(self, login: str) -> bool:
        """Whether that officer speaks in it."""
        return self.takeover is not None and self.takeover.login == login


class ConversationError(Exception):
    """Something cannot be done with a conversation."""


class NoSuchConversation(ConversationError):
    """There is none, or its words were erased."""


class TakenByAnother(ConversationError):
    """Another officer speaks in it."""

    def __init__(self, takeover: Takeover) -> None:
        self.takeover = takeover
        super().__init__(takeover.bureau)


class NotTaken(ConversationError):
    """The officer does not speak in it: they never did, or it was given back."""
