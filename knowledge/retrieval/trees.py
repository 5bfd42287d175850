"""A sum of small decision trees (gradient boosting; Friedman 2001) as plain JSON, so that no pickle is opened and no library loaded."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Trees:
    """Log-odds from a row of numbers."""

    names: tuple[str, ...]
    """Of the columns."""
    start: float
    trees: tuple[Sequence[Sequence[float]], ...]
    """Nodes as (column, threshold, next if at most, next if above); a leaf is (-1, value, 0, 0)."""

    @cached_property
    def _nodes(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Column, threshold or value, and the two next nodes of every node of all trees in a row; a leaf leads to itself."""
        flat: list[tuple[int, float, int, int]] = []
        for nodes in self.trees:
            start = len(flat)
            for own, (column, limit, low, high) in enumerate(nodes):
                is_leaf = column < 0
                flat.append((int(column), limit, start + int(own if is_leaf else low), start + int(own if is_leaf else high)))
        columns, limits, lows, highs = zip(*flat, strict=True) if flat else ((), (), (), ())
        return np.array(columns, dtype=np.int64), np.array(limits, dtype=np.float64), np.array([lows, highs], dtype=np.int64)

    @cached_property
    def _roots(self) -> npt.NDArray[np.int64]:
        sizes = [len(nodes) for nodes in self.trees]
        return np.cumsum([0, *sizes[:-1]]) if sizes else np.empty(0, dtype=np.int64)

    @cached_property
    def _depth(self) -> int:
        return max((len(nodes) for nodes in self.trees), default=0).bit_length()

    def probability(self, row: Sequence[float]) -> float:
        """0 to 1. All trees are walked down at once, a level at a step."""
        columns, limits, following = self._nodes
        values = np.asarray((*row, -np.inf))  # leaves look at the last one
        nodes = self._roots
        for _ in range(self._depth):
            nodes = following[(values[columns[nodes]] > limits[nodes]).astype(np.int64), nodes]
        return float(1 / (1 + math.exp(-(self.start + limits[nodes].sum()))))

    def as_fields(self) -> Mapping[str, Any]:
        """The JSON object."""
        return {"names": list(self.names), "start": self.start, "trees": [[list(node) for node in nodes] for nodes in self.trees]}


def read_trees(file: Path) -> Trees:
    """Read what `python -m knowledge calibrate` wrote. Raises OSError, ValueError or KeyError where it is damaged."""
    stored = json.loads(file.read_text(encoding="utf-8"))
    return Trees(tuple(stored["names"]), float(stored["start"]), tuple(stored["trees"]))
