"""Decides whether the best match answers the question, or the plan does not say what is asked.

What tells the two apart was learnt from wordings held apart from the index, see `knowledge.score.calibration`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from knowledge.errors import DamagedIndex
from knowledge.library import Entry
from knowledge.retrieval.features import NAMES, features
from knowledge.retrieval.search import Matches
from knowledge.retrieval.trees import Trees, read_trees
from knowledge.terms import Terms

FILE = Path(__file__).resolve().parent / "judgement.json"
# A boundary that trails the best answer by more than this is about something else: its text is not told.
_FITTING_BOUNDARY = 4.0
_ALIKE = 0.6
# Wordings this near to a known one, and this much nearer than to any of the other kind, are of its kind: all of those held apart were.
_NEARLY_THE_SAME, _CLEARLY_NEARER = 0.95, 0.05
_SURE = 0.95


class Verdict(Enum):
    """What is to be told."""

    ANSWERED = "answered"
    """The entry answers the question."""
    BOUNDARY = "boundary"
    """The plan does not say it, and the entry says so for this very question."""
    UNSTATED = "unstated"
    """The plan does not say it; the entry is the nearest thing that it does say."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the entry it rests on, and how sure it is (0.5 to 1)."""

    verdict: Verdict
    entry: Entry
    score: float


class Judge:
    """Judges questions by what was learnt."""

    def __init__(self, trees: Trees, threshold: float = 0.5) -> None:
        self._trees = trees
        self._threshold = threshold

    def judge(self, terms: Terms, matches: Matches) -> Judgement:
        """Weigh how the best answer compares with the best boundary, and what is asked for with what is stated."""
        answer = matches.answers[0]
        if not matches.boundaries:  # a library without any: all that is left to go by is likeness
            verdict = Verdict.ANSWERED if answer.similarity >= _ALIKE else Verdict.UNSTATED
            return Judgement(verdict, answer.entry, 0.5)
        boundary = matches.boundaries[0]
        known = _of_a_known_kind(matches)
        answered = self._trees.probability(features(terms, matches)) if known is None else known
        if answered >= self._threshold:
            return Judgement(Verdict.ANSWERED, answer.entry, answered)
        if answer.score - boundary.score > _FITTING_BOUNDARY:
            return Judgement(Verdict.UNSTATED, answer.entry, 1 - answered)
        return Judgement(Verdict.BOUNDARY, boundary.entry, 1 - answered)


def _of_a_known_kind(matches: Matches) -> float | None:
    """How probably the question is answered where it is nearly a known one, else None."""
    answer, boundary = (max(match.similarity for match in kind) for kind in (matches.answers, matches.boundaries))
    if max(answer, boundary) < _NEARLY_THE_SAME or abs(answer - boundary) < _CLEARLY_NEARER:
        return None
    return _SURE if answer > boundary else 1 - _SURE


@cache
def open_judge(file: Path = FILE) -> Judge:
    """The judge of a file. Raises DamagedIndex where it was made for other features."""
    hint = "run `python -m knowledge calibrate`"
    try:
        trees = read_trees(file)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(f"cannot be read: {error}", file=file, hint=hint) from error
    if trees.names != NAMES:
        raise DamagedIndex("it was made for other features", file=file, hint=hint)
    return Judge(trees)
