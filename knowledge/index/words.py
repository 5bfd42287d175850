"""BM25 over terms, kept as arrays without pickle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from knowledge.index.packed import read_packed, write_packed

Scores = npt.NDArray[np.float32]
_TERMS, _POSTINGS = "terms.json.gz", "postings.npz"


@dataclass(frozen=True)
class _Postings:
    """For each term the documents that it stands in, and its weight in each: those of term i lie from starts[i] to starts[i + 1]."""

    starts: npt.NDArray[np.int64]
    documents: npt.NDArray[np.int64]
    weights: Scores


class WordIndex:
    """Lucene-style BM25 (Robertson & Zaragoza 2009) over documents given as term lists."""

    def __init__(self, places: Mapping[str, int], postings: _Postings, documents: int) -> None:
        self._places = places
        self._postings = postings
        self._documents = documents

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> WordIndex:
        """Index at least one document."""
        bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        bm25.index([list(terms) for terms in documents], show_progress=False)
        starts, owners, weights = (bm25.scores[part] for part in ("indptr", "indices", "data"))
        # Rounded as they will be saved, so that an index scores the same before and after.
        rounded = weights.astype(np.float16).astype(np.float32)
        places = {term: place for term, place in bm25.vocab_dict.items() if term}
        return cls(places, _Postings(starts, owners, rounded), len(documents))

    @classmethod
    def open(cls, folder: Path, documents: int) -> WordIndex:
        """Open a saved index of that many documents."""
        terms = read_packed(folder / _TERMS)
        with np.load(folder / _POSTINGS, allow_pickle=False) as stored:
            postings = _Postings(stored["starts"], stored["documents"].astype(np.int32), stored["weights"].astype(np.float32))
        return cls({term: place for place, term in enumerate(terms)}, postings, documents)

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own, in the smallest numbers that hold it."""
        folder.mkdir()
        terms = sorted(self._places, key=lambda term: self._places[term])
        write_packed(folder / _TERMS, terms)
        np.savez_compressed(
            folder / _POSTINGS,
            starts=self._postings.starts.astype(np.min_scalar_type(len(self._postings.documents))),
            documents=self._postings.documents.astype(np.min_scalar_type(self._documents)),
            weights=self._postings.weights.astype(np.float16),
        )

    def share_known(self, terms: Sequence[str]) -> float:
        """How many of the terms stand in any document, 0 to 1."""
        return sum(term in self._places for term in terms) / max(1, len(terms))

    def scores(self, terms: Sequence[str]) -> Scores:
        """One score a document, shape (documents,); zeros where no term is known."""
        scores = np.zeros(self._documents, dtype=np.float32)
        starts, documents, weights = self._postings.starts, self._postings.documents, self._postings.weights
        for term in dict.fromkeys(terms):
            place = self._places.get(term)
            if place is not None:
                # A document stands once in a term's list. The library's own sum allows for more, and is many times slower.
                own = slice(starts[place], starts[place + 1])
                scores[documents[own]] += weights[own]
        return scores
