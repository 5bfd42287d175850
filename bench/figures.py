"""Figures and what is made of them: percentiles, spreads over rounds, ratios, goals. No I/O here."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of the values lie, interpolated between neighbours. Raises ValueError if there are none."""
    if not values:
        raise ValueError("no values, no percentile")
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is not a percentage")
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure, measured in several rounds."""

    rounds: tuple[float, ...]
    """At least one; all in the same unit."""

    def __post_init__(self) -> None:
        if not self.rounds:
            raise ValueError("a figure needs at least one round")

    @property
    def median(self) -> float:
        """What is reported and compared."""
        return statistics.median(self.rounds)

    @property
    def low(self) -> float:
        """The smallest of the rounds."""
        return min(self.rounds)

    @property
    def high(self) -> float:
        """The largest of the rounds."""
        return max(self.rounds)


class Of(Enum):
    """What a goal is about."""

    RATIO = "ratio"
    """Ours divided by the starter's."""
    OURS = "ours"
    """Our own figure, whatever the starter's is."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What we want a comparison to come to."""

    limit: float
    at_least: bool = False
    """True where more is better; else the limit is a maximum."""
    of: Of = Of.RATIO

    def is_reached(self, value: float) -> bool:
        """Whether a ratio, or a figure of ours, is good enough."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the report."""

    subject: str
    unit: str
    ours: Spread
    starter: Spread
    goal: Goal | None = None

    @property
    def ratio(self) -> float:
        """Ours divided by the starter's, of the medians."""
        return self.ours.median / self.starter.median if self.starter.median else float("inf")

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None where there is none."""
        if self.goal is None:
            return None
        return self.goal.is_reached(self.ratio if self.goal.of is Of.RATIO else self.ours.median)
