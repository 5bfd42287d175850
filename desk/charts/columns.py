"""Columns over time, each stacked of several values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desk.charts.axis import ticks

WIDTH, HEIGHT = 960, 240
_LEFT, _TOP, _BOTTOM = 56, 12, 26
_MOST_MARKS = 12
_WIDEST = 40
_FILLED = 0.72


@dataclass(frozen=True, slots=True)
class Piece:
    """One value of a column."""

    y: float
    height: float
    series: int
    """Which of the values it is."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    x: float
    width: float
    pieces: tuple[Piece, ...]
    told: str
    """What it says in words."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across, with its number."""

    y: float
    number: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A word below the axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """All of it, in pixels of a picture WIDTH by HEIGHT."""

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    left: int = _LEFT
    base: int = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Stack:
    """What a column is made of."""

    label: str
    values: tuple[int, ...]
    """From the bottom up."""
    told: str


def column_chart(stacks: Sequence[Stack]) -> ColumnChart:
    """Side by side in order, in one scale from 0. As many of the labels are shown as have room."""
    numbers = ticks(max((sum(stack.values) for stack in stacks), default=0))
    room = HEIGHT - _TOP - _BOTTOM
    scale = room / numbers[-1]
    base = HEIGHT - _BOTTOM
    slot = (WIDTH - _LEFT) / max(1, len(stacks))
    width = min(_WIDEST, slot * _FILLED)
    middles = [_LEFT + slot * (place + 0.5) for place in range(len(stacks))]
    every = max(1, -(-len(stacks) // _MOST_MARKS))
    return ColumnChart(
        columns=tuple(
            Column(round(middle - width / 2, 2), round(width, 2), _pieces(stack.values, base, scale), stack.told)
            for middle, stack in zip(middles, stacks, strict=True)
        ),
        ticks=tuple(Tick(round(base - number * scale, 2), number) for number in numbers),
        marks=tuple(Mark(round(middles[place], 2), stacks[place].label) for place in range(0, len(stacks), every)),
    )


def _pieces(values: Sequence[int], base: float, scale: float) -> tuple[Piece, ...]:
    found: list[Piece] = []
    below = 0
    for series, value in enumerate(values):
        below += value
        if value:
            found.append(Piece(round(base - below * scale, 2), round(value * scale, 2), series))
    return tuple(found)
