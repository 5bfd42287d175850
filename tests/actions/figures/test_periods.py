"""The days that figures are about."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from actions.figures.period import PERIODS, Period, named_period, year_of


@pytest.mark.parametrize("name", PERIODS)
@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), date(2026, 3, 31), date(2026, 12, 31)], ids=str)
def test_a_named_period_begins_with_a_month_and_is_not_in_the_future(name: str, today: date) -> None:
    period = named_period(name, today)
    assert period.first <= period.last <= today
    assert period.first.day == 1
    assert period.last == today or (period.last + timedelta(days=1)).day == 1


def test_the_named_periods_of_a_day_are_what_they_are_called() -> None:
    today = date(2026, 11, 25)
    assert {name: named_period(name, today) for name in PERIODS} == {
        "this-month": Period(date(2026, 11, 1), today),
        "last-month": Period(date(2026, 10, 1), date(2026, 10, 31)),
        "this-quarter": Period(date(2026, 10, 1), today),
        "this-year": Period(date(2026, 1, 1), today),
        "last-year": Period(date(2025, 1, 1), date(2025, 12, 31)),
    }
    with pytest.raises(KeyError):
        named_period("never", today)


def test_a_day_begins_and_ends_in_zhanjiang() -> None:
    day = Period(date(2026, 11, 25), date(2026, 11, 25))
    assert day.days == 1
    assert day.begins == datetime(2026, 11, 24, 16, tzinfo=timezone.utc)
    assert day.ends == datetime(2026, 11, 25, 16, tzinfo=timezone.utc)
    assert year_of(2024).days == 366
