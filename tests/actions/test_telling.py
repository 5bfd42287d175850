"""How a ticket is told to its enquirer: state, holder, next step, and whose deadline it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from actions.lead.model import Consent, Person
from actions.office.workdays import due_date, local_date
from actions.routing import Assignment, Role, Route
from actions.tickets.model import EventKind, Reply, State, Ticket, TicketEvent
from actions.tickets.register import Opened, Standing
from actions.tickets.telling import NO_TIME_LIMIT, tell_opened, tell_standing
from tests.actions.lead.offices import office_with, shipped_office

NUMBER = "ZJ-261125-7K3QXM"
OPENED_AT = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)
ENVIRONMENT = "市生态环境局"
ROUTE = Route(
    (
        Assignment(ENVIRONMENT, Role.PRINCIPAL, "方案二（三）12牵头", "task-12"),
        Assignment("廉江市政府", Role.DISTRICT, "企业意向落户廉江市"),
        Assignment("市工业和信息化局", Role.SUPPORTING, "方案二（三）12配合", "task-12"),
    )
)
TRACK = "environmental-approval"
STEP_DAYS = [step.workdays for step in shipped_office().track_by_id[TRACK].steps if step.workdays]
FIRST, LAST = (due_date(local_date(OPENED_AT), days) for days in (min(STEP_DAYS), max(STEP_DAYS)))


def a_ticket(**other: Any) -> Ticket:
    known: dict[str, Any] = {
        "id": 1,
        "number": NUMBER,
        "state": State.NEW,
        "sequence": 1,
        "route": ROUTE,
        "company": "东莞宏达电子有限公司",
        "industry": "小家电",
        "need": "想办环评",
        "question": "",
        "investment_yuan": None,
        "land_square_metres": None,
        "district": "廉江市",
        "time": "",
        "clause": "task-12",
        "track": "",
        "details": {},
        "channel": "web",
        "conversation": "",
        "consent": Consent("2026-11", OPENED_AT),
        "person": Person("王先生", "+8613800138000"),
        "due": None,
        "opened_at": OPENED_AT,
        "updated_at": OPENED_AT,
        "closed_at": None,
        "erased_at": None,
    }
    return Ticket(**known | other)


def an_event(kind: EventKind, day: int, state: State, by: str = ENVIRONMENT) -> TicketEvent:
    return TicketEvent(day, day, kind, OPENED_AT + timedelta(days=day), by, "", state)


def told(ticket: Ticket, *events: TicketEvent, replies: tuple[Reply, ...] = (), days: float = 0) -> str:
    return tell_standing(Standing(ticket, events, replies), shipped_office(), OPENED_AT + timedelta(days=days))


def shown(day: date) -> str:
    return f"{day.month}月{day.day}日前"


STATES = {
    State.NEW: ("已登记，等待受理", "下一步：市生态环境局受理并与您联系"),
    State.ASSIGNED: ("已受理，办理中", "下一步：市生态环境局办理并答复"),
    State.ANSWERED: ("已答复", "下一步：按承办单位的答复办理"),
    State.CLOSED: ("已办结", "还有问题，可以再登记或直接提问。"),
    State.REOPENED: ("重新办理，等待受理", "下一步：市生态环境局受理并与您联系"),
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("track", ["", TRACK, "a track that is no more"])
def test_every_state_is_told_with_holder_and_next_step(state: State, track: str) -> None:
    closed_at = OPENED_AT if state is State.CLOSED else None
    text = told(a_ticket(state=state, track=track, closed_at=closed_at))
    where, then = STATES[state]
    assert text.startswith(f"{NUMBER}：{where}")
    assert "需求：想办环评" in text
    assert "承办：市生态环境局（牵头），廉江市政府（属地），市工业和信息化局（配合）。" in text
    assert then in text
    if state is State.CLOSED:
        assert "已办结（11月25日）。" in text
        assert "下一步" not in text
    else:
        assert NO_TIME_LIMIT in text, "nobody may take the office's days for the plan's"


@pytest.mark.parametrize("state", [State.NEW, State.ASSIGNED, State.ANSWERED])
def test_a_deadline_is_named_as_the_office_s_own(state: State) -> None:
    text = told(a_ticket(state=state, track=TRACK))
    assert shown(FIRST) in text
    assert f"以上时间是经办单位的安排，{NO_TIME_LIMIT}。" in text


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("track", ["", TRACK])
@pytest.mark.parametrize("days", [0, 5, 400])
def test_nothing_is_promised(state: State, track: str, days: int) -> None:
    text = told(a_ticket(state=state, track=track), days=days)
    assert not re.search(r"保证|承诺|一定|必定|确保|马上|尽快|工作日内", text)
    assert not re.search(r"王先生|13800138000|东莞宏达", text), "it may be read over a shoulder"


def test_without_a_track_no_day_is_named() -> None:
    assert not re.search(r"\d月\d+日", told(a_ticket()))


def test_the_day_that_is_next_is_told() -> None:
    day = OPENED_AT + timedelta(days=(FIRST - local_date(OPENED_AT)).days)
    on_the_day = tell_standing(Standing(a_ticket(state=State.ASSIGNED, track=TRACK), (), ()), shipped_office(), day)
    assert shown(FIRST) in on_the_day, "the day itself is still in time"
    after = tell_standing(Standing(a_ticket(state=State.ASSIGNED, track=TRACK), (), ()), shipped_office(), day + timedelta(days=1))
    assert shown(FIRST) not in after
    assert re.search(r"\d月\d+日前", after)


def test_the_day_is_the_one_in_zhanjiang() -> None:
    before_midnight = datetime(FIRST.year, FIRST.month, FIRST.day, 15, 59, tzinfo=timezone.utc)
    standing = Standing(a_ticket(track=TRACK), (), ())
    assert "时间已过" not in tell_standing(standing, shipped_office(), before_midnight)
    assert "时间已过" in tell_standing(standing, shipped_office(), before_midnight + timedelta(minutes=1))


def test_a_ticket_that_waits_beyond_its_first_day_may_be_hurried() -> None:
    text = told(a_ticket(track=TRACK), days=(FIRST - local_date(OPENED_AT)).days + 1)
    assert f"{shown(FIRST)}）：时间已过，如仍未办理，可拨打政务服务便民热线12345催办。" in text


@pytest.mark.parametrize("state", [State.NEW, State.ASSIGNED, State.ANSWERED])
def test_days_that_have_all_passed_are_not_told_as_coming(state: State) -> None:
    text = told(a_ticket(state=state, track=TRACK), days=400)
    assert "时间已过" in text
    late = FIRST if state is State.NEW else LAST
    assert f"{late.year}年{shown(late)}" in text, "of another year"


def test_a_reopened_ticket_has_no_days_of_its_first_time() -> None:
    text = told(a_ticket(state=State.REOPENED, track=TRACK), days=60)
    assert not re.search(r"\d月\d+日|时间已过", text)


def test_who_accepted_it_is_told_as_long_as_it_holds() -> None:
    accepted = an_event(EventKind.ACCEPTED, 1, State.ASSIGNED)
    assert "市生态环境局于11月26日受理。" in told(a_ticket(state=State.ASSIGNED), accepted)
    moved = an_event(EventKind.REASSIGNED, 2, State.NEW, "经办人")
    assert "受理。" not in told(a_ticket(), accepted, moved).replace("等待受理。", "")
    reopened = an_event(EventKind.REOPENED, 3, State.REOPENED, "咨询人")
    assert "11月26日受理" not in told(a_ticket(state=State.REOPENED), accepted, reopened)
    again = an_event(EventKind.ACCEPTED, 4, State.ASSIGNED, "市商务局")
    assert "市商务局于11月29日受理。" in told(a_ticket(state=State.ASSIGNED), accepted, moved, again)


def test_the_latest_replies_are_told_in_their_own_words() -> None:
    replies = tuple(Reply(OPENED_AT + timedelta(days=day), ENVIRONMENT, f"第{day}次答复") for day in range(5))
    text = told(a_ticket(state=State.ANSWERED), replies=replies, days=5)
    assert [line for line in text.splitlines() if "答复（" in line] == [
        f"市生态环境局答复（11月{25 + day}日）：第{day}次答复" for day in (2, 3, 4)
    ]


def test_a_reply_of_another_year_is_told_with_the_year() -> None:
    text = told(a_ticket(state=State.ANSWERED), replies=(Reply(OPENED_AT, ENVIRONMENT, "请来面谈"),), days=60)
    assert "市生态环境局答复（2026年11月25日）：请来面谈" in text


def test_an_erased_ticket_promises_no_call() -> None:
    text = told(a_ticket(state=State.NEW, need="", person=None, erased_at=OPENED_AT))
    assert "需求：" not in text
    assert text.endswith("联系人信息和需求已删除，承办单位不再与您联系。")


def test_a_new_ticket_is_told_with_number_holder_and_how_to_ask() -> None:
    text = tell_opened(Opened(a_ticket(), False), shipped_office())
    assert text.startswith(f"已登记，编号：{NUMBER}。\n承办：市生态环境局（牵头）")
    assert "办公时间：" in text
    assert text.endswith("想知道进展，随时对我说“我的申请到哪了”；换了对话，请报编号和电话后四位。")
    assert "步骤" not in text


def test_a_track_s_steps_are_told_with_whose_days_they_are() -> None:
    text = tell_opened(Opened(a_ticket(track=TRACK), False), shipped_office(), "https://zixun.example.gov.cn/sheets/1")
    for step in shipped_office().track_by_id[TRACK].steps:
        assert f"{step.name}（{step.bureau}" in text
    assert shown(FIRST) in text
    assert f"以上时间是经办单位的安排，{NO_TIME_LIMIT}。" in text
    assert "环评审批服务单：https://zixun.example.gov.cn/sheets/1" in text


def test_steps_without_days_name_no_office_s_time() -> None:
    track = shipped_office().track_by_id[TRACK]
    undated = office_with(replace(track, steps=tuple(replace(step, workdays=None) for step in track.steps)))
    text = tell_opened(Opened(a_ticket(track=TRACK), False), undated)
    assert "以上时间" not in text
    assert f"\n{NO_TIME_LIMIT}。" in text
    assert "以上时间" not in tell_standing(Standing(a_ticket(track=TRACK), (), ()), undated, OPENED_AT)


def test_a_repeat_is_told_as_one() -> None:
    text = tell_opened(Opened(a_ticket(), True), shipped_office())
    assert "已补充到原工单" in text
    assert NUMBER in text


def test_a_repeat_from_another_conversation_is_not_told_the_number_that_opens_the_ticket() -> None:
    text = tell_opened(Opened(a_ticket(), True, is_theirs=False), shipped_office(), "/sheets/x/y")
    assert "已补充到原工单" in text
    assert NUMBER not in text
    assert "/sheets" not in text
