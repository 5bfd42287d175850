"""The plan as values: clauses, sentences with their exact places in the text, and who is responsible for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property


class Role(Enum):
    """A bureau's part in a clause, as its 责任单位 note gives it."""

    PRINCIPAL = "principal"  # 牵头
    SUPPORTING = "supporting"  # 配合
    PARTICIPATING = "participating"  # 参与


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters in the plan's text: text[start:end]."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a clause, verbatim."""

    id: str
    """Clause id, colon, running number from 1, such as ``task-09:3``."""
    text: str
    span: Span
    names_responsibility: bool
    """True for the closing （责任单位：…） note."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """One bureau's role in one clause."""

    bureau: str
    """Canonical name, see bureaus.yml."""
    role: Role


@dataclass(frozen=True)
class Clause:
    """A numbered item of the plan, the unit that answers cite."""

    id: str
    """Public id: ``overview-1``, ``task-09``, ``safeguard-4``."""
    number: str
    """As a person would cite it: 二（三）9."""
    title: str
    heading_path: tuple[str, ...]
    """Headings from the part down to the clause itself."""
    text: str
    span: Span
    sentences: tuple[Sentence, ...]
    responsibilities: tuple[Responsibility, ...]

    def bureaus(self, role: Role) -> tuple[str, ...]:
        """Canonical names of the bureaus with that role, in the plan's order."""
        return tuple(r.bureau for r in self.responsibilities if r.role is role)

    def sentence_with(self, quote: str) -> Sentence:
        """The first sentence that shares text with the quote.

        Raises ValueError where the quote is not a verbatim part of the clause.
        """
        offset = self.text.find(quote)
        if offset < 0:
            raise ValueError(f"not verbatim in {self.id}: {quote}")
        start = self.span.start + offset
        return next(s for s in self.sentences if s.span.end > start)


@dataclass(frozen=True)
class Plan:
    """The whole document."""

    slug: str
    title: str
    short_title: str
    standing: str
    """征求意见稿 while it is a draft for comment."""
    issuer: str
    source: str
    text: str
    clauses: tuple[Clause, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Clause]:
        """The clauses by their public id."""
        return {clause.id: clause for clause in self.clauses}
