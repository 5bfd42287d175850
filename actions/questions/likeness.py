"""Which questions mean much the same: the nearest known one, if it is near enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Unit-length rows, shape (number of texts, dimensions)."""
NEAR = 0.85
NEAR_BY_ENTRY = 0.5
"""Cosine from which on two questions are one: any two, and two that the library's same entry is nearest to.

Chosen by the table of `python -m bench.desk.likeness`, on wordings that were not answered surely because index and encoder had never
seen them: 12 % of the pairs of one entry fall together, 16 % of the questions among another entry's. The cosine alone (from 0.7 on)
brings 7 % together for 12 % astray. Whoever asks in nearly the same words falls together anyway.
"""
_NO_ENTRY = -1
_LEAST_ROWS = 64


@dataclass(frozen=True, slots=True)
class Known:
    """A question that others are compared with."""

    id: int
    entry: str
    """The library's nearest; empty where that is not known."""
    is_off_topic: bool
    """Those are compared with each other only."""


class Likeness:
    """Known questions. For one thread."""

    def __init__(self, encode: Encode, near: float = NEAR, near_by_entry: float = NEAR_BY_ENTRY) -> None:
        self._encode = encode
        self._near = near
        self._near_by_entry = near_by_entry
        self._number = 0
        self._codes: dict[str, int] = {}
        # Rows beyond the number are room for further ones; the columns of _marks: id, code of the entry, off topic, forgotten.
        self._marks = np.empty((0, 4), dtype=np.int64)
        self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of questions that are to be looked up or learnt."""
        return self._encode(texts)

    def learn(self, known: Sequence[Known], vectors: Vectors) -> None:
        """Further ones, a vector each."""
        if not known:
            return
        end = self._number + len(known)
        if end > len(self._marks):
            self._grow(max(end, 2 * self._number, _LEAST_ROWS), vectors.shape[1])
        self._marks[self._number : end] = [(one.id, self._code(one.entry), one.is_off_topic, False) for one in known]
        self._vectors[self._number : end] = vectors
        self._number = end

    def nearest(self, vector: npt.NDArray[np.float32], entry: str, is_off_topic: bool) -> int | None:
        """Id of the nearest known question; None where none is near enough."""
        marks = self._marks[: self._number]
        if not len(marks):
            return None
        cosines = self._vectors[: self._number] @ vector
        is_same = marks[:, 1] == self._codes.get(entry, _NO_ENTRY - 1)
        near = cosines >= np.where(is_same, self._near_by_entry, self._near)
        near &= (marks[:, 2] == is_off_topic) & (marks[:, 3] == 0)
        return int(marks[np.argmax(np.where(near, cosines, -np.inf)), 0]) if near.any() else None

    def forget(self, known: int) -> None:
        """That one, if it is there."""
        self._marks[: self._number][self._marks[: self._number, 0] == known, 3] = 1

    @property
    def number(self) -> int:
        """How many were learnt."""
        return self._number

    def cut(self, number: int) -> None:
        """Back to so many as were learnt first."""
        self._number = number

    def _code(self, entry: str) -> int:
        return self._codes.setdefault(entry, len(self._codes)) if entry else _NO_ENTRY

    def _grow(self, rows: int, dimensions: int) -> None:
        marks, vectors = np.empty((rows, 4), dtype=np.int64), np.empty((rows, dimensions), dtype=np.float32)
        marks[: self._number] = self._marks[: self._number]
        if self._number:
            vectors[: self._number] = self._vectors[: self._number]
        self._marks, self._vectors = marks, vectors
