"""Which questions mean much the same: the nearest known one, if it is near enough."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Unit-length rows, shape (number of texts, dimensions)."""
NEAR = 0.85
NEAR_BY_ENTRY = 0.4
"""Cosine from which on two questions are one: any two, and two that the library's same entry is nearest to.

Chosen by the table of `python -m bench.desk.likeness`: the cosine alone tells wordings of one entry badly from those of the next
one, while the retrieval, which has found the entry already, tells them well.
"""


class Likeness:
    """Known questions with their ids. For one thread."""

    def __init__(self, encode: Encode, near: float = NEAR, near_by_entry: float = NEAR_BY_ENTRY) -> None:
        self._encode = encode
        self._near = near
        self._near_by_entry = near_by_entry
        self._ids: list[int] = []
        self._entries: list[str] = []
        self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Of questions that are to be looked up or learnt."""
        return self._encode(texts)

    def learn(self, ids: Sequence[int], entries: Sequence[str], vectors: Vectors) -> None:
        """Further known ones, each with the library's nearest entry; empty where that is not known."""
        if not ids:
            return
        self._ids += ids
        self._entries += entries
        self._vectors = np.vstack([self._vectors, vectors]) if len(self._vectors) else vectors

    def nearest(self, vector: npt.NDArray[np.float32], entry: str) -> int | None:
        """Id of the nearest known question; None where none is near enough."""
        if not self._ids:
            return None
        cosines = self._vectors @ vector
        is_same = np.array([bool(entry) and known == entry for known in self._entries])
        near = cosines >= np.where(is_same, self._near_by_entry, self._near)
        return self._ids[int(np.argmax(np.where(near, cosines, -1.0)))] if near.any() else None
