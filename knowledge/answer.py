"""What the knowledge says to a question: an Answer with its citations, or a NoAnswer with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# Where the plan does not name a bureau for what is asked, this one takes enquiries about moving: clause 二（四）17.
FALLBACK_BUREAU = "市投资促进局"


@dataclass(frozen=True, slots=True)
class Citation:
    """The plan's own words for an answer."""

    clause: str
    number: str
    title: str
    quote: str
    """Verbatim substring of the clause."""


@dataclass(frozen=True, slots=True)
class Bureaus:
    """Who is in charge, canonical names."""

    principal: tuple[str, ...] = ()
    supporting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The question is answered: by the plan, or, about the assistant itself, by those who run it."""

    text: str
    """What a person reads: the answer, where it stands, who is in charge. At most 500 characters."""
    citations: tuple[Citation, ...]
    """Best first; empty only where the assistant itself was asked about."""
    bureaus: Bureaus
    score: float
    """0 to 1, how sure the judgement is that this answers the question."""
    entry_id: str


class Reason(Enum):
    """Why there is no answer."""

    UNSTATED = "unstated"
    """It is about moving to Zhanjiang, and the plan does not say it."""
    OFF_TOPIC = "off_topic"
    """It has nothing to do with the plan."""
    NO_WORDS = "no_words"
    """There was no word in it."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The plan does not answer the question."""

    reason: Reason
    text: str
    bureaus: Bureaus
    """Who would know; empty when off topic."""
    score: float
    """0 to 1, how sure the judgement is that the plan does not say it."""
    entry_id: str | None
