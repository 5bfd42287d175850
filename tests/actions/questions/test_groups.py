"""Groups of questions: each with its like, listed by period, decided upon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from actions.questions import GroupState, Rating, Remark, Status
from actions.questions.grouping import COMES_BACK_AFTER
from actions.questions.groups import PAGE, QuestionGroups, Tab
from actions.questions.likeness import Likeness
from actions.questions.model import DecidedMeanwhile, NoSuchGroup
from actions.questions.register import Questions
from actions.tickets.database import Database
from tests.actions.questions.samples import asked, by_characters, down
from tests.actions.tickets.samples import Clock, together


def _listed(groups: QuestionGroups, tab: Tab, days: int | None = None) -> list[tuple[str, int, int]]:
    return [(each.group.wording, each.count, each.down) for each in groups.page(tab, days)]


def test_questions_of_one_meaning_are_one_group_and_the_others_are_their_own(
    questions: Questions, groups: QuestionGroups, clock: Clock
) -> None:
    surely = asked(clock, "每亩地多少钱吗", Status.ANSWERED)
    questions.record([asked(clock, "每亩地多少钱"), asked(clock, "每亩地多少钱啊"), asked(clock, "孩子上学找谁"), surely])
    questions.record([asked(clock, "地每亩多少钱", Status.UNSURE, score=0.6)])
    assert _listed(groups, Tab.OPEN) == [("每亩地多少钱", 3, 0), ("孩子上学找谁", 1, 0)]
    (first, _) = groups.page(Tab.OPEN)
    found = {(each.question, each.status, each.score) for each in groups.wordings(first.group.id)}
    abstained = Status.ABSTAINED
    assert found == {("每亩地多少钱", abstained, None), ("每亩地多少钱啊", abstained, None), ("地每亩多少钱", Status.UNSURE, 0.6)}


def test_questions_that_the_same_entry_is_nearest_to_are_one_group_though_worded_otherwise(
    questions: Questions, groups: QuestionGroups, clock: Clock
) -> None:
    questions.record([asked(clock, "每亩地多少钱", entry="land-price"), asked(clock, "地价每平米多少", entry="land-price")])
    questions.record([asked(clock, "地价每平米多少呢呢呢呢", entry="other"), asked(clock, "完全无关", entry="land-price")])
    assert [count for _, count, _ in _listed(groups, Tab.OPEN)] == [2, 1, 1]
    assert groups.page(Tab.OPEN)[0].group.nearest == "land-price"


def test_a_new_process_and_one_beside_know_the_groups_that_others_made(
    questions: Questions, groups: QuestionGroups, database: Database, clock: Clock
) -> None:
    beside = Questions(database, Likeness(by_characters))
    questions.record([asked(clock, "每亩地多少钱")])
    beside.record([asked(clock, "每亩地多少钱呀")])
    Questions(database, Likeness(by_characters)).record([asked(clock, "每亩地多少钱呢")])
    assert _listed(groups, Tab.OPEN) == [("每亩地多少钱", 3, 0)]


def test_four_processes_that_meet_the_same_new_questions_at_once_make_one_group_of_each(
    groups: QuestionGroups, database: Database, clock: Clock
) -> None:
    processes = [Questions(database, Likeness(by_characters)) for _ in range(4)]
    batches = [[asked(clock, words) for words in ("每亩地多少钱", "孩子上学找谁", "厂房怎么租")] for _ in range(5)]
    works = [lambda process=process: [process.record(batch) for batch in batches] for process in processes]
    assert all(not isinstance(outcome, Exception) for outcome in together(works))
    assert [count for _, count, _ in _listed(groups, Tab.OPEN)] == [20, 20, 20]


def test_a_batch_that_could_not_be_kept_leaves_nothing_behind_and_is_kept_the_next_time(
    questions: Questions, groups: QuestionGroups, database: Database, clock: Clock
) -> None:
    questions.record([asked(clock, "孩子上学找谁")])
    unfit = asked(clock, "厂房怎么租", Status.ANSWERED, score="much")
    with pytest.raises(Exception, match=r"."):
        questions.record([asked(clock, "每亩地多少钱"), unfit])
    assert _listed(groups, Tab.OPEN) == [("孩子上学找谁", 1, 0)]
    # SQLite gives the number of the group that was not kept to this one.
    Questions(database, Likeness(by_characters)).record([asked(clock, "厂房怎么租")])
    questions.record([asked(clock, "每亩地多少钱")])
    assert {words for words, _, _ in _listed(groups, Tab.OPEN)} == {"孩子上学找谁", "厂房怎么租", "每亩地多少钱"}


def test_after_a_group_was_forgotten_its_questions_make_one_new_group(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    questions.record([asked(clock, "每亩地多少钱")])
    clock.passes(days=200)
    questions.drop_before(clock() - timedelta(days=180))
    for words in ("孩子上学找谁", "每亩地多少钱", "每亩地多少钱"):
        questions.record([asked(clock, words)])
    assert _listed(groups, Tab.OPEN) == [("每亩地多少钱", 2, 0), ("孩子上学找谁", 1, 0)]


def test_a_thumb_down_is_in_the_group_of_its_question_with_its_comment(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    answered = asked(clock, "地价每平米多少", Status.ANSWERED, entry="land-price")
    questions.record([answered, asked(clock, "每亩地多少钱", entry="land-price"), asked(clock, "今天天气", Status.OFF_TOPIC)])
    questions.remark(down(clock, "地价每平米多少", "答非所问，电话13800138000"))
    questions.remark(Remark(clock(), "m", "web", "地价每平米多少", Rating.UP))
    assert _listed(groups, Tab.DOWN) == [("每亩地多少钱", 1, 1)]
    assert "答非所问,电话[电话]" in {each.comment for each in groups.wordings(groups.page(Tab.DOWN)[0].group.id)}
    questions.remark(down(clock, "今天天气"))
    assert _listed(groups, Tab.OFF_TOPIC) == [("今天天气", 1, 1)]


def test_what_was_answered_to_dislike_is_not_among_what_was_not_answered(
    questions: Questions, groups: QuestionGroups, clock: Clock
) -> None:
    questions.remark(down(clock, "税怎么减"))
    assert (_listed(groups, Tab.OPEN), _listed(groups, Tab.DOWN)) == ([], [("税怎么减", 0, 1)])


@pytest.mark.parametrize("days", [7, None])
def test_off_topic_groups_are_apart_and_each_tab_says_how_many_it_has(
    questions: Questions, groups: QuestionGroups, clock: Clock, days: int | None
) -> None:
    questions.record([asked(clock, "今天天气如何", Status.OFF_TOPIC), asked(clock, "今天天气如何呢"), asked(clock, "每亩地多少钱")])
    questions.remark(down(clock, "每亩地多少钱"))
    assert [words for words, _, _ in _listed(groups, Tab.OFF_TOPIC, days)] == ["今天天气如何"]
    assert {words for words, _, _ in _listed(groups, Tab.OPEN, days)} == {"今天天气如何呢", "每亩地多少钱"}
    groups.decide(groups.page(Tab.OPEN)[1].group.id, GroupState.NOT_OURS, "chen")
    assert groups.numbers(days) == dict.fromkeys(Tab, 1)
    assert {tab: len(_listed(groups, tab, days)) for tab in Tab} == dict.fromkeys(Tab, 1)


def test_of_a_period_only_what_was_asked_in_it_is_counted(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    questions.record([asked(clock, "每亩地多少钱")] * 5 + [asked(clock, "老问题")])
    questions.remark(down(clock, "每亩地多少钱"))
    clock.passes(days=7)
    questions.record([asked(clock, "孩子上学找谁")] * 3 + [asked(clock, "每亩地多少钱")] * 2)
    assert _listed(groups, Tab.OPEN, 7) == [("孩子上学找谁", 3, 0), ("每亩地多少钱", 2, 0)]
    assert _listed(groups, Tab.OPEN, 8)[0] == ("每亩地多少钱", 7, 1)
    assert (_listed(groups, Tab.DOWN, 7), _listed(groups, Tab.DOWN, 8)) == ([], [("每亩地多少钱", 7, 1)])


def test_the_pages_of_a_list_hold_every_group_once(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    questions.record([asked(clock, chr(0x4E00 + place) * 3) for place in range(PAGE + 5)])
    first, second = groups.page(Tab.OPEN, 7), groups.page(Tab.OPEN, 7, skip=PAGE)
    assert (len(first), len(second)) == (PAGE + 1, 5)
    assert len({each.group.id for each in (*first[:PAGE], *second)}) == PAGE + 5


def test_a_decision_takes_a_group_out_of_the_open_ones_and_can_be_taken_back(
    questions: Questions, groups: QuestionGroups, clock: Clock
) -> None:
    questions.record([asked(clock, "每亩地多少钱")])
    number = groups.page(Tab.OPEN)[0].group.id
    recorded: list[object] = []
    groups.decide(number, GroupState.SILENT, "chen", "市自然资源局", record=recorded.append)
    assert groups.page(Tab.OPEN) == ()
    decided = groups.page(Tab.DECIDED)[0].group
    assert (decided.state, decided.bureau, decided.decided_by, decided.decided_at) == (GroupState.SILENT, "市自然资源局", "chen", clock())
    assert len(recorded) == 1
    groups.decide(number, GroupState.OPEN, "chen")
    opened = groups.page(Tab.OPEN)[0].group
    assert (opened.bureau, opened.decided_by, opened.decided_at, opened.has_come_back) == ("", "", None, False)
    with pytest.raises(NoSuchGroup):
        groups.decide(999, GroupState.NOT_OURS, "chen")
    with pytest.raises(NoSuchGroup):
        groups.one(999)


def test_of_two_officers_who_decide_at_once_the_second_is_told(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    questions.record([asked(clock, "每亩地多少钱")])
    number = groups.page(Tab.OPEN)[0].group.id

    def decide(by: str) -> None:
        groups.decide(number, GroupState.NOT_OURS, by, seen=GroupState.OPEN)

    outcomes = together([lambda: decide("chen"), lambda: decide("li")])
    assert [type(outcome) for outcome in outcomes if outcome] == [DecidedMeanwhile]
    with pytest.raises(NoSuchGroup):
        groups.decide(999, GroupState.NOT_OURS, "chen", seen=GroupState.OPEN)


def test_a_decision_whose_record_fails_is_not_kept(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    questions.record([asked(clock, "每亩地多少钱")])
    number = groups.page(Tab.OPEN)[0].group.id

    def failing(connection: object) -> None:
        raise RuntimeError("no record")

    with pytest.raises(RuntimeError):
        groups.decide(number, GroupState.NOT_OURS, "chen", record=failing)
    assert groups.one(number).state is GroupState.OPEN


@pytest.mark.parametrize(
    ("state", "status", "after"),
    [
        (GroupState.ENTRY, Status.ABSTAINED, GroupState.OPEN),
        (GroupState.ENTRY, Status.UNSURE, GroupState.ENTRY),
        (GroupState.NOT_OURS, Status.ABSTAINED, GroupState.NOT_OURS),
    ],
)
def test_a_group_whose_entry_does_not_help_comes_back_and_others_stay_decided(
    questions: Questions, groups: QuestionGroups, clock: Clock, state: GroupState, status: Status, after: GroupState
) -> None:
    questions.record([asked(clock, "每亩地多少钱")] * 5)
    number = groups.page(Tab.OPEN)[0].group.id
    groups.decide(number, state, "chen")
    clock.passes(minutes=1)
    questions.record([asked(clock, "每亩地多少钱", status)] * (COMES_BACK_AFTER - 1))
    assert groups.one(number).state is state
    questions.record([asked(clock, "每亩地多少钱", status)])
    group = groups.one(number)
    assert (group.state, group.has_come_back, group.count) == (after, after is GroupState.OPEN, 5 + COMES_BACK_AFTER)
    assert groups.since_decided(group) == COMES_BACK_AFTER


def test_the_version_of_the_list_changes_with_whatever_changes_it(questions: Questions, groups: QuestionGroups, clock: Clock) -> None:
    seen = [groups.version()]

    def look() -> None:
        seen.append(groups.version())

    questions.record([asked(clock, "每亩地多少钱")])
    look()
    questions.record([asked(clock, "每亩地多少钱")])
    look()
    questions.remark(down(clock, "税怎么减"))
    look()
    groups.decide(groups.page(Tab.OPEN)[0].group.id, GroupState.NOT_OURS, "chen")
    look()
    assert len(set(seen)) == 5
    questions.record([asked(clock, "答得好的", Status.ANSWERED)])
    assert groups.version() == seen[-1], "nothing that it shows has changed"


def test_nobody_waits_in_a_transaction_while_questions_are_read(database: Database, clock: Clock) -> None:
    def encode(texts: Sequence[str]) -> object:
        with database.writing():  # on SQLite this would wait in vain for a transaction that is open
            return by_characters(texts)

    patient = Questions(database, Likeness(encode))  # type: ignore[arg-type]
    Questions(database, Likeness(by_characters)).record([asked(clock, "孩子上学找谁")])
    patient.record([asked(clock, "每亩地多少钱")])
    patient.remark(down(clock, "每亩地多少钱"))
