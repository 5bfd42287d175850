"""Decides whether the best match answers the question, or the plan does not say what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from knowledge.library import Entry
from knowledge.retrieval.search import Matches


class Verdict(Enum):
    """What is to be said."""

    ANSWERED = "answered"
    UNSTATED = "unstated"
    OFF_TOPIC = "off_topic"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the entry that carries it, and how sure it is (0 to 1)."""

    verdict: Verdict
    entry: Entry | None
    score: float


def judge(matches: Matches) -> Judgement:
    """Weigh the best answer against the best boundary."""
    answer, boundary = matches.answers[0], matches.boundaries[0]
    if boundary.score > answer.score:
        off_topic = boundary.entry.near is None and not boundary.entry.bureaus
        return Judgement(Verdict.OFF_TOPIC if off_topic else Verdict.UNSTATED, boundary.entry, 0.9)
    return Judgement(Verdict.ANSWERED, answer.entry, max(0.0, min(1.0, answer.similarity)))
