"""How much a question's words speak for something that the plan does not state.

Similarity cannot tell 用地指标怎么保障 from 用地每亩多少钱: the second is as near to the plan's words. What is asked for can: a
linear classifier over the wordings of the answered entries on one side and the boundaries on the other. Its weights
are kept as plain JSON.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from knowledge.library import Entry
from knowledge.terms import Terms

# What stands in one wording alone says little about others.
_SEEN_TWICE = 2


class Doubt:
    """A logistic regression over L2-normalised TF-IDF terms."""

    def __init__(self, intercept: float, weights: Mapping[str, tuple[float, float]]) -> None:
        self._intercept = intercept
        self._weights = weights
        """Inverse document frequency and coefficient of each term."""

    def of(self, terms: Terms) -> float:
        """Log-odds, above 0 where the wording is more like that of unstated things."""
        found = [(self._weights[term], 1 + math.log(count)) for term, count in Counter(terms.characters).items() if term in self._weights]
        length = math.sqrt(sum((tf * idf) ** 2 for (idf, _), tf in found))
        return self._intercept + (sum(tf * idf * weight for (idf, weight), tf in found) / length if length else 0.0)

    def save(self, file: Path) -> None:
        """Write the weights."""
        file.write_text(
            json.dumps({"intercept": self._intercept, "weights": self._weights}, ensure_ascii=False, separators=(",", ":")),
            encoding="utf-8",
        )

    @classmethod
    def open(cls, file: Path) -> Doubt:
        """Open saved weights."""
        stored = json.loads(file.read_text(encoding="utf-8"))
        return cls(stored["intercept"], {term: (idf, weight) for term, (idf, weight) in stored["weights"].items()})


def train_doubt(entries: Sequence[Entry], wordings: Sequence[Sequence[Terms]]) -> Doubt:
    """Train on the wordings of each entry, boundaries against the others. Without either kind there is no doubt."""
    # Imported here because only building needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    documents = [terms.characters for own in wordings for terms in own]
    labels = [entry.is_boundary for entry, own in zip(entries, wordings, strict=True) for _ in own]
    if len(set(labels)) < 2:
        return Doubt(0.0, {})
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=_SEEN_TWICE)
    classifier = LogisticRegression(C=10.0, solver="liblinear", dual=True, class_weight="balanced", random_state=0)
    classifier.fit(vectorizer.fit_transform(documents), labels)
    # Both are computed anew at every look at them, so they are looked at once.
    rarity, coefficients = vectorizer.idf_, classifier.coef_[0]
    weights = {
        term: (round(float(rarity[column]), 2), round(float(coefficients[column]), 3)) for term, column in vectorizer.vocabulary_.items()
    }
    return Doubt(float(classifier.intercept_[0]), weights)
