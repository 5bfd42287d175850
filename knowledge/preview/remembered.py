"""What reads and encodes a text once, however many states it is asked of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Encoder, Vectors
from knowledge.question.concepts import Concepts
from knowledge.terms import TermReader, Terms

_MOST = 100_000
"""Texts; some 100 MB. What is forgotten is worked out again."""


class RememberingEncoder(Encoder):
    """An encoder and its vectors."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: dict[str, npt.NDArray[np.float32]] = {}
        self.identity = encoder.identity
        self.dimensions = encoder.dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit-length rows, shape (len(texts), dimensions), float32."""
        # One text is encoded in another way than several, which may differ in the last digit: a question is asked as it always is.
        if len(texts) != 1:
            return self._encoder.encode(texts)
        vectors = self._vectors.get(texts[0])
        if vectors is None:
            if len(self._vectors) >= _MOST:
                self._vectors.clear()
            vectors = self._vectors[texts[0]] = self._encoder.encode(texts)
        return vectors


class RememberingTerms(TermReader):
    """A reader and what it read."""

    def __init__(self, concepts: Concepts) -> None:
        super().__init__(concepts)
        self._read: dict[str, Terms] = {}
        self._normalised: dict[str, str] = {}

    def normalise(self, text: str) -> str:
        """See `TermReader`."""
        found = self._normalised.get(text)
        if found is None:
            if len(self._normalised) >= _MOST:
                self._normalised.clear()
            found = self._normalised[text] = super().normalise(text)
        return found

    def read(self, text: str) -> Terms:
        """See `TermReader`."""
        found = self._read.get(text)
        if found is None:
            if len(self._read) >= _MOST:
                self._read.clear()
            found = self._read[text] = super().read(text)
        return found
