"""From a question to a judgement: leaves out what does not hold today or is about another year, searches, and judges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index
from knowledge.library import Quote
from knowledge.plan import Clause, Plan
from knowledge.question.years import years_in
from knowledge.retrieval.judgement import Judgement, judge
from knowledge.retrieval.search import Matches, Retriever
from knowledge.terms import Terms

GOALS = "overview-3"
"""The clause that sets goals for several years, which must not be mixed up."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was judged, and what it was judged from."""

    judgement: Judgement
    matches: Matches


class Finder:
    """Finds what answers a question."""

    def __init__(self, plan: Plan, index: Index, encoder: Encoder, today: Callable[[], date]) -> None:
        self._retriever = Retriever(index, encoder)
        self._today = today
        self._candidates = index.candidates
        self._years = [_goal_years(plan.by_id[GOALS], entry.quotes) for entry in index.candidates]
        self._dated = [i for i, entry in enumerate(index.candidates) if entry.valid_from or entry.valid_until]
        self.goal_years = frozenset(year for years in self._years for year in years)
        """All years for which the plan sets goals."""

    def find(self, terms: Terms, best: int = 5) -> Found:
        """What is nearest to the question, `best` answers and boundaries, and whether it answers it."""
        matches = self._retriever.search(terms, best, left_out=self._left_out(years_in(terms.text)))
        return Found(judge(matches), matches)

    def is_goal(self, judgement: Judgement) -> bool:
        """Whether a judgement rests on the goals."""
        return any(quote.clause == GOALS for quote in judgement.entry.quotes)

    def _left_out(self, asked: frozenset[int]) -> npt.NDArray[np.bool_] | None:
        today = self._today()
        places = [i for i in self._dated if not self._candidates[i].is_valid_on(today)]
        if asked & self.goal_years:
            places += [i for i, years in enumerate(self._years) if years and not years & asked]
        if not places:
            return None
        left_out = np.zeros(len(self._candidates), dtype=np.bool_)
        left_out[places] = True
        return left_out


def _goal_years(goals: Clause, quotes: Sequence[Quote]) -> frozenset[int]:
    """The years that quotes are about: those that their paragraphs begin with."""
    texts = [quote.text.strip() for quote in quotes if quote.clause == goals.id]
    return frozenset(
        year for paragraph in goals.text.split("\n") if any(text in paragraph for text in texts) for year in years_in(paragraph)
    )
