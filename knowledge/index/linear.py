"""Linear functions of a text's terms, kept as arrays without pickle: L2-normalised TF-IDF weights times a column a function."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from knowledge.index.packed import read_packed, write_packed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_TERMS, _WEIGHTS = "terms.json.gz", "weights.npz"
Array = npt.NDArray[np.float32]


class LinearTerms:
    """Several linear functions over the same terms."""

    def __init__(self, terms: Sequence[str], weights: Array) -> None:
        """`weights` has a row a term, and the intercepts as the last one; its columns are the terms' rarity and each function."""
        self._terms = tuple(terms)
        self._weights = weights
        self._row_of = {term: row for row, term in enumerate(terms)}

    def of(self, terms: Sequence[str]) -> Array:
        """The value of each function, shape (functions,); the intercepts where no term is known."""
        found = [(self._row_of[term], 1 + math.log(count)) for term, count in Counter(terms).items() if term in self._row_of]
        values: Array = self._weights[-1, 1:]
        if found:
            rows = self._weights[[row for row, _ in found]]
            importance = rows[:, 0] * np.array([frequency for _, frequency in found], dtype=np.float32)
            values = values + (importance / np.linalg.norm(importance)) @ rows[:, 1:]
        return values

    def save(self, folder: Path) -> None:
        """Write into a folder of its own, in half precision."""
        folder.mkdir()
        write_packed(folder / _TERMS, self._terms)
        np.savez_compressed(folder / _WEIGHTS, weights=self._weights.astype(np.float16))

    @classmethod
    def open(cls, folder: Path) -> LinearTerms:
        """Open what was saved."""
        with np.load(folder / _WEIGHTS, allow_pickle=False) as stored:
            return cls(read_packed(folder / _TERMS), stored["weights"].astype(np.float32))


NOTHING = LinearTerms((), np.zeros((1, 1), dtype=np.float32))
"""Of no functions."""


@dataclass(frozen=True)
class WeighedTerms:
    """Texts as rows to learn from."""

    rows: csr_matrix
    """Shape (texts, terms)."""
    names: tuple[str, ...]
    rarity: npt.NDArray[np.float64]

    def functions(self, learnt: Sequence[tuple[npt.NDArray[np.float64], float]]) -> LinearTerms:
        """What was learnt from the rows: pairs of a weight a term, and an intercept."""
        columns = [np.append(self.rarity, 0.0), *(np.append(weights, edge) for weights, edge in learnt)]
        return LinearTerms(self.names, np.stack(columns, axis=1).astype(np.float32))


def weigh_terms(documents: Sequence[Sequence[str]], seen_in_at_least: int) -> WeighedTerms:
    """Texts given as term lists; raises ValueError where no term is seen in as many of them."""
    # Imported here because only building needs it.
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=True, min_df=seen_in_at_least, dtype=np.float32)
    rows = vectorizer.fit_transform(documents)
    return WeighedTerms(rows, tuple(map(str, vectorizer.get_feature_names_out())), vectorizer.idf_)
