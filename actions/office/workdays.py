"""Working days in mainland China, by the yearly notice of the State Council (调休 included), and the dates by which steps fall due."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from functools import cache

import holidays

from actions.office.model import Track, TrackStep

# Fixed, because Asia/Shanghai has had no summer time since 1991 and slim containers have no time zone files.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local_date(moment: datetime) -> date:
    """The day in Asia/Shanghai. Raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(SHANGHAI).date()


def midnight(day: date) -> datetime:
    """The moment in UTC that a day in Asia/Shanghai begins.

    Of the first two days that there are, the third: no time zone may lead out of what a datetime can hold.
    """
    return datetime.combine(max(day, date.min + timedelta(days=2)), time(), SHANGHAI).astimezone(timezone.utc)


def is_workday(day: date) -> bool:
    """Whether offices work: a weekday that is no holiday, or a weekend day that is worked for one."""
    return _calendar(day.year).is_working_day(day)


def is_estimate(day: date) -> bool:
    """Whether nothing is known yet of the year's 调休: only the statutory holidays and weekends are, the rest may turn out otherwise.

    Each year's notice comes out in the November before; the installed `holidays` knows it some weeks later.
    """
    return not any(worked.year == day.year for worked in _calendar(day.year).weekend_workdays)


def due_date(opened: date, workdays: int) -> date:
    """The last of so many working days, the first being the one after `opened`.

    The day itself does not count (Civil Code, article 201), whether it is worked or not.
    Raises ValueError for fewer than one.
    """
    if workdays < 1:
        raise ValueError(f"at least one working day, not {workdays}")
    day = opened
    for _ in range(workdays):
        day = _next_workday(day)
    return day


def steps_due(track: Track, opened: datetime) -> tuple[tuple[TrackStep, date | None], ...]:
    """A track's steps with the dates that the office has set itself; None where it has set none. Raises ValueError as `local_date`."""
    day = local_date(opened)
    return tuple((step, None if step.workdays is None else due_date(day, step.workdays)) for step in track.steps)


def _next_workday(day: date) -> date:
    day += timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return day


@cache
def _calendar(year: int) -> holidays.HolidayBase:
    # One object a year, never expanded: is_estimate then speaks of that year only, and threads only read.
    return holidays.country_holidays("CN", years=year, expand=False)
