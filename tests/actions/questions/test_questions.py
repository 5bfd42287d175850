"""Questions and thumbs: kept masked with their sums in one transaction, and forgotten in time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from actions.questions import Rating, Remark, Status
from actions.questions.groups import QuestionGroups, Tab
from actions.questions.recent import last_months_questions
from actions.questions.register import MOST_CHARACTERS, Questions
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, QUESTIONS, REMARK_DAYS, REMARKS
from actions.tickets.database import Database
from tests.actions.questions.samples import asked, down
from tests.actions.tickets.samples import Clock, together, values


def test_sums_by_day_are_kept_with_the_questions_and_outlive_their_words(questions: Questions, database: Database, clock: Clock) -> None:
    for _ in range(2):
        questions.record([asked(clock, f"第{place}问", Status.ANSWERED, clause="task-09", entry="land") for place in range(3)])
    questions.record([asked(clock, "每亩地多少钱", channel="wechat")])
    questions.remark(down(clock, "每亩地多少钱", "答非所问"))
    clock.passes(days=200)
    assert questions.drop_before(clock() - timedelta(days=180)) == 8
    assert not {"每亩地多少钱", "第1问", "答非所问"} & set(values(database))
    with database.reading() as connection:
        days = {(row.channel, row.clause, row.status): row.count for row in connection.execute(select(QUESTION_DAYS))}
        entries = [(row.entry, row.count) for row in connection.execute(select(ENTRY_DAYS))]
        remarks = [(row.rating, row.count) for row in connection.execute(select(REMARK_DAYS))]
    assert days == {("web", "task-09", "answered"): 6, ("wechat", "", "abstained"): 1}
    assert (entries, remarks) == ([("land", 6)], [("down", 1)])


def test_a_day_is_one_of_zhanjiang(questions: Questions, database: Database, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=16, minute=30)
    questions.record([asked(clock, "夜里问的")])
    with database.reading() as connection:
        assert connection.execute(select(QUESTION_DAYS.c.day)).scalar_one() == clock.now.date() + timedelta(days=1)


def test_four_processes_that_count_at_once_lose_nothing(database: Database, clock: Clock) -> None:
    works = [lambda: Questions(database).record([asked(clock, str(n), Status.ANSWERED, entry=f"e{n % 3}") for n in range(20)])] * 4
    assert together(works) == [None] * 4
    with database.reading() as connection:
        assert connection.execute(select(QUESTION_DAYS.c.count)).scalar_one() == 80
        assert sum(connection.execute(select(ENTRY_DAYS.c.count)).scalars()) == 80


def test_numbers_that_tell_who_asked_are_masked_and_what_is_too_long_is_cut(questions: Questions, database: Database, clock: Clock) -> None:
    questions.record([asked(clock, "我电话13800138000"), asked(clock, "长" * 5000), asked(clock, "a\0b\ud800")])
    questions.remark(down(clock, "我电话13800138000", "打13800138000"))
    assert not any("13800138000" in value for value in values(database))
    with database.reading() as connection:
        assert {len(words) for words in connection.execute(select(QUESTIONS.c.question)).scalars()} == {
            2,
            len("我电话[电话]"),
            MOST_CHARACTERS,
        }


def test_a_thumb_knows_which_entry_its_conversation_was_told(questions: Questions, database: Database, clock: Clock) -> None:
    for conversation, entry in (("m", "land"), ("other", "tax")):
        questions.record([asked(clock, "税怎么减", Status.ANSWERED, entry=entry, conversation=conversation)])
    clock.passes(hours=1)
    questions.remark(Remark(clock(), "m", "web", "税怎么减", Rating.UP))
    questions.remark(down(clock, "税怎么减", conversation="a third"))
    with database.reading() as connection:
        assert connection.execute(select(REMARKS.c.rating, REMARKS.c.entry).order_by(REMARKS.c.id)).all() == [("up", "land"), ("down", "")]


def test_a_group_is_kept_as_long_as_others_ask_the_same(
    questions: Questions, groups: QuestionGroups, database: Database, clock: Clock
) -> None:
    questions.record([asked(clock, "每亩地多少钱"), asked(clock, "孩子上学找谁")])
    clock.passes(days=100)
    questions.record([asked(clock, "每亩地多少钱")])
    clock.passes(days=100)
    assert questions.drop_before(clock() - timedelta(days=180)) == 2
    assert [each.group.wording for each in groups.page(Tab.OPEN)] == ["每亩地多少钱"]


def test_last_months_questions_come_by_how_often_they_were_asked(questions: Questions, database: Database, clock: Clock) -> None:
    questions.record([asked(clock, "旧的")] * 9)
    clock.passes(days=31)
    questions.record([*[asked(clock, "常问的", Status.ANSWERED)] * 3, asked(clock, "少问的"), asked(clock, "少问的13800138000")])
    assert last_months_questions(database, 30, 10, clock) == ["常问的", "少问的", "少问的[电话]"]
    assert last_months_questions(database, 30, 1, clock) == ["常问的"]
