"""BM25 over terms, kept as arrays without pickle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]


class WordIndex:
    """Lucene-style BM25 (Robertson & Zaragoza 2009) over documents given as term lists."""

    def __init__(self, bm25: bm25s.BM25, documents: int) -> None:
        self._bm25 = bm25
        self._documents = documents

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> WordIndex:
        """Index at least one document."""
        bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        bm25.index([list(terms) for terms in documents], show_progress=False)
        return cls(bm25, len(documents))

    @classmethod
    def open(cls, folder: Path, documents: int) -> WordIndex:
        """Open a saved index of that many documents."""
        return cls(bm25s.BM25.load(folder, load_corpus=False, allow_pickle=False), documents)

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own."""
        self._bm25.save(folder, show_progress=False, allow_pickle=False)

    def scores(self, terms: Sequence[str]) -> Scores:
        """One score a document, shape (documents,); zeros where no term is known."""
        scores = np.zeros(self._documents, dtype=np.float32)
        starts, documents, weights = (self._bm25.scores[part] for part in ("indptr", "indices", "data"))
        for token in self._bm25.get_tokens_ids(list(dict.fromkeys(terms))):
            # A document stands once in a term's list. The library's own sum allows for more, and is many times slower.
            own = slice(starts[token], starts[token + 1])
            scores[documents[own]] += weights[own]
        return scores
