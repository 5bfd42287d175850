"""Which figures are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone

from actions.figures.model import PERIODS, Period, named_period
from actions.office.workdays import local_date
from actions.officers.model import Permission
from desk.visit import Visit

_MOST_DAYS = 10 * 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """Period and bureau."""

    name: str
    """Of the period; "own" for one between two days."""
    period: Period
    bureau: str
    """Empty for all: administrators only."""

    @property
    def query(self) -> dict[str, str]:
        """As in the address."""
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()} if self.name == "own" else {}
        return {"period": self.name, "bureau": self.bureau, **days}


def read_wanted(visit: Visit) -> Wanted:
    """What the address asks for; what it asks wrongly is this month. Raises Forbidden for another bureau's figures."""
    query = visit.request.query
    today = local_date(datetime.now(timezone.utc))
    sees_all = visit.may(Permission.SEE_FIGURES)
    bureau = query.get("bureau", "") if sees_all else visit.officer.bureau
    visit.require(Permission.SEE_FIGURES, *([bureau] if bureau else []))
    name = query.get("period", PERIODS[0])
    first, last = _day(query.get("from", "")), _day(query.get("to", ""))
    if name == "own" and first and last and first <= last and (last - first).days <= _MOST_DAYS:
        return Wanted("own", Period(first, last), bureau)
    name = name if name in PERIODS else PERIODS[0]
    return Wanted(name, named_period(name, today), bureau)


def read_year(visit: Visit) -> int:
    """The year of the assessment sheet; this one unless another is asked for."""
    this = local_date(datetime.now(timezone.utc)).year
    asked = visit.request.query.get("year", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and 2020 <= int(asked) <= this else this


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
