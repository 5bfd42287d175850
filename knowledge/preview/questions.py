"""Which questions are put to both states, and in which order: what is likely to change comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from knowledge.library import Entry
from knowledge.score.questions import KnownQuestion


class Known(Enum):
    """Where a question is known from."""

    EVALUATION = "evaluation"
    """The test questions, whose right answers are known."""
    REAL = "real"
    """Asked by enquirers of late."""
    WORDINGS = "wordings"
    """Of the library's entries, before and after."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; one that is known from several places is asked once."""

    text: str
    after: str = ""
    """The message before it, for one that follows up."""
    known_from: tuple[Known, ...] = ()
    expected: KnownQuestion | None = None
    is_own: bool = False
    """A wording of an entry that differs: what is told to it is meant to change."""

    @property
    def key(self) -> str:
        """Tells it from other questions."""
        return f"{self.after}\n{self.text}" if self.after else self.text


def gather(
    before: Sequence[Entry], after: Sequence[Entry], evaluation: Iterable[KnownQuestion], real: Iterable[str]
) -> tuple[Sequence[Asked], frozenset[str]]:
    """All questions in their order, and the ids of the entries that differ."""
    was, will_be = ({entry.id: entry for entry in entries if entry.question} for entries in (before, after))
    changed = frozenset(id_ for id_ in was.keys() | will_be.keys() if was.get(id_) != will_be.get(id_))
    gathered = _Gathered()
    for entries in (will_be, was):
        gathered.add_wordings((entries[id_] for id_ in changed & entries.keys()), is_own=True)
    for question in evaluation:
        gathered.add(Asked(question.text, question.after, (Known.EVALUATION,), question))
    for text in real:
        gathered.add(Asked(text, known_from=(Known.REAL,)))
    for entries in (will_be, was):
        gathered.add_wordings(entries.values(), is_own=False)
    return tuple(gathered.by_key.values()), changed


class _Gathered:
    def __init__(self) -> None:
        self.by_key: dict[str, Asked] = {}

    def add(self, asked: Asked) -> None:
        """Add a question, or where it is known from besides."""
        if known := self.by_key.get(asked.key):
            places = tuple(dict.fromkeys((*known.known_from, *asked.known_from)))
            asked = replace(known, known_from=places, expected=known.expected or asked.expected)
        self.by_key[asked.key] = asked

    def add_wordings(self, entries: Iterable[Entry], is_own: bool) -> None:
        """Add those of entries."""
        for entry in entries:
            for wording in entry.wordings:
                self.add(Asked(wording, known_from=(Known.WORDINGS,), is_own=is_own))
