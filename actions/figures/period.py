"""The days that figures are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from actions.office.workdays import midnight

PERIODS = ("this-month", "last-month", "this-quarter", "this-year", "last-year")
"""Names that `named_period` knows."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, in Asia/Shanghai."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def begins(self) -> datetime:
        """Its first moment, in UTC."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it, in UTC."""
        return midnight(self.last + timedelta(days=1))


def year_of(year: int) -> Period:
    """A whole year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def named_period(name: str, today: date) -> Period:
    """One of PERIODS, up to today where it is not over yet. Raises KeyError for another name."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    before = month - timedelta(days=1)
    return {
        "this-month": Period(month, today),
        "last-month": Period(before.replace(day=1), before),
        "this-quarter": Period(quarter, today),
        "this-year": Period(year, today),
        "last-year": year_of(today.year - 1),
    }[name]
