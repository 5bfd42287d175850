"""Nearest texts by inner product of unit vectors, in FAISS: among all while they are few, in their neighbourhood when they are many.

The neighbourhoods are those of an inverted file (Jégou et al. 2011): k-means cells, of which the nearest are looked through.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.encoder.model import Vectors
from knowledge.errors import DamagedIndex
from knowledge.index.manifest import REBUILD

MOST_EXACT = 40_000
"""Rows up to which every one is looked at."""
_CELLS_PER_ROOT = 4
_CELLS_LOOKED_AT = 0.4
_TRAINING_ROWS_PER_CELL = 40
_SEED = 20261123


class VectorIndex:
    """Rows of vectors, each belonging to a candidate; a candidate may own several."""

    def __init__(self, index: faiss.Index, owners: npt.NDArray[np.int64], candidates: int) -> None:
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
        index = _bytes(vectors) if len(vectors) <= MOST_EXACT else _cells(vectors)
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

    def rows_nearest(self, vectors: Vectors, number: int) -> npt.NDArray[np.int64]:
        """The rows nearest to each of some vectors, best first, shape (vectors, number)."""
        rows: npt.NDArray[np.int64] = self._index.search(vectors, number)[1]
        return rows

    def all_rows(self) -> Vectors:
        """Every vector, shape (rows, dimensions)."""
        if isinstance(self._index, faiss.IndexIVF):
            self._index.make_direct_map()
        vectors: Vectors = self._index.reconstruct_n(0, self.rows)
        return vectors


def _bytes(vectors: Vectors) -> faiss.IndexScalarQuantizer:
    """Every row, a byte a dimension: a quarter of the size, and a similarity that is off by some thousandths at most."""
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    return index


def _cells(vectors: Vectors) -> faiss.IndexIVFFlat:
    """An inverted file of about four times the square root of the rows' number of cells, trained on some of the rows."""
    cells = int(_CELLS_PER_ROOT * len(vectors) ** 0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(vectors.shape[1]), vectors.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.nprobe = max(1, round(cells * _CELLS_LOOKED_AT))
    index.cp.seed = _SEED
    some = np.random.default_rng(_SEED).choice(len(vectors), min(len(vectors), cells * _TRAINING_ROWS_PER_CELL), replace=False)
    index.train(vectors[np.sort(some)])
    return index
