"""From a question to a judgement: leaves out what does not hold today or is about another year, searches, and judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index
from knowledge.library import Entry
from knowledge.plan import Clause, Plan
from knowledge.question.years import years_in
from knowledge.retrieval.judgement import Judgement, Verdict, open_judge
from knowledge.retrieval.search import Matches, Retriever
from knowledge.terms import Terms

GOALS = "overview-3"
"""The clause that sets goals for several years, which must not be mixed up."""

_OF_THE_YEAR = 1.5
_OUT_OF_SIGHT = -100.0
_NEARLY_AS_WELL = 8.0
_MOST_RELATED = 2
_SURE, _FAIRLY_SURE = 0.95, 0.6
_FITS_AS_WELL = 0.6


@dataclass(frozen=True)
class Found:
    """What was judged, and what is nearest to the question."""

    judgement: Judgement
    search: Callable[[], Matches]

    @cached_property
    def matches(self) -> Matches:
        """Searched for when they are asked for: what the library knows to the letter is mostly told without."""
        return self.search()

    @property
    def related(self) -> tuple[Entry, ...]:
        """Other entries of the best answer's clause that fit nearly as well: which one was meant is not always to be told."""
        best = self.matches.answers[0]
        clause = best.entry.quotes[0].clause
        near = (match for match in self.matches.answers[1:] if best.score - match.score < _NEARLY_AS_WELL)
        return tuple(match.entry for match in near if match.entry.quotes[0].clause == clause)[:_MOST_RELATED]


class Finder:
    """Finds what answers a question."""

    def __init__(self, plan: Plan, index: Index, encoder: Encoder, normalised: Mapping[str, str], today: Callable[[], date]) -> None:
        """`normalised` has every wording as a question is read, `today` tells the day on which entries and documents must hold."""
        self._retriever = Retriever(index, encoder)
        self._judge = open_judge()
        self._today = today
        self._candidates = index.candidates
        self._years = [_goal_years(plan.by_id[GOALS], entry) for entry in index.candidates]
        self._has_documents = any(is_document_clause(quote.clause) for entry in index.candidates for quote in entry.quotes)
        self._entries_by_wording = {
            _bare(normalised[wording]): entry for entry in index.candidates for wording in entry.wordings if wording
        }
        self._dated = [i for i, entry in enumerate(index.candidates) if entry.valid_from or entry.valid_until]
        self.goal_years = frozenset(years_in(plan.by_id[GOALS].text))
        """All years for which the plan sets goals."""

    def find(self, terms: Terms, best: int = 5) -> Found:
        """What is nearest to the question, `best` answers and boundaries, and whether it answers it."""

        def search() -> Matches:
            return self._retriever.search(terms, best, self._adjustments(years_in(terms.text)))

        if known := self._known(terms):
            return Found(known, search)
        matches = search()
        return Found(self._from_documents(self._judge.judge(terms, matches), matches), lambda: matches)

    def _known(self, terms: Terms) -> Judgement | None:
        """For a question in the very words of the library there is nothing to judge."""
        entry = self._entries_by_wording.get(_bare(terms.text))
        if entry is None or not entry.is_valid_on(self._today()):
            return None
        return Judgement(Verdict.BOUNDARY if entry.is_boundary else Verdict.ANSWERED, entry, _SURE)

    def _from_documents(self, judgement: Judgement, matches: Matches) -> Judgement:
        """Where the plan is silent, another document may have the answer; it never takes the plan's place."""
        if judgement.verdict is Verdict.ANSWERED or not self._has_documents:
            return judgement
        best = matches.answers[0]
        rival = max(best.score, *(match.score for match in matches.boundaries[:1]))
        for match in matches.answers:
            if is_document_clause(match.entry.quotes[0].clause) and match.score >= _FITS_AS_WELL * rival:
                return Judgement(Verdict.ANSWERED, match.entry, _FAIRLY_SURE)
        return judgement

    def is_goal(self, judgement: Judgement) -> bool:
        """Whether a judgement rests on the goals."""
        return any(quote.clause == GOALS for quote in judgement.entry.quotes)

    def _adjustments(self, asked: frozenset[int]) -> npt.NDArray[np.float32] | None:
        """What is added to each candidate's score: what does not hold today or is of another year falls out of sight."""
        today = self._today()
        places = [i for i in self._dated if not self._candidates[i].is_valid_on(today)]
        asked &= self.goal_years
        if not places and not asked:
            return None
        added = np.zeros(len(self._candidates), dtype=np.float32)
        for i, years in enumerate(self._years if asked else ()):
            if years:
                added[i] = _OF_THE_YEAR if years & asked else _OUT_OF_SIGHT
        added[places] = _OUT_OF_SIGHT
        return added


def _goal_years(goals: Clause, entry: Entry) -> frozenset[int]:
    """The years whose goals an entry is about: those of the paragraphs that it quotes, or that a boundary near them names."""
    if entry.is_boundary:
        return years_in(entry.question) if entry.near == goals.id else frozenset()
    texts = [quote.text.strip() for quote in entry.quotes if quote.clause == goals.id]
    return frozenset(
        year for paragraph in goals.text.split("\n") if any(text in paragraph for text in texts) for year in years_in(paragraph)
    )


def is_document_clause(clause: str) -> bool:
    """True for a clause of a document beside the plan: its id names the document."""
    return "/" in clause


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text))
