"""Working days, checked against the State Council's notice of 4 November 2025 for the year 2026."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone

import pytest

from actions.office.model import Track, TrackStep
from actions.office.workdays import due_date, is_estimate, is_workday, local_date, midnight, steps_due

# First and last day of each holiday, and the weekend days that are worked for them: 国务院办公厅关于2026年部分节假日安排的通知.
HOLIDAYS_2026 = (
    ((1, 1), (1, 3)),
    ((2, 15), (2, 23)),
    ((4, 4), (4, 6)),
    ((5, 1), (5, 5)),
    ((6, 19), (6, 21)),
    ((9, 25), (9, 27)),
    ((10, 1), (10, 7)),
)
WORKED_2026 = ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_every_day_of_2026_is_as_the_notice_says() -> None:
    off = {day for first, last in HOLIDAYS_2026 for day in _days(date(2026, *first), date(2026, *last))}
    worked = {date(2026, *day) for day in WORKED_2026}
    for day in _days(date(2026, 1, 1), date(2026, 12, 31)):
        assert is_workday(day) == (day in worked or (day.weekday() < 5 and day not in off)), day


def test_the_statutory_holidays_of_a_year_without_notice_are_known() -> None:
    assert not is_workday(date(2027, 1, 1))
    assert not is_workday(date(2027, 10, 1))
    assert is_workday(date(2027, 3, 10))


@pytest.mark.parametrize(
    ("opened", "workdays", "due"),
    [
        (date(2026, 11, 25), 1, date(2026, 11, 26)),
        (date(2026, 11, 25), 3, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # a Saturday: Monday is the first day
        (date(2026, 9, 18), 1, date(2026, 9, 20)),  # a Sunday that is worked
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # 8th, 9th, then the worked Saturday
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # the worked Saturday, then after the holidays
        (date(2026, 2, 18), 1, date(2026, 2, 24)),
        (date(2025, 12, 31), 1, date(2026, 1, 4)),
        (date(2026, 1, 1), 248, date(2026, 12, 31)),
    ],
)
def test_the_day_itself_does_not_count(opened: date, workdays: int, due: date) -> None:
    assert due_date(opened, workdays) == due


@pytest.mark.parametrize("workdays", [0, -1])
def test_a_deadline_is_at_least_one_day(workdays: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        due_date(date(2026, 11, 25), workdays)


def test_a_year_without_notice_is_an_estimate() -> None:
    assert not is_estimate(date(2025, 6, 1))
    assert not is_estimate(date(2026, 12, 31))
    assert is_estimate(date(2040, 1, 1))


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    assert local_date(datetime(2026, 11, 25, 15, 59, tzinfo=timezone.utc)) == date(2026, 11, 25)
    assert local_date(datetime(2026, 11, 25, 16, 0, tzinfo=timezone.utc)) == date(2026, 11, 26)
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 11, 25, 16, 0))


def test_each_step_is_due_so_many_working_days_after_the_ticket() -> None:
    steps = (TrackStep("联系", "市金融局", 2), TrackStep("对接", "市金融局", 5), TrackStep("跟进", "市金融局"))
    track = Track("credit", "信贷", "task-11", "", ("市金融局",), (), ("信贷",), (), steps)
    due = steps_due(track, datetime(2026, 11, 26, 17, 0, tzinfo=timezone.utc))  # already Friday in Shanghai
    assert due == ((steps[0], date(2026, 12, 1)), (steps[1], date(2026, 12, 4)), (steps[2], None))


def test_a_calendar_is_built_once() -> None:
    due_date(date(2026, 1, 1), 250)
    begun = time.perf_counter()
    for _ in range(100):
        due_date(date(2026, 1, 1), 250)
    # Building takes some 0.6 ms a year at best; a calendar made anew for each of these 36,500 days would take over 20 s.
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("day", [date.min, date(2026, 11, 25), date.max])
def test_every_day_has_a_first_moment_that_is_of_it_in_shanghai(day: date) -> None:
    first = midnight(day)
    assert first.utcoffset() == timedelta(0)
    assert local_date(first) == max(day, date(1, 1, 3))
    assert local_date(first - timedelta(microseconds=1)) == local_date(first) - timedelta(days=1)
