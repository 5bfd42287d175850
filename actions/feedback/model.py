"""A remark on one answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Kind(Enum):
    """Why an answer deserves an officer's look."""

    UP = "up"
    """The enquirer found it useful."""
    DOWN = "down"
    """The enquirer did not."""
    ABSTAINED = "abstained"
    """The plan does not say what was asked."""
    UNSURE = "unsure"
    """It was answered, and the judgement was near the edge."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What is kept of it; question and comment with personal numbers masked."""

    kind: Kind
    at: datetime
    """In UTC."""
    conversation: str
    """Tells conversations apart and leads to none: see `conversation_mark`."""
    question: str
    comment: str = ""
    entry: str = ""
    """Id of the entry that was told, or of the nearest; empty where it is not known."""
    score: float | None = None


def conversation_mark(conversation_id: str) -> str:
    """A one-way mark of a conversation id: whoever reads the remarks cannot enter the conversation."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=8).hexdigest()
