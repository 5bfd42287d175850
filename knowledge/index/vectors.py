"""Nearest texts by inner product of unit vectors, exactly, in FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Vectors
from knowledge.errors import DamagedIndex
from knowledge.index.manifest import REBUILD


class VectorIndex:
    """Rows of vectors, each belonging to a candidate; a candidate may own several."""

    def __init__(self, index: faiss.IndexFlatIP, owners: npt.NDArray[np.int64], candidates: int) -> None:
        self._index = index
        self._owners = owners
        self._candidates = candidates

    @property
    def rows(self) -> int:
        """Number of vectors."""
        return int(self._index.ntotal)

    @classmethod
    def build(cls, vectors: Vectors, owners: npt.NDArray[np.int64], candidates: int) -> VectorIndex:
        """`vectors` has shape (rows, dimensions), `owners` (rows,) with values below `candidates`."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index, owners, candidates)

    @classmethod
    def open(cls, file: Path, owners: npt.NDArray[np.int64], candidates: int, dimensions: int) -> VectorIndex:
        """Open a saved index. Raises DamagedIndex."""
        try:
            index = faiss.read_index(str(file))
        except RuntimeError as error:
            raise DamagedIndex("FAISS cannot read the file", file=file, hint=REBUILD) from error
        if index.ntotal != len(owners) or index.d != dimensions:
            raise DamagedIndex(f"{index.ntotal} rows of {index.d} dimensions do not fit the manifest", file=file, hint=REBUILD)
        return cls(index, owners, candidates)

    def save(self, file: Path) -> None:
        """Write FAISS's own format."""
        faiss.write_index(self._index, str(file))

    def similarities(self, vector: npt.NDArray[np.float32], nearest: int = 256) -> npt.NDArray[np.float32]:
        """Best cosine to any text of each candidate, shape (candidates,).

        Only the `nearest` rows are looked at; the other candidates get the last of their values.
        """
        found, rows = self._index.search(vector.reshape(1, -1), min(nearest, self.rows))
        best = np.full(self._candidates, found[0, -1], dtype=np.float32)
        np.maximum.at(best, self._owners[rows[0]], found[0])
        return best
