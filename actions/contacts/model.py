"""Persons on a platform, their messages, and what is said to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

Allowance = tuple[int, timedelta]
"""How many messages may be sent after something that a person did, and for how long."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A choice that was shown: tapping it, or typing its number, says `payload`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Words for a person; one answer is one message on the platform."""

    text: str
    choices: tuple[Offered, ...] = ()
    whole_url: str = ""
    """Where the whole text can be read if the platform cuts it."""


@dataclass(frozen=True, slots=True)
class Message:
    """What a person did on a platform, as far as a restarted service has to know it to answer it."""

    channel: str
    account: str
    person: str
    key: str
    """The same for each retry of one message."""
    kind: str
    text: str
    choice: str
    scene: str


@dataclass(frozen=True, slots=True)
class Window:
    """What may be said to a person before they write again."""

    left: int
    """Messages."""
    until: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether one may be sent."""
        return self.left > 0 and now < self.until


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on a platform, and the conversation that is theirs."""

    id: int
    channel: str
    account: str
    person: str
    """The platform's id of them."""
    conversation_id: str
    mark: str
    """Of the conversation."""
    choices: tuple[Offered, ...]
    """Those that were shown last, while they still stand for what a number means."""


class Progress(Enum):
    """How far a message is when it comes in."""

    NEW = "new"
    """It is ours to answer."""
    ELSEWHERE = "elsewhere"
    """Another process answers it, or did until a moment ago."""
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came in."""

    inbox_id: int
    progress: Progress
    contact: Contact | None
    """Of a new one."""


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A message that nobody answers any more: its process has died."""

    inbox_id: int
    message: Message
    at: datetime
    """When it came in."""


class Words(Enum):
    """What waits to be said."""

    ANSWER = "answer"
    """What the bot answered too late to go with the platform's request."""
    OFFICER = "officer"
    """What an officer or the service says outside of a turn."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of the things that wait to be said to one person."""

    id: int
    words: Words
    answer: Answer


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent to one person as one message."""

    contact_id: int
    account: str
    person: str
    ids: tuple[int, ...]
    answer: Answer
    attempts: int
    """Those before this one."""
    since: datetime
    """When the oldest of it was said."""
