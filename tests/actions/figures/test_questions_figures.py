"""What was asked, counted."""

from __future__ import annotations

from datetime import date

import pytest

from actions.figures.model import Outcomes, Share
from actions.figures.period import Period
from actions.figures.questions import MOST_ASKED
from actions.figures.register import Figures
from actions.questions.model import Asked, Rating, Remark, Status
from actions.questions.register import Questions
from actions.tickets.database import Database
from tests.actions.tickets.samples import Clock

TODAY = Period(date(2026, 11, 25), date(2026, 11, 25))
TWO_DAYS = Period(date(2026, 11, 25), date(2026, 11, 26))


@pytest.fixture
def questions(database: Database, clock: Clock) -> Questions:
    """Ten on one day, one on the next."""
    kept = Questions(database)
    for status, clause, entry, channel, number in (
        (Status.ANSWERED, "task-09", "land", "web", 3),
        (Status.UNSURE, "task-08", "loan", "wechat", 2),
        (Status.ABSTAINED, "task-09", "land", "web", 4),
        (Status.OFF_TOPIC, "", "", "web", 1),
    ):
        kept.record([Asked(clock(), "m", channel, "x", status, clause, entry)] * number)
    clock.passes(hours=8)  # 16:00 in UTC is midnight in Zhanjiang
    kept.record([Asked(clock(), "m", "web", "x", Status.ANSWERED, "task-09", "land")])
    return kept


@pytest.fixture
def figures(database: Database, clock: Clock) -> Figures:
    return Figures(database, clock)


def test_questions_are_counted_by_day_topic_channel_and_entry(questions: Questions, figures: Figures) -> None:
    found = figures.questions(TODAY)
    assert found.total == Outcomes(answered=3, unsure=2, abstained=4, off_topic=1)
    assert found.total.total == 10
    assert found.by_topic == (("task-09", Outcomes(answered=3, abstained=4)), ("task-08", Outcomes(unsure=2)))
    assert found.by_channel == (("web", Outcomes(answered=3, abstained=4, off_topic=1)), ("wechat", Outcomes(unsure=2)))
    assert found.most_asked == (("land", 7), ("loan", 2))
    assert found.by_day == {TODAY.first: found.total}
    assert figures.questions(TWO_DAYS).by_day == {TODAY.first: found.total, TWO_DAYS.last: Outcomes(answered=1)}


def test_the_share_of_answers_leaves_out_what_was_off_topic(questions: Questions, figures: Figures) -> None:
    told = figures.questions(TODAY).total.told
    assert told == Share(5, 9)
    assert told.fraction == pytest.approx(5 / 9)


def test_without_data_nothing_is_a_share_of_anything(figures: Figures) -> None:
    found = figures.questions(TODAY)
    assert (found.total, found.by_day, found.by_topic, found.by_channel, found.most_asked) == (Outcomes(), {}, (), (), ())
    assert found.total.told.fraction is None
    assert found.satisfaction == Share(0, 0)


def test_satisfaction_counts_thumbs_of_the_period_and_of_each_month_of_a_year(questions: Questions, figures: Figures, clock: Clock) -> None:
    clock.passes(hours=-8)
    for rating, number in ((Rating.UP, 3), (Rating.DOWN, 1)):
        for _ in range(number):
            questions.remark(Remark(clock(), "m", "web", "x", rating))
    clock.passes(days=30)
    questions.remark(Remark(clock(), "m", "web", "x", Rating.DOWN))
    assert figures.questions(TODAY).satisfaction == Share(3, 4)
    assert figures.assessment(2026).satisfaction == {11: Share(3, 4), 12: Share(0, 1)}
    assert figures.assessment(2025).satisfaction == {}


def test_only_the_most_asked_entries_are_listed(questions: Questions, figures: Figures, clock: Clock) -> None:
    questions.record(
        [Asked(clock(), "m", "web", "x", Status.ANSWERED, "", f"entry-{n:02}") for n in range(MOST_ASKED + 5) for _ in range(n)]
    )
    listed = figures.questions(TWO_DAYS).most_asked
    assert len(listed) == MOST_ASKED
    assert listed[0] == (f"entry-{MOST_ASKED + 4}", MOST_ASKED + 4)
