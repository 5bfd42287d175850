"""Marks for single answers, and their shares with confidence intervals. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.answer import Answer, NoAnswer
from knowledge.plan import Clause
from knowledge.score.questions import KnownQuestion


@dataclass(frozen=True, slots=True)
class Mark:
    """What was right about one answer."""

    question: KnownQuestion
    told: Answer | NoAnswer

    @property
    def refused(self) -> bool:
        """The knowledge said that the plan does not answer."""
        return isinstance(self.told, NoAnswer)

    @property
    def clause_right(self) -> bool:
        """The best citation is of an acceptable clause, or all of them are cited where the question needs it."""
        if not isinstance(self.told, Answer):
            return False
        cited = [citation.clause for citation in self.told.citations]
        if self.question.needs_all_clauses:
            return set(self.question.clauses).issubset(cited)
        return bool(cited) and cited[0] in self.question.clauses  # what is told about the assistant itself cites nothing

    @property
    def facts_right(self) -> bool:
        """Every key fact stands in the answer or in a quote."""
        if not isinstance(self.told, Answer):
            return False
        words = self.told.text + "".join(citation.quote for citation in self.told.citations)
        return all(any(fact in words for fact in alternatives) for alternatives in self.question.facts)

    @property
    def right(self) -> bool:
        """Clause and key facts are right, or an unanswerable question was refused."""
        return self.clause_right and self.facts_right if self.question.is_answerable else self.refused

    @property
    def bureau_right(self) -> bool:
        """An expected bureau is among the principal ones."""
        return not self.question.bureaus or bool(set(self.question.bureaus).intersection(self.told.bureaus.principal))


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of a number, as a share with its 95 % Wilson interval (Wilson 1927)."""

    count: int
    total: int

    @classmethod
    def of(cls, marks: Sequence[bool]) -> Share:
        """Share of true ones."""
        return cls(sum(marks), len(marks))

    @property
    def value(self) -> float:
        """0 to 1; NaN of nothing."""
        return self.count / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound, 0 to 1."""
        if not self.total:
            return (math.nan, math.nan)
        z, n, p = 1.959964, self.total, self.value
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return ((centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n))

    def __str__(self) -> str:
        """Such as `0.93 [0.89, 0.96] (223/240)`."""
        low, high = self.interval
        return f"{self.value:.2f} [{low:.2f}, {high:.2f}] ({self.count}/{self.total})" if self.total else "-"


def quotes_verbatim(marks: Sequence[Mark], clauses: Mapping[str, Clause]) -> Share:
    """Of all citations the share whose quote stands to the letter in the clause that it names."""
    cited = [citation for mark in marks if isinstance(mark.told, Answer) for citation in mark.told.citations]
    return Share.of([citation.quote in clauses[citation.clause].text for citation in cited])
