"""Questions over time as columns: a day each, or a week or a month where days would be too many to see."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from datetime import date, timedelta

from actions.figures.model import Outcomes
from actions.figures.period import Period
from desk.charts.columns import ColumnChart, Stack, column_chart
from desk.pages.figures.question_tables import told_of
from desk.visit import Visit

_MOST_DAYS = 62
_MOST_WEEKS_IN_DAYS = 371


def daily_chart(visit: Visit, period: Period, by_day: Mapping[date, Outcomes]) -> ColumnChart:
    """All of the period, days without questions too."""
    columns = spans(period)
    sums = [[0, 0, 0] for _ in columns]
    begins = [span.first for span in columns]
    for day, outcomes in by_day.items():
        place = bisect(begins, day) - 1
        sums[place] = [before + more for before, more in zip(sums[place], told_of(outcomes), strict=True)]
    stacks = []
    for span, (told, abstained, off_topic) in zip(columns, sums, strict=True):
        days = span.first.isoformat() + (f" – {span.last.isoformat()}" if span.days > 1 else "")
        words = visit.t("figures.column", days=days, told=told, abstained=abstained, off_topic=off_topic)
        stacks.append(Stack(f"{span.first:%Y-%m}" if _is_by_month(period) else f"{span.first:%m-%d}", (told, abstained, off_topic), words))
    return column_chart(stacks)


def step(period: Period) -> str:
    """How wide a column is: day, week or month."""
    if period.days <= _MOST_DAYS:
        return "day"
    return "month" if _is_by_month(period) else "week"


def spans(period: Period) -> tuple[Period, ...]:
    """The days of each column; weeks begin on Mondays, and the first and the last may be cut short."""
    found: list[Period] = []
    first = period.first
    while first <= period.last:
        last = min(period.last, _end_of(step(period), first))
        found.append(Period(first, last))
        first = last + timedelta(days=1)
    return tuple(found)


def _is_by_month(period: Period) -> bool:
    return period.days > _MOST_WEEKS_IN_DAYS


def _end_of(unit: str, day: date) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return day + timedelta(days=6 - day.weekday())
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
