"""Puts an index together from candidates; what an earlier one worked out for the same texts is not worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder, Vectors
from knowledge.index.leaning import Leaning, train_leaning
from knowledge.index.vectors import VectorIndex
from knowledge.index.words import WordIndex
from knowledge.library import Entry
from knowledge.terms import TermReader, Terms


@dataclass(frozen=True)
class Index:
    """What a question is compared with."""

    candidates: tuple[Entry, ...]
    """FAQ entries, boundaries, and the sentences of the plan and of other documents as entries without phrasings."""
    vectors: VectorIndex
    characters: WordIndex
    sounds: WordIndex
    leaning: Leaning


class IndexMaker:
    """Makes indexes with one encoder, and remembers what it read."""

    def __init__(self, encoder: Encoder, terms: TermReader) -> None:
        self.encoder = encoder
        self.terms = terms
        self._terms: dict[str, Terms] = {}
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}

    def read(self, candidates: Iterable[Entry]) -> None:
        """Read and encode the texts that are new, and forget those that no candidate has any more."""
        texts = {text: None for entry in candidates for text in texts_of(entry)}
        self._terms = {text: self._terms.get(text) or self.terms.read(text) for text in texts}
        new = [text for text in texts if text not in self._vectors]
        encoded = self.encoder.encode([self._terms[text].meaning for text in new]) if new else ()
        vectors = self._vectors | dict(zip(new, encoded, strict=True))
        self._vectors = {text: vectors[text] for text in texts}

    def make(self, candidates: Sequence[Entry]) -> Index:
        """An index of at least one candidate."""
        self.read(candidates)
        texts = [texts_of(entry) for entry in candidates]
        read = [[self._terms[text] for text in own] for own in texts]
        rows: Vectors = np.stack([self._vectors[text] for own in texts for text in own])
        return Index(
            tuple(candidates),
            VectorIndex.build(rows, owners_of(candidates), len(candidates)),
            WordIndex.build([[term for text in own for term in text.characters] for own in read]),
            WordIndex.build([[term for text in own for term in text.sounds] for own in read]),
            train_leaning(candidates, [own[: len(wordings_of(entry))] for entry, own in zip(candidates, read, strict=True)]),
        )


def owners_of(candidates: Sequence[Entry]) -> npt.NDArray[np.int64]:
    """For each text of all candidates in a row, the place of its candidate, shape (texts,)."""
    return np.repeat(np.arange(len(candidates)), [len(texts_of(entry)) for entry in candidates])


def texts_of(entry: Entry) -> list[str]:
    """What a candidate is found by: its wordings, and the words that it quotes."""
    return [*wordings_of(entry), *(quote.text for quote in entry.quotes)]


def wordings_of(entry: Entry) -> list[str]:
    """The wordings of a candidate; a sentence of a document has none."""
    return [wording for wording in entry.wordings if wording]
