"""BM25 over terms, kept as arrays without pickle.

Built here rather than by the bm25s package, which takes more than twice as long and holds the interpreter's lock meanwhile: a
published edit has to be answered from within two seconds, while questions are answered beside it. A test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.index.packed import read_packed, write_packed

Scores = npt.NDArray[np.float32]
_K1, _B = 1.5, 0.75
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
        number: defaultdict[str, int] = defaultdict(count().__next__)
        lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
        terms = np.fromiter(map(number.__getitem__, chain.from_iterable(documents)), dtype=np.int64, count=int(lengths.sum()))
        owners = np.repeat(np.arange(len(documents)), lengths)
        # Each term with each document that it stands in, by terms and then by documents, and how often it stands there.
        pairs, frequencies = np.unique(terms * len(documents) + owners, return_counts=True)
        term_of, document_of = np.divmod(pairs, len(documents))
        standing_in = np.bincount(term_of, minlength=len(number))
        rarity = np.log(1 + (len(documents) - standing_in + 0.5) / (standing_in + 0.5)).astype(np.float32)
        length_norm = (_K1 * (1 - _B + _B * lengths / (lengths.mean() or 1.0))).astype(np.float32)
        often = frequencies.astype(np.float32)
        weights = rarity[term_of] * (often / (length_norm[document_of] + often))
        # Rounded as they will be saved, so that an index scores the same before and after.
        rounded = weights.astype(np.float16).astype(np.float32)
        starts = np.concatenate(([0], np.cumsum(standing_in)))
        return cls(dict(number), _Postings(starts, document_of.astype(np.int32), rounded), len(documents))

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
                # A document stands once in a term's list.
                own = slice(starts[place], starts[place + 1])
                scores[documents[own]] += weights[own]
        return scores
