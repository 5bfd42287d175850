"""Figures as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, in Asia/Shanghai."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


PERIODS = ("this-month", "last-month", "this-quarter", "this-year", "last-year")


def named_period(name: str, today: date) -> Period:
    """One of PERIODS. Raises KeyError for another name."""
    month = today.replace(day=1)
    year = today.replace(month=1, day=1)
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    last_month = (month - timedelta(days=1)).replace(day=1)
    return {
        "this-month": Period(month, today),
        "last-month": Period(last_month, month - timedelta(days=1)),
        "this-quarter": Period(quarter, today),
        "this-year": Period(year, today),
        "last-year": Period(year.replace(year=year.year - 1), year - timedelta(days=1)),
    }[name]


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """What was asked."""

    by_status: Mapping[str, int]
    by_day: Mapping[date, tuple[int, int]]
    """Answered, and not, of each day on which anything was asked."""
    by_clause: Mapping[str, int]
    """Answered ones, by the clause of the best citation."""
    by_channel: Mapping[str, int]
    most_told: tuple[tuple[str, int], ...]
    """Library entries by how often they were told, or were nearest."""
    up: int
    down: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_status.values())


@dataclass(frozen=True, slots=True)
class Times:
    """Hours, waited for as the clock runs."""

    number: int
    """Of how many tickets."""
    median: float | None
    most: float | None
    """Nine of ten took no longer."""


@dataclass(frozen=True, slots=True)
class TicketFigures:
    """Tickets that were opened in a period."""

    opened: int
    by_state: Mapping[str, int]
    by_bureau: Mapping[str, int]
    """Principal ones."""
    by_industry: Mapping[str, int]
    by_district: Mapping[str, int]
    by_track: Mapping[str, int]
    by_outcome: Mapping[str, int]
    """Closed ones; an empty name where nobody said."""
    first_answer: Times
    close: Times
    kept: int
    """Closed by their deadline."""
    missed: int
    """Closed after it, or open and over it."""

    @property
    def closed(self) -> int:
        """Of those opened."""
        return self.by_state.get("closed", 0)


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """One bureau, as principal, in one month of opening."""

    bureau: str
    month: str
    """2026-11."""
    received: int
    answered: int
    closed: int
    first_answer_hours: float | None
    """On average."""
    kept: int
    missed: int
