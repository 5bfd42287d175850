"""Which figures are asked for: the query string as a period, a year and a bureau, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from actions.figures.period import PERIODS, Period, named_period
from actions.office.workdays import local_date
from actions.officers.model import Permission
from actions.tickets.history import utc_now
from desk.visit import Visit, path

OWN = "own"
"""Names a period between two days of the officer's choice."""
FIRST_YEAR = 2020
_LAST_YEAR = 2100  # days further off overflow when they are moved to another time zone
_MOST_DAYS = 10 * 366
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Period, year of the assessment sheet, and bureau."""

    name: str
    """Of the period: one of PERIODS, or OWN."""
    period: Period
    typed: tuple[str, str]
    """The two days as they were typed, or those of the period."""
    is_faulty: bool
    """They could not be used: the period is this month."""
    bureau: str
    """Empty for all: administrators only."""
    year: int

    @property
    def query(self) -> str:
        """As in the address of the pages of a period."""
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()} if self.name == OWN else {}
        return urlencode({"period": self.name, **days, "bureau": self.bureau})

    @property
    def year_query(self) -> str:
        """As in the address of the assessment sheet."""
        return urlencode({"year": self.year, "bureau": self.bureau})

    def tickets(self, **filters: str) -> str:
        """The address of the list of these tickets."""
        days = {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        return f"{path('/tickets')}?{urlencode({'state': 'all', 'bureau': self.bureau, **days, **filters})}"


def read_wanted(visit: Visit) -> Wanted:
    """What the address asks for. Whoever may not see all bureaus' figures gets their own one's, whatever it asks. Raises Forbidden."""
    query = visit.request.query
    bureau = _bureau(visit, query)
    visit.require(Permission.SEE_FIGURES, *([bureau] if bureau else []))
    today = local_date(utc_now())
    name = query.get("period", PERIODS[0])
    typed = (query.get("from", ""), query.get("to", ""))
    own = _between(*typed) if name == OWN else None
    is_faulty = name == OWN and own is None
    period = own or named_period(name if name in PERIODS else PERIODS[0], today)
    name = OWN if own else name if name in PERIODS else PERIODS[0]
    shown = typed if is_faulty else (period.first.isoformat(), period.last.isoformat())
    return Wanted(name, period, shown, is_faulty, bureau, _year(query.get("year", ""), period, today))


def _bureau(visit: Visit, query: Mapping[str, str]) -> str:
    if not visit.may(Permission.SEE_FIGURES):
        return visit.officer.bureau
    found = visit.desk.registry.office.current.directory.by_name.get(query.get("bureau", ""))
    return found.name if found else ""


def _year(text: str, period: Period, today: date) -> int:
    """The one that is asked for, else the one that the period ends in."""
    years = [int(text)] if re.fullmatch(r"\d{4}", text, re.ASCII) else []
    return next((year for year in (*years, period.last.year) if FIRST_YEAR <= year <= today.year), today.year)


def _between(first: str, last: str) -> Period | None:
    found = [_day(text) for text in (first, last)]
    if found[0] is None or found[1] is None or not 0 <= (found[1] - found[0]).days <= _MOST_DAYS:
        return None
    return Period(found[0], found[1])


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= _LAST_YEAR else None
