"""What officers write down: answers with their quotes (FAQ), and what the plan leaves open (boundaries)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words of a clause."""

    clause: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that people ask, in their many wordings, with what is to be said to it."""

    id: str
    topic: str
    question: str
    phrasings: tuple[str, ...]
    """Other wordings of the question, each written by hand."""
    answer: str
    """Simplified Chinese, an officer's words; clause number and bureau are added when it is told."""
    quotes: tuple[Quote, ...]
    """Best first; empty for a boundary."""
    bureaus: tuple[str, ...]
    """Who answers for it where that is not the first quote's principal bureau; canonical names."""
    near: str | None
    """Boundary only: the clause that it comes near to, None when it is off topic."""

    @property
    def is_boundary(self) -> bool:
        """True where the plan does not say what is asked."""
        return not self.quotes

    @property
    def wordings(self) -> tuple[str, ...]:
        """The question and its other phrasings."""
        return (self.question, *self.phrasings)
