"""Which known questions would be answered otherwise by another state of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.answer import Answer, NoAnswer
from knowledge.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer changes."""

    question: str
    before: Answer | NoAnswer
    after: Answer | NoAnswer

    @property
    def is_of_substance(self) -> bool:
        """Another entry answers, or it is answered no more or for the first time; otherwise only the wording has changed."""
        return type(self.before) is not type(self.after) or self.before.entry_id != self.after.entry_id


def changes(before: Knowledge, after: Knowledge, questions: Iterable[str]) -> Iterator[Change]:
    """The questions of which the two say different things, in their order; scores alone do not count."""
    for question in questions:
        was, will_be = before.ask(question), after.ask(question)
        if (was.text, _quotes(was)) != (will_be.text, _quotes(will_be)):
            yield Change(question, was, will_be)


def _quotes(told: Answer | NoAnswer) -> tuple[str, ...]:
    return tuple(citation.quote for citation in told.citations) if isinstance(told, Answer) else ()
