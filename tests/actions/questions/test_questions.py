"""Questions: kept masked with their sums, grouped with their like, decided upon, forgotten in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from actions.questions import Asked, GroupState, Rating, Remark, Status
from actions.questions.likeness import Likeness, Vectors
from actions.questions.model import NoSuchGroup
from actions.questions.register import COMES_BACK_AFTER, MOST_CHARACTERS, Questions
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, REMARK_DAYS
from actions.tickets.database import Database
from tests.actions.tickets.samples import Clock, together, values

ALL = tuple(GroupState)


def _encode(texts: Sequence[str]) -> Vectors:
    """By the characters that a text holds: enough to tell like from unlike."""
    rows = np.zeros((len(texts), 512), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for character in text:
            row[ord(character) % 512] += 1
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    normal: Vectors = (rows / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return normal


@pytest.fixture
def questions(database: Database, clock: Clock) -> Questions:
    return Questions(database, Likeness(_encode), clock)


def _asked(clock: Clock, question: str, status: Status = Status.ABSTAINED, **more: Any) -> Asked:
    return Asked(**{"at": clock(), "conversation": "m", "channel": "web", "question": question, "status": status, **more})


def _down(clock: Clock, question: str, comment: str = "", conversation: str = "m") -> Remark:
    return Remark(clock(), conversation, "web", question, Rating.DOWN, comment)


def test_questions_of_one_meaning_are_one_group_with_its_count_and_the_others_are_their_own(questions: Questions, clock: Clock) -> None:
    questions.record(
        [
            _asked(clock, "每亩地多少钱"),
            _asked(clock, "每亩地多少钱啊"),
            _asked(clock, "孩子上学找谁"),
            _asked(clock, "地", Status.ANSWERED),
        ]
    )
    questions.record([_asked(clock, "地每亩多少钱")])
    assert [(group.wording, group.count) for group in questions.groups(ALL)] == [("每亩地多少钱", 3), ("孩子上学找谁", 1)]
    group = questions.groups(ALL)[0]
    assert {row["question"] for row in questions.wordings(group.id)} == {"每亩地多少钱", "每亩地多少钱啊", "地每亩多少钱"}


def test_questions_that_the_same_entry_is_nearest_to_are_one_group_though_worded_otherwise(questions: Questions, clock: Clock) -> None:
    questions.record([_asked(clock, "每亩地多少钱", entry="land-price"), _asked(clock, "地价每平米多少", entry="land-price")])
    questions.record([_asked(clock, "地价每平米多少呢呢呢呢", entry="other"), _asked(clock, "完全无关", entry="land-price")])
    assert [group.count for group in questions.groups(ALL)] == [2, 1, 1]
    assert questions.groups(ALL)[0].nearest == "land-price"


def test_a_new_process_and_one_beside_know_the_groups_that_others_made(questions: Questions, database: Database, clock: Clock) -> None:
    beside = Questions(database, Likeness(_encode), clock)
    questions.record([_asked(clock, "每亩地多少钱")])
    beside.record([_asked(clock, "每亩地多少钱呀")])
    Questions(database, Likeness(_encode), clock).record([_asked(clock, "每亩地多少钱呢")])
    assert [group.count for group in questions.groups(ALL)] == [3]


def test_a_thumb_down_is_in_the_group_of_its_question_with_its_comment(questions: Questions, clock: Clock) -> None:
    questions.record(
        [_asked(clock, "地价每平米多少", Status.ANSWERED, entry="land-price"), _asked(clock, "每亩地多少钱", entry="land-price")]
    )
    questions.remark(_down(clock, "地价每平米多少", "答非所问，电话13800138000"))
    questions.remark(Remark(clock(), "m", "web", "地价每平米多少", Rating.UP))
    (group,) = questions.groups(ALL, has_down=True)
    assert (group.count, group.down) == (1, 1)
    assert "答非所问,电话[电话]" in {row["comment"] for row in questions.wordings(group.id)}


def test_sums_by_day_are_kept_with_the_questions_and_outlive_their_words(questions: Questions, database: Database, clock: Clock) -> None:
    for _ in range(2):
        questions.record([_asked(clock, f"第{place}问", Status.ANSWERED, clause="task-09", entry="land") for place in range(3)])
    questions.record([_asked(clock, "每亩地多少钱", channel="wechat")])
    questions.remark(_down(clock, "x"))
    clock.passes(days=200)
    assert questions.drop_before(clock() - timedelta(days=180)) == 8
    assert questions.groups(ALL) == ()
    with database.reading() as connection:
        days = {(row.channel, row.clause, row.status): row.count for row in connection.execute(select(QUESTION_DAYS))}
        entries = [(row.entry, row.count) for row in connection.execute(select(ENTRY_DAYS))]
        remarks = [(row.rating, row.count) for row in connection.execute(select(REMARK_DAYS))]
    assert days == {("web", "task-09", "answered"): 6, ("wechat", "", "abstained"): 1}
    assert (entries, remarks) == ([("land", 6)], [("down", 1)])


def test_a_day_is_one_of_zhanjiang(questions: Questions, database: Database, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=16, minute=30)
    questions.record([_asked(clock, "夜里问的")])
    with database.reading() as connection:
        assert connection.execute(select(QUESTION_DAYS.c.day)).scalar_one() == clock.now.date() + timedelta(days=1)


def test_four_processes_that_count_at_once_lose_nothing(database: Database, clock: Clock) -> None:
    works = [
        lambda: Questions(database, None, clock).record([_asked(clock, str(n), Status.ANSWERED, entry=f"e{n % 3}") for n in range(20)])
    ] * 4
    assert together(works) == [None] * 4
    with database.reading() as connection:
        assert connection.execute(select(QUESTION_DAYS.c.count)).scalar_one() == 80
        assert sum(connection.execute(select(ENTRY_DAYS.c.count)).scalars()) == 80


def test_numbers_that_tell_who_asked_are_masked_and_what_is_too_long_is_cut(questions: Questions, database: Database, clock: Clock) -> None:
    questions.record([_asked(clock, "我电话13800138000"), _asked(clock, "长" * 5000), _asked(clock, "a\0b\ud800")])
    assert not any("13800138000" in value for value in values(database))
    assert max(len(question) for question in questions.latest(1, 10)) == MOST_CHARACTERS


def test_a_decision_takes_a_group_out_of_the_open_ones_and_can_be_taken_back(questions: Questions, clock: Clock) -> None:
    questions.record([_asked(clock, "每亩地多少钱")])
    (group,) = questions.groups([GroupState.OPEN])
    recorded: list[object] = []
    questions.decide(group.id, GroupState.SILENT, "chen", "市自然资源局", recorded.append)
    assert questions.groups([GroupState.OPEN]) == ()
    (decided,) = questions.groups([GroupState.SILENT])
    assert (decided.bureau, decided.decided_by, decided.decided_at, len(recorded)) == ("市自然资源局", "chen", clock(), 1)
    questions.decide(group.id, GroupState.OPEN, "chen")
    assert len(questions.groups([GroupState.OPEN])) == 1
    with pytest.raises(NoSuchGroup):
        questions.decide(999, GroupState.NOT_OURS, "chen")
    with pytest.raises(NoSuchGroup):
        questions.group(999)


def test_a_decision_whose_record_fails_is_not_kept(questions: Questions, clock: Clock) -> None:
    questions.record([_asked(clock, "每亩地多少钱")])
    (group,) = questions.groups([GroupState.OPEN])

    def failing(connection: object) -> None:
        raise RuntimeError("no record")

    with pytest.raises(RuntimeError):
        questions.decide(group.id, GroupState.NOT_OURS, "chen", record=failing)
    assert questions.group(group.id).state is GroupState.OPEN


@pytest.mark.parametrize(("state", "after"), [(GroupState.ENTRY, GroupState.OPEN), (GroupState.NOT_OURS, GroupState.NOT_OURS)])
def test_a_group_whose_entry_does_not_help_comes_back_and_others_stay_decided(
    questions: Questions, clock: Clock, state: GroupState, after: GroupState
) -> None:
    questions.record([_asked(clock, "每亩地多少钱")])
    (group,) = questions.groups([GroupState.OPEN])
    questions.decide(group.id, state, "chen")
    for _ in range(COMES_BACK_AFTER - 1):
        questions.record([_asked(clock, "每亩地多少钱")])
    assert questions.group(group.id).state is state
    questions.record([_asked(clock, "每亩地多少钱")])
    assert (questions.group(group.id).state, questions.group(group.id).since) == (after, COMES_BACK_AFTER)


def test_the_latest_questions_come_by_how_often_they_were_asked(questions: Questions, clock: Clock) -> None:
    questions.record([_asked(clock, "旧的")] * 9)
    clock.passes(days=31)
    questions.record([*[_asked(clock, "常问的", Status.ANSWERED)] * 3, _asked(clock, "少问的")])
    assert questions.latest(30, 10) == ("常问的", "少问的")
    assert questions.latest(30, 1) == ("常问的",)


def test_off_topic_groups_are_apart_and_old_ones_out_of_sight(questions: Questions, clock: Clock) -> None:
    questions.record([_asked(clock, "今天天气如何", Status.OFF_TOPIC)])
    clock.passes(days=8)
    questions.record([_asked(clock, "每亩地多少钱")])
    assert [group.wording for group in questions.groups(ALL, is_off_topic=True)] == ["今天天气如何"]
    assert [group.wording for group in questions.groups(ALL, is_off_topic=False)] == ["每亩地多少钱"]
    assert [group.wording for group in questions.groups(ALL, since=clock() - timedelta(days=7))] == ["每亩地多少钱"]
