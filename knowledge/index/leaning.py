"""What a question's words by themselves speak for: something that the plan does not state, or one of its clauses.

Similarity cannot tell 用地指标怎么保障 from 用地每亩多少钱: the second is as near to the plan's words. What is asked for can: a
logistic regression over the wordings of the answered entries on one side and the boundaries on the other. Nor does it
know which words matter: a linear support-vector machine (Cortes & Vapnik 1995), one clause against the rest, learns
that 娃 decides and 湛江 does not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.index.linear import NOTHING, Array, LinearTerms, weigh_terms
from knowledge.library import Entry
from knowledge.terms import Terms

# What stands in one or two wordings alone says little about others, and would double the size.
_SEEN_THRICE = 3
_CLAUSES, _FUNCTIONS = "clauses.json", "functions"


@dataclass(frozen=True, slots=True)
class Lean:
    """What the words of one question speak for."""

    doubt: float
    """Log-odds, above 0 where the wording is more like that of unstated things."""
    clauses: Array
    """For each clause its signed distance from the edge between it and the rest, shape (clauses,)."""


class Leaning:
    """Linear classifiers over the same terms."""

    def __init__(self, clauses: Sequence[str], functions: LinearTerms) -> None:
        """The functions are the doubt and each clause; or none at all, and then nothing is leant to."""
        self.clauses = tuple(clauses)
        self._functions = functions

    def of(self, terms: Terms) -> Lean:
        """What a question's words speak for."""
        leant = self._functions.of((*terms.characters, *terms.ends))
        return Lean(float(leant[0]), leant[1:]) if len(leant) else Lean(0.0, leant)

    def save(self, folder: Path) -> None:
        """Write into a folder of its own."""
        folder.mkdir()
        (folder / _CLAUSES).write_text(json.dumps(self.clauses), encoding="utf-8")
        self._functions.save(folder / _FUNCTIONS)

    @classmethod
    def open(cls, folder: Path) -> Leaning:
        """Open what was saved."""
        return cls(json.loads((folder / _CLAUSES).read_text(encoding="utf-8")), LinearTerms.open(folder / _FUNCTIONS))


def train_leaning(entries: Sequence[Entry], wordings: Sequence[Sequence[Terms]]) -> Leaning:
    """Train on the wordings of each entry. What there is only one kind of is not leant to."""
    # Imported here because only building needs it.
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    owners = [entry for entry, own in zip(entries, wordings, strict=True) for _ in own]
    is_boundary = np.array([entry.is_boundary for entry in owners])
    if not owners or is_boundary.all() or not is_boundary.any():
        return Leaning((), NOTHING)
    weighed = weigh_terms([(*terms.characters, *terms.ends) for own in wordings for terms in own], _SEEN_THRICE)
    doubt = LogisticRegression(C=10.0, solver="liblinear", dual=True, class_weight="balanced", random_state=0)
    doubt.fit(weighed.rows, is_boundary)
    learnt = [(doubt.coef_[0], doubt.intercept_[0])]
    cited = [entry.quotes[0].clause for entry in owners if entry.quotes]
    clauses: list[str] = []
    if len(set(cited)) > 2:  # of two, scikit-learn makes a single classifier
        machine = LinearSVC(random_state=0).fit(weighed.rows[~is_boundary], cited)
        clauses = list(machine.classes_)
        learnt += list(zip(machine.coef_, machine.intercept_, strict=True))
    return Leaning(clauses, weighed.functions(learnt))
