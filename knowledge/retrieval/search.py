"""Scores every candidate for a question by characters, by sounds and by meaning, and adds the three up.

An answer is ranked higher where its clause has other answers that fit, and where the question's words speak for its
clause: answers of a clause are told apart by single words, and together they show what the question is about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder
from knowledge.index.assembly import Index
from knowledge.library import Entry
from knowledge.terms import Terms

_CLAUSE_BEST = 3
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each measure counts, after all have been brought to the same deviation."""

    characters: float = 1.0
    meaning: float = 0.5
    sounds: float = 0.5
    clause: float = 0.8
    """Of the best answers of an answer's clause."""
    leaning: float = 5.0
    """Of what the question's words speak for an answer's clause, which has a deviation of its own."""


BALANCED = Weights()


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate and how well it fits, in several measures."""

    entry: Entry
    score: float
    """Sum of its own standardised measures: comparable within one question only."""
    similarity: float
    """Cosine of the question and the candidate's nearest text."""
    overlap: float = 0.0
    """BM25 by characters for each of the question's terms: how many of its words the candidate has, whatever the others have."""


@dataclass(frozen=True, slots=True)
class Matches:
    """All that a judgement needs to know about one question."""

    answers: tuple[Match, ...]
    """Best first; candidates that quote the plan."""
    boundaries: tuple[Match, ...]
    """Best first; questions that the plan is known not to answer."""
    doubt: float
    """Log-odds that the wording asks for something the plan does not state, see `knowledge.index.leaning`."""
    leaning: float = 0.0
    """How much the wording speaks for the best answer's clause: above 0 where it surely does, about -1 where not at all."""
    known: float = 1.0
    """Share of the question's terms that stand in any text at all."""

    @property
    def all(self) -> tuple[Match, ...]:
        """Answers and boundaries."""
        return (*self.answers, *self.boundaries)


class Retriever:
    """Searches an index."""

    def __init__(self, index: Index, encoder: Encoder, weights: Weights = BALANCED) -> None:
        self._weights = weights
        self._index = index
        self._encoder = encoder
        self._boundaries = np.flatnonzero([entry.is_boundary for entry in index.candidates])
        self._answers = np.flatnonzero([not entry.is_boundary for entry in index.candidates])
        clauses = [index.candidates[place].quotes[0].clause for place in self._answers]
        numbers = {clause: number for number, clause in enumerate(dict.fromkeys(clauses))}
        self._clause_of = np.array([numbers[clause] for clause in clauses], dtype=np.int64)
        self._by_clause = np.argsort(self._clause_of, kind="stable")
        """The answers in the order of their clauses, and where each clause begins."""
        self._starts = np.searchsorted(self._clause_of[self._by_clause], np.arange(len(numbers)))
        columns = {clause: column for column, clause in enumerate(index.leaning.clauses)}
        self._leaning_of = np.array([columns.get(clause, len(columns)) for clause in clauses], dtype=np.int64)
        """For each answer its clause's column; one behind the last for another document's."""

    def search(self, terms: Terms, best: int = 5, added: Array | None = None) -> Matches:
        """The best answers and the best boundaries for a question; `added` is added to their scores, shape (candidates,)."""
        similarities = self._index.vectors.similarities(self._encoder.encode([terms.meaning])[0])
        words = self._index.characters.scores(terms.characters)
        overlaps = words / max(1, len(set(terms.characters)))
        scores = (
            self._weights.characters * _standardised(words)
            + self._weights.meaning * _standardised(similarities)
            + self._weights.sounds * _standardised(self._index.sounds.scores(terms.sounds))
        )
        if added is not None:
            scores = scores + added
        own = scores[self._answers]
        lean = self._index.leaning.of(terms)
        # Nothing speaks for another document's clause or against it: it stands where the likeliest clause stands.
        for_clause = np.append(lean.clauses, lean.clauses.max(initial=-1.0))[self._leaning_of]
        ranked = _ranked(own + self._weights.clause * self._support(own) + self._weights.leaning * for_clause, best)
        answers = self._answers[ranked]
        boundaries = self._boundaries[_ranked(scores[self._boundaries], best)]
        of_answers, of_boundaries = (
            tuple(Match(self._index.candidates[i], float(scores[i]), float(similarities[i]), float(overlaps[i])) for i in kind)
            for kind in (answers, boundaries)
        )
        known = self._index.characters.share_known(terms.characters)
        return Matches(of_answers, of_boundaries, lean.doubt, float(for_clause[ranked[0]]), known)

    def _support(self, scores: Array) -> Array:
        """For each answer the mean score of the best answers of its clause, shape (answers,)."""
        left, clause_of = scores[self._by_clause], self._clause_of[self._by_clause]
        best = []
        for _ in range(_CLAUSE_BEST):
            best.append(np.maximum.reduceat(left, self._starts))
            places = np.flatnonzero(left == best[-1][clause_of])
            _, first = np.unique(clause_of[places], return_index=True)
            left[places[first]] = -np.inf
        tops = np.stack(best)
        counted = np.isfinite(tops)
        means: Array = np.where(counted, tops, 0.0).sum(axis=0) / counted.sum(axis=0)
        support: Array = means[self._clause_of]
        return support


def _ranked(scores: Array, best: int) -> npt.NDArray[np.int64]:
    if len(scores) > best:  # the rest need not be put in order
        edge = np.partition(scores, -best)[-best]
        places = np.flatnonzero(scores >= edge)
    else:
        places = np.arange(len(scores))
    ranked: npt.NDArray[np.int64] = places[np.argsort(-scores[places], kind="stable")[:best]]
    return ranked


def _standardised(scores: Array) -> Array:
    """Zero mean and unit deviation, so that measures of different scales can be added; zeros where all are equal."""
    deviation = float(scores.std())
    return (scores - scores.mean()) / deviation if deviation > 0 else np.zeros_like(scores)
