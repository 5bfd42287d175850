"""Decides whether the best match answers the question, or the plan does not say what is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from knowledge.library import Entry
from knowledge.retrieval.search import Matches

# How many points of doubt one point of the best answer's lead over the best boundary outweighs.
_LEAD_WEIGHT = 0.15
# A question whose nearest wording is less similar than this is in strange words, and may be about anything.
_FAMILIAR_SIMILARITY = 0.45
_STRANGENESS_WEIGHT = 6.0
# A boundary that trails the best answer by more than this is about something else: its text is not told.
_FITTING_BOUNDARY = 4.0


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


def judge(matches: Matches) -> Judgement:
    """Weigh what the wording asks for, how far the best answer leads over the best boundary, and how familiar it all is."""
    answer, boundary = matches.answers[0], matches.boundaries[0]
    lead = answer.score - boundary.score
    strangeness = max(0.0, _FAMILIAR_SIMILARITY - answer.similarity)
    answered = 1 / (1 + math.exp(matches.doubt - _LEAD_WEIGHT * lead + _STRANGENESS_WEIGHT * strangeness))
    if answered >= 0.5:
        return Judgement(Verdict.ANSWERED, answer.entry, answered)
    if lead > _FITTING_BOUNDARY:
        return Judgement(Verdict.UNSTATED, answer.entry, 1 - answered)
    return Judgement(Verdict.BOUNDARY, boundary.entry, 1 - answered)
