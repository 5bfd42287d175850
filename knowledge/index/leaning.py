"""What a question's words by themselves speak for: something that the plan does not state, or one of its clauses.

Similarity cannot tell 用地指标怎么保障 from 用地每亩多少钱: the second is as near to the plan's words. What is asked for can: a
logistic regression over the wordings of the answered entries on one side and the boundaries on the other. Nor does it
know which words matter: a linear support-vector machine (Cortes & Vapnik 1995), one clause against the rest, learns
that 娃 decides and 湛江 does not. Both look at L2-normalised TF-IDF terms, and are kept as arrays without pickle.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.library import Entry
from knowledge.terms import Terms

# What stands in one or two wordings alone says little about others, and would double the size.
_SEEN_THRICE = 3
_TERMS, _WEIGHTS = "terms.json", "weights.npy"
Array = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lean:
    """What the words of one question speak for."""

    doubt: float
    """Log-odds, above 0 where the wording is more like that of unstated things."""
    clauses: Array
    """For each clause its signed distance from the edge between it and the rest, shape (clauses,)."""


class Leaning:
    """Linear classifiers over the same terms."""

    def __init__(self, clauses: Sequence[str], terms: Sequence[str], weights: Array) -> None:
        """`weights` has a row a term, and the intercepts as the last one; its columns are the terms' rarity, the doubt, each clause."""
        self.clauses = tuple(clauses)
        self._terms = tuple(terms)
        self._weights = weights
        self._row_of = {term: row for row, term in enumerate(terms)}

    def of(self, terms: Terms) -> Lean:
        """What a question's words speak for."""
        found = [(self._row_of[term], 1 + math.log(count)) for term, count in Counter(terms.characters).items() if term in self._row_of]
        leant = self._weights[-1, 1:]
        if found:
            rows = self._weights[[row for row, _ in found]]
            importance = rows[:, 0] * np.array([frequency for _, frequency in found], dtype=np.float32)
            leant = leant + (importance / np.linalg.norm(importance)) @ rows[:, 1:]
        return Lean(float(leant[0]), leant[1:])

    def save(self, folder: Path) -> None:
        """Write into a folder of its own."""
        folder.mkdir()
        names = json.dumps({"clauses": self.clauses, "terms": self._terms}, ensure_ascii=False, separators=(",", ":"))
        (folder / _TERMS).write_text(names, encoding="utf-8")
        np.save(folder / _WEIGHTS, self._weights.astype(np.float16), allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Leaning:
        """Open what was saved."""
        names = json.loads((folder / _TERMS).read_text(encoding="utf-8"))
        return cls(names["clauses"], names["terms"], np.load(folder / _WEIGHTS, allow_pickle=False).astype(np.float32))


def train_leaning(entries: Sequence[Entry], wordings: Sequence[Sequence[Terms]]) -> Leaning:
    """Train on the wordings of each entry. What there is only one kind of is not leant to."""
    # Imported here because only building needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    owners = [entry for entry, own in zip(entries, wordings, strict=True) for _ in own]
    documents = [terms.characters for own in wordings for terms in own]
    is_boundary = np.array([entry.is_boundary for entry in owners])
    if not documents or is_boundary.all() or not is_boundary.any():
        return Leaning((), (), np.zeros((1, 2), dtype=np.float32))
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=_SEEN_THRICE, dtype=np.float32)
    rows = vectorizer.fit_transform(documents)
    doubt = LogisticRegression(C=10.0, solver="liblinear", dual=True, class_weight="balanced", random_state=0)
    doubt.fit(rows, is_boundary)
    columns = [np.append(vectorizer.idf_, 0.0), np.append(doubt.coef_[0], doubt.intercept_[0])]
    cited = [entry.quotes[0].clause for entry in owners if entry.quotes]
    clauses: list[str] = []
    if len(set(cited)) > 2:  # of two, scikit-learn makes a single classifier
        machine = LinearSVC(random_state=0).fit(rows[~is_boundary], cited)
        clauses = list(machine.classes_)
        columns += [np.append(own, edge) for own, edge in zip(machine.coef_, machine.intercept_, strict=True)]
    return Leaning(clauses, [str(term) for term in vectorizer.get_feature_names_out()], np.stack(columns, axis=1).astype(np.float32))
