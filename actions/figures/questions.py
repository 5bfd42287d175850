"""What was asked, from daily sums: it does not matter how many questions there were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from actions.figures.model import Outcomes, QuestionFigures, Share
from actions.figures.period import Period
from actions.questions.model import Rating, Status
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, REMARK_DAYS

MOST_ASKED = 20
"""How many entries are listed."""


def question_figures(connection: Connection, period: Period) -> QuestionFigures:
    """Of all channels."""
    by_day = _outcomes(connection, QUESTION_DAYS.c.day, period)
    by_topic = _outcomes(connection, QUESTION_DAYS.c.clause, period, QUESTION_DAYS.c.status != Status.OFF_TOPIC.value)
    by_channel = _outcomes(connection, QUESTION_DAYS.c.channel, period)
    number = func.sum(ENTRY_DAYS.c.count)
    asked = select(ENTRY_DAYS.c.entry, number).where(_within(ENTRY_DAYS, period)).group_by(ENTRY_DAYS.c.entry)
    asked = asked.order_by(number.desc(), ENTRY_DAYS.c.entry).limit(MOST_ASKED)
    ratings = _ratings(connection, period)
    return QuestionFigures(
        total=_sum(by_channel.values()),
        by_day=dict(sorted(by_day.items())),
        by_topic=_most_first(by_topic),
        by_channel=_most_first(by_channel),
        most_asked=tuple((entry, int(count)) for entry, count in connection.execute(asked)),
        satisfaction=Share(ratings.get(Rating.UP.value, 0), sum(ratings.values())),
    )


def satisfaction_by_month(connection: Connection, period: Period) -> dict[tuple[int, int], Share]:
    """Thumbs of each year and month; months without any are missing."""
    rated = select(REMARK_DAYS.c.day, REMARK_DAYS.c.rating, REMARK_DAYS.c.count).where(_within(REMARK_DAYS, period))
    found: dict[tuple[int, int], Share] = {}
    for day, rating, count in connection.execute(rated):
        before = found.get((day.year, day.month), Share(0, 0))
        found[day.year, day.month] = Share(before.part + count * (rating == Rating.UP.value), before.whole + count)
    return found


def _outcomes(connection: Connection, by: Any, period: Period, *conditions: Any) -> dict[Any, Outcomes]:
    counted = select(by, QUESTION_DAYS.c.status, func.sum(QUESTION_DAYS.c.count)).where(_within(QUESTION_DAYS, period), *conditions)
    found: dict[Any, dict[str, int]] = {}
    for key, status, count in connection.execute(counted.group_by(by, QUESTION_DAYS.c.status)):
        found.setdefault(key, {})[Status(status).value] = int(count)
    return {key: Outcomes(**counts) for key, counts in found.items()}


def _ratings(connection: Connection, period: Period) -> dict[str, int]:
    rated = select(REMARK_DAYS.c.rating, func.sum(REMARK_DAYS.c.count)).where(_within(REMARK_DAYS, period))
    return {rating: int(count) for rating, count in connection.execute(rated.group_by(REMARK_DAYS.c.rating))}


def _within(table: Any, period: Period) -> Any:
    return table.c.day.between(period.first, period.last)


def _sum(several: Iterable[Outcomes]) -> Outcomes:
    total = Outcomes()
    for each in several:
        total = Outcomes(
            total.answered + each.answered,
            total.unsure + each.unsure,
            total.abstained + each.abstained,
            total.off_topic + each.off_topic,
        )
    return total


def _most_first(found: dict[str, Outcomes]) -> tuple[tuple[str, Outcomes], ...]:
    return tuple(sorted(found.items(), key=lambda item: (-item[1].total, item[0])))
