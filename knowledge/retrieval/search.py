"""Scores every candidate for a question by characters, by sounds and by meaning, and adds the three up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder
from knowledge.index.folder import Index
from knowledge.library import Entry
from knowledge.terms import Terms

_SOUND_WEIGHT = 0.5
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate and how well it fits, in several measures."""

    entry: Entry
    score: float
    """Sum of the standardised measures: comparable within one question only."""
    similarity: float
    """Cosine of the question and the candidate's nearest text."""


@dataclass(frozen=True, slots=True)
class Matches:
    """All that a judgement needs to know about one question."""

    answers: tuple[Match, ...]
    """Best first; candidates that quote the plan."""
    boundaries: tuple[Match, ...]
    """Best first; questions that the plan is known not to answer."""


class Retriever:
    """Searches an index."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encoder = encoder
        self._is_boundary = np.array([entry.is_boundary for entry in index.candidates])

    def search(self, terms: Terms, best: int = 5) -> Matches:
        """The best answers and the best boundaries for a question."""
        similarities = self._index.vectors.similarities(self._encoder.encode([terms.text])[0])
        total = (
            _standardised(self._index.characters.scores(terms.characters))
            + _standardised(similarities)
            + _SOUND_WEIGHT * _standardised(self._index.sounds.scores(terms.sounds))
        )
        return Matches(
            self._best(total, similarities, ~self._is_boundary, best),
            self._best(total, similarities, self._is_boundary, best),
        )

    def _best(self, total: Array, similarities: Array, allowed: npt.NDArray[np.bool_], best: int) -> tuple[Match, ...]:
        places = np.flatnonzero(allowed)
        ranked = places[np.argsort(-total[places], kind="stable")[:best]]
        return tuple(Match(self._index.candidates[i], float(total[i]), float(similarities[i])) for i in ranked)


def _standardised(scores: Array) -> Array:
    """Zero mean and unit deviation, so that measures of different scales can be added; zeros where all are equal."""
    deviation = float(scores.std())
    return (scores - scores.mean()) / deviation if deviation > 0 else np.zeros_like(scores)
