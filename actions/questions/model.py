"""Questions, remarks on answers, and groups of what the library should answer better."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Status(Enum):
    """What became of a question."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    """It was answered, and the judgement was near the edge."""
    ABSTAINED = "abstained"
    """The plan does not say what was asked."""
    OFF_TOPIC = "off_topic"


class Rating(Enum):
    """An enquirer's thumb."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    at: datetime
    """In UTC."""
    conversation: str
    """Tells conversations apart and leads to none: see `conversation_mark`."""
    channel: str
    question: str
    status: Status
    clause: str = ""
    """Of the best citation; empty where there is none."""
    entry: str = ""
    """Id of the entry that was told, or of the nearest; empty where it is not known."""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A thumb on an answer."""

    at: datetime
    """In UTC."""
    conversation: str
    channel: str
    question: str
    rating: Rating
    comment: str = ""


class GroupState(Enum):
    """What officers decided about a group of questions."""

    OPEN = "open"
    ENTRY = "entry"
    """An FAQ entry was made of it."""
    NOT_OURS = "not-ours"
    SILENT = "silent"
    """The plan is silent: the named bureau would know."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean much the same."""

    id: int
    wording: str
    """Its first question, masked."""
    is_off_topic: bool
    count: int
    """Not answered, or not surely."""
    down: int
    """Thumbs down."""
    first_at: datetime
    last_at: datetime
    state: GroupState
    bureau: str
    """Named by the officer who decided that the plan is silent."""
    nearest: str
    """Id of the library's nearest entry."""
    decided_by: str
    """Login; empty while nobody has."""
    decided_at: datetime | None

    @property
    def has_come_back(self) -> bool:
        """An entry was made of it, which does not answer it."""
        return self.state is GroupState.OPEN and self.decided_at is not None


@dataclass(frozen=True, slots=True)
class Wording:
    """One question of a group, or one thumb down."""

    at: datetime
    channel: str
    question: str
    status: Status | None
    """None for a thumb."""
    score: float | None
    """How sure the judgement was, 0 to 1; None for a thumb."""
    comment: str
    """What was written to a thumb."""


class NoSuchGroup(Exception):
    """There is none with that id."""


class DecidedMeanwhile(Exception):
    """Another officer has decided about the group since."""


def conversation_mark(conversation_id: str) -> str:
    """A one-way mark of a conversation id: whoever reads it cannot enter the conversation."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=8).hexdigest()
