"""Horizontal bars, one a row of a table: the number stands in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar, in hundredths of the picture's width: what it is filled with keeps its shape at any width."""

    x: float
    width: float
    series: int
    """Which of the values it is."""


def bars(rows: Sequence[Sequence[int]]) -> tuple[tuple[Segment, ...], ...]:
    """For each row its values one after the other, all to the scale of the largest row; values of 0 are not drawn."""
    most = max((sum(row) for row in rows), default=0)
    return tuple(_bar(row, 100 / most if most else 0.0) for row in rows)


def _bar(values: Sequence[int], scale: float) -> tuple[Segment, ...]:
    found: list[Segment] = []
    before = 0
    for series, value in enumerate(values):
        if value:
            found.append(Segment(round(before * scale, 2), round(value * scale, 2), series))
        before += value
    return tuple(found)
