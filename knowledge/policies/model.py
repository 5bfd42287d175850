"""Policy documents beside the plan as values; their clauses are of the plan's own kind, so whatever cites the plan can cite them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path

from knowledge.plan import Clause


class Standing(Enum):
    """Whether a document holds, as its side-car says."""

    DRAFT = "draft"  # 征求意见稿
    IN_FORCE = "in force"  # 现行有效
    SUPERSEDED = "superseded"  # 已废止或被取代


@dataclass(frozen=True)
class Document:
    """One policy document."""

    slug: str
    """Name of its files without suffix, ``[a-z0-9-]+``."""
    title: str
    issuer: str
    date: datetime.date
    """When it was issued."""
    standing: Standing
    valid_from: datetime.date | None
    valid_until: datetime.date | None
    """The last day on which it holds."""
    superseded_by: str | None
    """Slug of the document that took its place."""
    bureaus: tuple[str, ...]
    """In charge of what no clause assigns, canonical names."""
    file: Path
    text: str
    """One line a paragraph or table row; the clauses' spans count its characters."""
    clauses: tuple[Clause, ...]
    """In the document's order; ids such as ``talent-measures/3-2`` for 第三条（二）."""
    read_on: datetime.date

    @property
    def answerable(self) -> bool:
        """Whether answers might cite it on the day it was read."""
        return self.answerable_on(self.read_on)

    def answerable_on(self, day: datetime.date) -> bool:
        """Whether answers may cite it on that day: it is not superseded, has begun and has not ended. A draft may be cited as such."""
        has_begun = self.valid_from is None or self.valid_from <= day
        has_ended = self.valid_until is not None and self.valid_until < day
        return self.standing is not Standing.SUPERSEDED and has_begun and not has_ended

    @cached_property
    def by_id(self) -> Mapping[str, Clause]:
        """The clauses by their id."""
        return {clause.id: clause for clause in self.clauses}


@dataclass(frozen=True)
class Documents:
    """All documents of a folder, by slug in alphabetical order; those that no longer hold too."""

    by_slug: Mapping[str, Document]

    @cached_property
    def by_clause(self) -> Mapping[str, Document]:
        """The document of each clause id."""
        return {clause.id: document for document in self.by_slug.values() for clause in document.clauses}
