"""Puts an index together from candidates; what an earlier one worked out for the same texts is not worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder, Vectors
from knowledge.index.follow_ups import FollowUpSense, train_follow_ups
from knowledge.index.leaning import Leaning, train_leaning
from knowledge.index.vectors import VectorIndex
from knowledge.index.words import WordIndex
from knowledge.library import Entry
from knowledge.question.follow_up_wordings import FollowUpWordings
from knowledge.terms import TermReader, Terms

# Up to this share of other wordings, what was learnt from all of them together is kept.
_NEARLY_THE_SAME = 0.02


@dataclass(frozen=True)
class Index:
    """What a question is compared with."""

    candidates: tuple[Entry, ...]
    """FAQ entries, boundaries, and the sentences of the plan and of other documents as entries without phrasings."""
    vectors: VectorIndex
    characters: WordIndex
    sounds: WordIndex
    leaning: Leaning
    follow_ups: FollowUpSense


class IndexMaker:
    """Makes indexes with one encoder, and remembers what it read."""

    def __init__(self, encoder: Encoder, terms: TermReader, follow_ups: FollowUpWordings | None = None) -> None:
        """Without `follow_ups` an index tells none by their sound."""
        self.encoder = encoder
        self.terms = terms
        self._follow_ups = follow_ups or {}
        self._learnt: tuple[Leaning, FollowUpSense] | None = None
        self._learnt_from: frozenset[tuple[str, str]] = frozenset()
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

    @property
    def normalised(self) -> Mapping[str, str]:
        """Every text that was read, as a question is read."""
        return {text: terms.text for text, terms in self._terms.items()}

    def resume(self, index: Index) -> None:
        """Go on from an index that was made before: read its texts, and keep what was learnt from them."""
        self.read(index.candidates)
        self._learnt = index.leaning, index.follow_ups
        self._learnt_from = _labelled(index.candidates, [[self._terms[text] for text in wordings_of(entry)] for entry in index.candidates])

    def make(self, candidates: Sequence[Entry]) -> Index:
        """An index of at least one candidate."""
        self.read(candidates)
        texts = [texts_of(entry) for entry in candidates]
        read = [[self._terms[text] for text in own] for own in texts]
        wordings = [own[: len(wordings_of(entry))] for entry, own in zip(candidates, read, strict=True)]
        rows: Vectors = np.stack([self._vectors[text] for own in texts for text in own])
        return Index(
            tuple(candidates),
            VectorIndex.build(rows, owners_of(candidates), len(candidates)),
            WordIndex.build([[term for text in own for term in text.characters] for own in read]),
            WordIndex.build([[term for text in own for term in text.sounds] for own in read]),
            *self._learn(candidates, wordings),
        )

    def _learn(self, candidates: Sequence[Entry], wordings: Sequence[Sequence[Terms]]) -> tuple[Leaning, FollowUpSense]:
        """What is learnt from all wordings together; what was learnt from nearly the same ones still holds."""
        labelled = _labelled(candidates, wordings)
        if self._learnt is None or len(labelled ^ self._learnt_from) > _NEARLY_THE_SAME * len(labelled):
            sense = train_follow_ups(self._follow_ups, (terms for own in wordings for terms in own), self.terms)
            self._learnt = train_leaning(candidates, wordings), sense
            self._learnt_from = labelled
        return self._learnt


def _labelled(candidates: Sequence[Entry], wordings: Sequence[Sequence[Terms]]) -> frozenset[tuple[str, str]]:
    """Each wording with what it stands for, a clause or nothing."""
    labels = (entry.quotes[0].clause if entry.quotes else "" for entry in candidates)
    return frozenset((terms.text, label) for label, own in zip(labels, wordings, strict=True) for terms in own)


def owners_of(candidates: Sequence[Entry]) -> npt.NDArray[np.int64]:
    """For each text of all candidates in a row, the place of its candidate, shape (texts,)."""
    return np.repeat(np.arange(len(candidates)), [len(texts_of(entry)) for entry in candidates])


def texts_of(entry: Entry) -> list[str]:
    """What a candidate is found by: its wordings, and the words that it quotes."""
    return [*wordings_of(entry), *(quote.text for quote in entry.quotes)]


def wordings_of(entry: Entry) -> list[str]:
    """The wordings of a candidate; a sentence of a document has none."""
    return [wording for wording in entry.wordings if wording]
