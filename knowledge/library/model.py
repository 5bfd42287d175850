"""What officers write down: answers with their quotes (FAQ), and what the plan leaves open (boundaries)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

ABOUT_THE_SERVICE = "about-the-service"
"""The topic of questions about the assistant itself, which no clause answers."""


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
    """Best first; empty for a boundary and for what is about the assistant itself."""
    bureaus: tuple[str, ...]
    """Who answers for it where that is not the first quote's principal bureau; canonical names."""
    near: str | None
    """Boundary only: the clause that it comes near to, None when it is off topic."""
    answer_en: str | None = None
    """The same answer in English."""
    valid_from: date | None = None
    valid_until: date | None = None
    """Last day on which it may be told."""
    reviewer: str | None = None

    @property
    def is_boundary(self) -> bool:
        """True where the plan does not say what is asked."""
        return not self.quotes

    @property
    def is_about_the_service(self) -> bool:
        """True where the assistant itself is asked about: the plan does not say it, and there is an answer."""
        return not self.quotes and self.topic == ABOUT_THE_SERVICE

    @property
    def wordings(self) -> tuple[str, ...]:
        """The question and its other phrasings."""
        return (self.question, *self.phrasings)

    def is_valid_on(self, day: date) -> bool:
        """True from the first to the last day of validity, both included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)
