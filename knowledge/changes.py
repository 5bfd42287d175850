"""Which known questions would be answered otherwise by another state of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from knowledge.answer import Answer, NoAnswer
from knowledge.knowledge import Knowledge

ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Told:
    """What is told to a question, as far as two states may differ in it."""

    kind: str
    """``answered``, or the reason why not: ``unstated``, ``off_topic``, ``no_words``."""
    entry: str
    """Id; empty where there is none."""
    text: str
    quotes: tuple[tuple[str, str], ...] = ()
    """Clause and words of each citation."""

    @classmethod
    def of(cls, told: Answer | NoAnswer) -> Told:
        """What the knowledge tells; how sure it is does not count."""
        if isinstance(told, Answer):
            quotes = tuple((citation.clause, citation.quote) for citation in told.citations)
            return cls(ANSWERED, told.entry_id, told.text, quotes)
        return cls(told.reason.value, told.entry_id or "", told.text)

    @classmethod
    def of_fields(cls, fields: Mapping[str, Any]) -> Told:
        """Read what `as_fields` wrote."""
        return cls(**{**fields, "quotes": tuple((clause, words) for clause, words in fields["quotes"])})

    def as_fields(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)


class ChangeKind(Enum):
    """What becomes of an answer."""

    LOST = "lost"
    """It is answered no more."""
    OTHER = "other"
    """Another entry answers, or says why there is no answer."""
    GAINED = "gained"
    """It is answered for the first time."""
    WORDING = "wording"
    """The same entry says it in other words, or with other quotes."""

    @property
    def is_of_substance(self) -> bool:
        """Whether more than words change."""
        return self is not ChangeKind.WORDING


def change_of(before: Told, after: Told) -> ChangeKind | None:
    """None where both say the same."""
    if (before.text, before.quotes) == (after.text, after.quotes):
        return None
    if ANSWERED in (before.kind, after.kind) and before.kind != after.kind:
        return ChangeKind.LOST if before.kind == ANSWERED else ChangeKind.GAINED
    return ChangeKind.WORDING if (before.kind, before.entry) == (after.kind, after.entry) else ChangeKind.OTHER


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer changes."""

    question: str
    before: Told
    after: Told
    kind: ChangeKind


def changes(before: Knowledge, after: Knowledge, questions: Iterable[str]) -> Iterator[Change]:
    """The questions of which the two say different things, in their order."""
    for question in questions:
        was, will_be = Told.of(before.ask(question)), Told.of(after.ask(question))
        if kind := change_of(was, will_be):
            yield Change(question, was, will_be, kind)
