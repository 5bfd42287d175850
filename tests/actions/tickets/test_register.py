"""The register: opening and joining, what bureaus and officers do, who is told what, and all of it at the same moment."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from actions.lead.model import Consent, Person
from actions.office.model import Office
from actions.tickets import opening
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.model import (
    ENQUIRER,
    TRANSITIONS,
    EventKind,
    NoSuchBureau,
    NoSuchTicket,
    Role,
    State,
    Ticket,
    TransitionRefused,
    next_state,
)
from actions.tickets.personal import PersonalKey, PersonalKeyError
from actions.tickets.register import Opened, SubmissionConflict, Tickets
from actions.tickets.tables import TICKETS
from knowledge.plan import Plan
from tests.actions.tickets.samples import (
    COMPANY,
    DESK_ONLY,
    DISTRICT,
    NAME,
    NEED,
    NOW,
    OTHER,
    PHONE,
    PRINCIPAL,
    SUPPORTING,
    VALIDATOR,
    Clock,
    count_rows,
    lead,
    together,
    told,
    values,
)

OPEN = {State.NEW, State.ASSIGNED, State.ANSWERED, State.REOPENED}
# Written out again, so that a slip in the program's own table shows itself.
ALLOWED: dict[EventKind, dict[State, State]] = {
    EventKind.OPENED: {State.NEW: State.NEW},
    EventKind.REPEATED: {state: state for state in OPEN},
    EventKind.ACCEPTED: {State.NEW: State.ASSIGNED, State.REOPENED: State.ASSIGNED},
    EventKind.COMMENTED: dict.fromkeys(OPEN, State.ANSWERED),
    EventKind.REASSIGNED: dict.fromkeys(OPEN, State.NEW),
    EventKind.CLOSED: dict.fromkeys(OPEN, State.CLOSED),
    EventKind.REOPENED: {State.CLOSED: State.REOPENED},
    EventKind.ERASED: dict.fromkeys(State, State.CLOSED),
    EventKind.UNDELIVERED: {state: state for state in State},
    EventKind.NOTED: {state: state for state in State},
    EventKind.TAKEN_OVER: {state: state for state in State},
    EventKind.HANDED_BACK: {state: state for state in State},
    EventKind.ENLISTED: {state: state for state in OPEN},
    EventKind.STEP_DONE: {state: state for state in OPEN},
    EventKind.STEP_UNDONE: {state: state for state in OPEN},
}


def _open(tickets: Tickets, **changed: Any) -> Ticket:
    return tickets.open_ticket(lead(**changed)).ticket


def _into(state: State, tickets: Tickets) -> str:
    """A ticket in that state."""
    number = _open(tickets).number
    if state in (State.ASSIGNED,):
        tickets.accept(number, PRINCIPAL)
    if state is State.ANSWERED:
        tickets.comment(number, PRINCIPAL, "已收到")
    if state in (State.CLOSED, State.REOPENED):
        tickets.close(number, PRINCIPAL)
    if state is State.REOPENED:
        tickets.reopen(number, "经办人员", "又有问题")
    assert tickets.standing(number).ticket.state is state
    return number


# States.


@pytest.mark.parametrize(("state", "kind"), itertools.product(State, EventKind), ids=lambda value: str(value.value))
def test_an_event_happens_only_in_its_states(state: State, kind: EventKind) -> None:
    assert set(TRANSITIONS) == set(EventKind)
    if state in ALLOWED[kind]:
        assert next_state(state, kind) is ALLOWED[kind][state]
    else:
        with pytest.raises(TransitionRefused) as raised:
            next_state(state, kind)
        assert (raised.value.state, raised.value.kind) == (state, kind)


ACTS: dict[EventKind, Callable[[Tickets, str], Ticket]] = {
    EventKind.ACCEPTED: lambda tickets, number: tickets.accept(number, PRINCIPAL, "受理", "cb-1"),
    EventKind.COMMENTED: lambda tickets, number: tickets.comment(number, PRINCIPAL, "答复", "cb-1"),
    EventKind.REASSIGNED: lambda tickets, number: tickets.reassign(number, OTHER, "经办人员", "职责在该局"),
    EventKind.CLOSED: lambda tickets, number: tickets.close(number, PRINCIPAL, "办结", "cb-1"),
    EventKind.REOPENED: lambda tickets, number: tickets.reopen(number, "经办人员", "又有问题"),
}


@pytest.mark.parametrize(("state", "kind"), itertools.product(State, ACTS), ids=lambda value: str(value.value))
def test_what_bureaus_and_officers_do_follows_the_states_and_a_refusal_leaves_nothing(
    tickets: Tickets, database: Database, state: State, kind: EventKind
) -> None:
    number = _into(state, tickets)
    before, rows = tickets.standing(number), count_rows(database)
    if state in ALLOWED[kind]:
        ticket = ACTS[kind](tickets, number)
        after = tickets.standing(number)
        assert after.ticket == ticket
        assert ticket.state is ALLOWED[kind][state]
        assert [event.kind for event in after.events] == [*(event.kind for event in before.events), kind]
        assert after.events[-1].state is ticket.state
        assert (ticket.closed_at is None) == (ticket.state is not State.CLOSED)
    else:
        with pytest.raises(TransitionRefused):
            ACTS[kind](tickets, number)
        assert tickets.standing(number) == before
        assert count_rows(database) == rows


def test_a_refused_call_back_may_come_again_once_it_is_possible(tickets: Tickets) -> None:
    number = _into(State.CLOSED, tickets)
    with pytest.raises(TransitionRefused):
        tickets.accept(number, PRINCIPAL, "受理", "cb-1")
    tickets.reopen(number, "经办人员", "又有问题")
    assert tickets.accept(number, PRINCIPAL, "受理", "cb-1").state is State.ASSIGNED


# Opening.


def test_a_lead_becomes_a_ticket_with_all_that_it_says(tickets: Tickets) -> None:
    opened = tickets.open_ticket(lead())
    ticket = opened.ticket
    assert not opened.has_joined
    assert (ticket.state, ticket.sequence, ticket.opened_at, ticket.closed_at) == (State.NEW, 1, NOW, None)
    assert ticket.person == Person(NAME, PHONE)
    assert (ticket.company, ticket.need, ticket.industry, ticket.time) == (COMPANY, NEED, "小家电制造", "明年上半年")
    assert (ticket.investment_yuan, ticket.land_square_metres) == (120_000_000, 33_333)
    assert (ticket.district, ticket.clause, ticket.track) == ("廉江市", "task-09", "")
    assert ticket.consent == Consent("2026-11", NOW)
    assert ticket.number.startswith("ZJ-261125-")
    assert [(event.sequence, event.kind, event.by) for event in tickets.standing(ticket.number).events] == [(1, EventKind.OPENED, ENQUIRER)]
    assert ticket.route.bureaus(Role.PRINCIPAL) == (PRINCIPAL,)
    assert ticket.route.bureaus(Role.DISTRICT) == (DISTRICT,)
    assert ticket.route.bureaus(Role.SUPPORTING) == (SUPPORTING, DESK_ONLY)
    assert all(assignment.reason for assignment in ticket.route.assignments)


def test_the_day_in_a_number_is_that_of_zhanjiang(tickets: Tickets, clock: Clock) -> None:
    clock.now = NOW.replace(hour=17)
    assert _open(tickets).number.startswith("ZJ-261126-")


def test_a_track_gives_the_ticket_its_bureaus_and_its_last_deadline(tickets: Tickets, office: Office) -> None:
    track = office.track_by_id["environmental-approval"]
    ticket = _open(tickets, track=track.id, clause=track.clause)
    assert ticket.route.bureaus(Role.PRINCIPAL) == track.principal
    assert ticket.due == date(2026, 12, 9)  # ten working days after Wednesday, 25 November 2026


def test_a_number_that_is_taken_is_drawn_again(tickets: Tickets, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["ZJ-261125-AAAAAA", "ZJ-261125-AAAAAA", "ZJ-261125-BBBBBB"])
    monkeypatch.setattr(opening, "new_number", lambda day: next(drawn))
    assert _open(tickets).number == "ZJ-261125-AAAAAA"
    assert _open(tickets, clause="task-08").number == "ZJ-261125-BBBBBB"


def test_numbers_that_never_get_free_are_told_as_the_database_failing(tickets: Tickets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "new_number", lambda day: "ZJ-261125-AAAAAA")
    _open(tickets)
    with pytest.raises(DatabaseUnavailable):
        _open(tickets, clause="task-08")


def test_a_phone_in_free_words_is_masked_and_the_rest_stays_as_it_was_written(tickets: Tickets) -> None:
    ticket = _open(
        tickets,
        need="需要50亩地，请打13800138000（上午）；急",
        question="电话0759-3381234可以吗？",
        details={"project": "年产50万台，微信：ouyang_2020"},
    )
    assert ticket.need == "需要50亩地，请打[电话]（上午）；急"
    assert ticket.question == "电话[电话]可以吗？"
    assert ticket.details == {"project": "年产50万台，微信:[账号]"}


def test_what_a_database_cannot_hold_is_left_out(tickets: Tickets) -> None:
    number = _open(tickets, need="用地\0\ud800五十亩", question="\udfff", details={"project": "a\0b"}).number
    tickets.comment(number, PRINCIPAL, "已\0收\ud83d到")
    standing = tickets.standing(number)
    assert (standing.ticket.need, standing.ticket.question, standing.ticket.details) == ("用地五十亩", "", {"project": "ab"})
    assert [reply.text for reply in standing.replies] == [standing.events[-1].text] == ["已收到"]


def test_odd_texts_are_kept_as_they_are(tickets: Tickets) -> None:
    odd = "'; DROP TABLE tickets; -- <script>alert(1)</script> 😀 \\ %s {} \n" + "长" * 10_000
    ticket = _open(tickets, need=odd, company=odd)
    assert (ticket.need, ticket.company) == (odd, odd)
    tickets.reopen(tickets.close(ticket.number, PRINCIPAL, odd).number, "经" * 100, odd)
    assert tickets.standing(ticket.number).events[-1].by == "经" * 64


# Joining.


def test_the_same_need_within_a_day_joins_the_open_ticket(tickets: Tickets, clock: Clock) -> None:
    first = _open(tickets, conversation="a" * 32)
    clock.passes(days=1)
    newer = lead(
        need="还要30亩用地，电话13900139000",
        time="后年",
        person=Person("欧阳", PHONE),
        land_square_metres=20_000,
        details={"park": "微信：ouyang_2020"},
        conversation="b" * 32,
        consent=Consent("2026-12", clock.now),
    )
    opened = tickets.open_ticket(newer)
    assert opened.has_joined
    ticket = opened.ticket
    assert (ticket.id, ticket.number, ticket.state, ticket.need) == (first.id, first.number, State.NEW, NEED)
    assert ticket.person == Person("欧阳", PHONE)
    assert (ticket.land_square_metres, ticket.time, ticket.conversation) == (20_000, "后年", "a" * 32), "it stays where it was opened"
    assert not opened.is_theirs
    assert ticket.consent == Consent("2026-12", clock.now)
    assert ticket.details == {"project": "年产50万台电饭煲", "park": "微信:[账号]"}
    event = tickets.standing(ticket.number).events[-1]
    assert (event.kind, event.by, event.text) == (EventKind.REPEATED, ENQUIRER, "再次提交；需求：还要30亩用地，电话[电话]；时间：后年")


def test_an_equal_repeat_says_no_more_than_that(tickets: Tickets) -> None:
    number = _open(tickets, need="需要用地，电话13800138000").number
    _open(tickets, need="需要用地，电话13800138000")
    assert tickets.standing(number).events[-1].text == "再次提交"


def test_without_a_clause_the_same_words_join_however_they_are_typed(tickets: Tickets) -> None:
    first = tickets.open_ticket(lead(clause="", need="想了解 VAT 退税"))
    again = tickets.open_ticket(lead(clause="", need="想了解ｖａｔ退税。"))
    other = tickets.open_ticket(lead(clause="", need="想了解 VAT 退税时间"))
    assert (again.has_joined, again.ticket.number) == (True, first.ticket.number)
    assert not other.has_joined


@pytest.mark.parametrize(
    "changed",
    [
        {"person": Person(NAME, "+8613800138001")},
        {"clause": "task-08"},
        {"company": "佛山另一家电有限公司"},
        {"district": "遂溪县"},
        {"district": ""},
        {"bureau": "市税务局"},
        {"track": "environmental-approval", "clause": "task-12"},
    ],
    ids=["phone", "clause", "company", "district", "no district", "bureau", "track"],
)
def test_another_person_need_or_bureau_is_another_ticket(tickets: Tickets, changed: dict[str, Any]) -> None:
    first = _open(tickets)
    opened = tickets.open_ticket(lead(**changed))
    assert not opened.has_joined
    assert opened.ticket.number != first.number


def test_after_a_day_the_same_need_is_a_new_ticket(tickets: Tickets, clock: Clock) -> None:
    first = _open(tickets)
    clock.passes(days=1, seconds=1)
    second = tickets.open_ticket(lead())
    assert not second.has_joined
    assert second.ticket.number != first.number
    assert tickets.open_ticket(lead()).ticket.number == second.ticket.number


def test_after_it_was_closed_the_same_need_is_a_new_ticket(tickets: Tickets) -> None:
    first = _into(State.CLOSED, tickets)
    assert _open(tickets).number != first
    assert tickets.reopen(first, "经办人员", "").state is State.REOPENED  # there may be two, then


def test_a_repeat_after_a_reassignment_stays_with_the_new_bureau(tickets: Tickets) -> None:
    number = _open(tickets).number
    tickets.reassign(number, OTHER, "经办人员", "职责在该局")
    opened = tickets.open_ticket(lead())
    assert opened.has_joined
    assert opened.ticket.route.bureaus(Role.PRINCIPAL) == (OTHER,)


def test_the_same_lead_eight_times_at_once_is_one_ticket(tickets: Tickets, database: Database) -> None:
    outcomes = together([lambda: tickets.open_ticket(lead())] * 8)
    opened = [outcome for outcome in outcomes if isinstance(outcome, Opened)]
    assert opened == outcomes
    assert len({one.ticket.number for one in opened}) == 1
    assert sorted(one.has_joined for one in opened) == [False] + [True] * 7
    assert count_rows(database)["tickets"] == 1
    assert [event.sequence for event in tickets.standing(opened[0].ticket.number).events] == list(range(1, 9))


def test_different_leads_at_once_are_all_taken(tickets: Tickets, database: Database) -> None:
    leads = [lead(person=Person(NAME, f"+861380013{number:04}")) for number in range(24)]
    outcomes = together([partial(tickets.open_ticket, one) for one in leads])
    numbers = {outcome.ticket.number for outcome in outcomes if isinstance(outcome, Opened)}
    assert len(numbers) == 24
    assert count_rows(database)["deliveries"] == 24 * 3


# Idempotency keys.


def test_the_same_key_gives_the_same_ticket_and_does_nothing_twice(tickets: Tickets, database: Database, clock: Clock) -> None:
    sent = lead(idempotency_key="k1", details={"project": "甲", "park": "乙"})
    first = tickets.open_ticket(sent)
    rows = count_rows(database)
    clock.passes(days=6)
    tickets.close(first.ticket.number, PRINCIPAL)
    # A client that sends again may have made its JSON, and the moment of consent, anew.
    again = tickets.open_ticket(replace(sent, details={"park": "乙", "project": "甲"}, consent=Consent("2026-11", clock.now)))
    assert (again.ticket.number, again.ticket.state, again.has_joined) == (first.ticket.number, State.CLOSED, False)
    assert count_rows(database)["tickets"] == rows["tickets"] == 1


@pytest.mark.parametrize(
    "changed",
    [{"need": "别的"}, {"person": Person(NAME, "+8613800138001")}, {"details": {}}, {"consent": Consent("2026-12", NOW)}],
    ids=str,
)
def test_the_same_key_with_another_lead_is_refused(tickets: Tickets, database: Database, changed: dict[str, Any]) -> None:
    _open(tickets, idempotency_key="k1")
    rows = count_rows(database)
    with pytest.raises(SubmissionConflict):
        _open(tickets, idempotency_key="k1", **changed)
    assert count_rows(database) == rows


def test_a_joined_lead_keeps_its_key_too(tickets: Tickets, database: Database) -> None:
    _open(tickets)
    opened = [tickets.open_ticket(lead(idempotency_key="k2")) for _ in range(2)]
    assert [one.has_joined for one in opened] == [True, True]
    assert count_rows(database)["ticket_events"] == 2


def test_a_key_eight_times_at_once_is_one_ticket_opened_once(tickets: Tickets, database: Database) -> None:
    outcomes = together([lambda: tickets.open_ticket(lead(idempotency_key="k1"))] * 8)
    assert all(isinstance(outcome, Opened) and not outcome.has_joined for outcome in outcomes)
    assert (count_rows(database)["tickets"], count_rows(database)["ticket_events"]) == (1, 1)


def test_of_two_leads_at_once_under_one_key_one_is_refused(tickets: Tickets, database: Database) -> None:
    both = [lead(idempotency_key="k1", person=Person(NAME, phone)) for phone in ("+8613800138000", "+8613800138001")]
    outcomes = together([partial(tickets.open_ticket, one) for one in both])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Opened", "SubmissionConflict"]
    assert count_rows(database)["tickets"] == 1


def test_a_key_is_forgotten_after_a_week(tickets: Tickets, clock: Clock) -> None:
    first = _open(tickets, idempotency_key="k1")
    clock.passes(days=7, seconds=1)
    tickets.forget_passing()
    assert _open(tickets, idempotency_key="k1", need="别的").number != first.number


# What bureaus are told.


def test_each_bureau_that_is_reached_is_told_what_it_may_know(tickets: Tickets, database: Database, key: PersonalKey, plan: Plan) -> None:
    ticket = _open(tickets)
    deliveries = told(database, key, ticket.number)
    assert [(one.bureau, one.type, one.state) for one in deliveries] == [
        (name, "ticket.opened", "pending") for name in (PRINCIPAL, DISTRICT, SUPPORTING)
    ]
    contacts = {}
    for one in deliveries:
        assert one.payload is not None
        VALIDATOR.validate(one.payload)
        data = one.payload["data"]
        contacts[one.bureau] = (data["to"]["role"], data["contact"])
        assert (data["ticket"], data["sequence"], data["state"], data["change"]) == (ticket.number, 1, "new", None)
        assert data["clause"] == {"id": "task-09", "number": plan.by_id["task-09"].number, "title": plan.by_id["task-09"].title}
        assert data["bureaus"]["supporting"] == [SUPPORTING, DESK_ONLY]
        assert data["links"]["desk"] == f"https://desk.example.org/desk/tickets/{ticket.number}"
    whole = {"name": NAME, "phone": PHONE}
    assert contacts == {PRINCIPAL: ("principal", whole), DISTRICT: ("district", whole), SUPPORTING: ("supporting", None)}
    supporting = json.dumps(deliveries[2].payload, ensure_ascii=False)
    assert NAME not in supporting
    assert PHONE[3:] not in supporting


def test_where_no_bureau_is_reached_the_ticket_stands_all_the_same(
    database: Database, key: PersonalKey, plan: Plan, shipped_office: Office
) -> None:
    tickets = Tickets(database, key, plan, lambda: shipped_office)
    assert tickets.open_ticket(lead()).ticket.route.bureaus(Role.PRINCIPAL) == (PRINCIPAL,)
    assert count_rows(database)["deliveries"] == 0


def test_every_event_is_told_to_all_but_the_bureau_that_caused_it(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _open(tickets).number
    tickets.accept(number, PRINCIPAL, "已受理")
    tickets.comment(number, SUPPORTING, "已拨付")
    tickets.close(number, DISTRICT, "办结")
    tickets.reopen(number, "经办人员", "又有问题")
    tickets.open_ticket(lead(clause="task-08"))  # of another ticket
    deliveries = told(database, key, number)[3:]
    everyone = {PRINCIPAL, DISTRICT, SUPPORTING}
    by_sequence: dict[int, tuple[str, str, set[str]]] = {}
    for one in deliveries:
        assert one.payload is not None
        VALIDATOR.validate(one.payload)
        data = one.payload["data"]
        _, _, bureaus = by_sequence.setdefault(data["sequence"], (one.type, data["change"]["kind"], set()))
        bureaus.add(one.bureau)
    assert by_sequence == {
        2: ("ticket.updated", "accepted", everyone - {PRINCIPAL}),
        3: ("ticket.updated", "commented", everyone - {SUPPORTING}),
        4: ("ticket.closed", "closed", everyone - {DISTRICT}),
        5: ("ticket.updated", "reopened", everyone),
    }


def test_a_payload_of_a_track_fits_its_schema(tickets: Tickets, database: Database, key: PersonalKey, office: Office) -> None:
    for track in office.tracks:
        ticket = _open(tickets, track=track.id, clause=track.clause, bureau=PRINCIPAL)
        for one in told(database, key, ticket.number):
            VALIDATOR.validate(one.payload)
            assert one.payload is not None
            assert one.payload["data"]["track"]["id"] == track.id


def test_the_oddest_lead_still_makes_a_valid_payload(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    bare = lead(
        investment_yuan=None,
        land_square_metres=0,
        district="",
        time="",
        clause="gone-99",
        question="",
        details={},
        track="gone",
        need="\0用地",
    )
    deliveries = told(database, key, tickets.open_ticket(bare).ticket.number)
    assert deliveries
    for one in deliveries:
        VALIDATOR.validate(one.payload)


def test_a_reassignment_is_told_to_old_and_new_and_only_the_new_one_gets_the_contact(
    tickets: Tickets, database: Database, key: PersonalKey
) -> None:
    number = _open(tickets).number
    ticket = tickets.reassign(number, OTHER, "经办人员", "职责在该局")
    assert (ticket.state, ticket.route.bureaus(Role.PRINCIPAL)) == (State.NEW, (OTHER,))
    assert tickets.standing(number).events[-1].text == "改派市税务局：职责在该局"
    deliveries = told(database, key, number)[3:]
    contacts = {}
    for one in deliveries:
        assert one.type == "ticket.reassigned"
        assert one.payload is not None
        VALIDATOR.validate(one.payload)
        assert one.payload["data"]["bureaus"]["principal"] == [OTHER]
        contacts[one.bureau] = (one.payload["data"]["to"]["role"], one.payload["data"]["contact"] is not None)
    assert contacts == {
        OTHER: ("principal", True),
        DISTRICT: ("district", True),
        SUPPORTING: ("supporting", False),
        PRINCIPAL: ("supporting", False),
    }
    with pytest.raises(NoSuchTicket):
        tickets.accept(number, PRINCIPAL)
    assert tickets.accept(number, OTHER).state is State.ASSIGNED
    assert {one.bureau for one in told(database, key, number)[7:]} == {DISTRICT, SUPPORTING}


def test_a_reassignment_within_the_route_takes_nobody_twice(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _open(tickets).number
    ticket = tickets.reassign(number, SUPPORTING, "经办人员", "财政事项")
    assert ticket.route.bureaus(*Role) == (SUPPORTING, DISTRICT, DESK_ONLY)
    assert sorted(one.bureau for one in told(database, key, number)[3:]) == sorted([SUPPORTING, DISTRICT, PRINCIPAL])


def test_a_reassignment_takes_a_short_name_and_refuses_an_unknown_one(tickets: Tickets, office: Office) -> None:
    number = _open(tickets).number
    alias = next(alias for alias, bureau in office.directory.by_name.items() if bureau.name == OTHER != alias)
    assert tickets.reassign(number, alias, "经办人员", "").route.bureaus(Role.PRINCIPAL) == (OTHER,)
    before = tickets.standing(number)
    with pytest.raises(NoSuchBureau):
        tickets.reassign(number, "火星局", "经办人员", "")
    assert tickets.standing(number) == before


@pytest.mark.parametrize("act", [Tickets.accept, Tickets.comment, Tickets.close], ids=lambda act: act.__name__)
def test_a_bureau_acts_on_its_own_tickets_only(tickets: Tickets, act: Callable[..., Ticket]) -> None:
    number = _open(tickets).number
    for bureau in (OTHER, "火星局", ""):
        with pytest.raises(NoSuchTicket):
            act(tickets, number, bureau, "内容", "cb-1")
    with pytest.raises(NoSuchTicket):
        act(tickets, "ZJ-261125-XXXXXX", PRINCIPAL, "内容", "cb-1")
    assert len(tickets.standing(number).events) == 1


# Call-backs.


def test_a_call_back_that_comes_again_acts_once(tickets: Tickets, database: Database) -> None:
    number = _open(tickets).number
    tickets.comment(number, PRINCIPAL, "答复一", "cb-1")
    rows = count_rows(database)
    assert tickets.comment(number, PRINCIPAL, "答复一", "cb-1").state is State.ANSWERED
    assert tickets.close(number, PRINCIPAL, "同一编号，别的内容", "cb-1").state is State.ANSWERED
    assert count_rows(database) == rows
    tickets.comment(number, DISTRICT, "答复二", "cb-1")  # ids are each bureau's own
    assert [(reply.bureau, reply.text) for reply in tickets.standing(number).replies] == [(PRINCIPAL, "答复一"), (DISTRICT, "答复二")]


def test_a_call_back_eight_times_at_once_acts_once(tickets: Tickets) -> None:
    number = _open(tickets).number
    outcomes = together([lambda: tickets.comment(number, PRINCIPAL, "答复", "cb-1")] * 8)
    assert {outcome.state for outcome in outcomes if isinstance(outcome, Ticket)} == {State.ANSWERED}
    assert all(isinstance(outcome, Ticket) for outcome in outcomes)
    assert len(tickets.standing(number).replies) == 1


def test_events_at_once_are_numbered_without_gaps_and_none_is_lost(tickets: Tickets) -> None:
    number = _open(tickets).number
    outcomes = together([partial(tickets.comment, number, PRINCIPAL, f"答复{turn}", f"cb-{turn}") for turn in range(12)])
    assert [type(outcome) for outcome in outcomes] == [Ticket] * 12
    standing = tickets.standing(number)
    assert [event.sequence for event in standing.events] == list(range(1, 14))
    assert {reply.text for reply in standing.replies} == {f"答复{turn}" for turn in range(12)}
    assert standing.ticket.sequence == 13


def test_of_two_bureaus_that_accept_at_once_one_does(tickets: Tickets) -> None:
    number = _open(tickets).number
    outcomes = together([partial(tickets.accept, number, bureau) for bureau in (PRINCIPAL, DISTRICT)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Ticket", "TransitionRefused"]


# What is read.


def test_the_tickets_of_a_conversation_are_its_own_newest_first(tickets: Tickets) -> None:
    mine = [_open(tickets, clause=clause).number for clause in ("task-08", "task-09", "task-10")]
    _open(tickets, conversation="d" * 32, clause="task-11")
    _open(tickets, conversation="", clause="task-12")
    assert [standing.ticket.number for standing in tickets.of_conversation("c" * 32)] == mine[::-1]
    assert tickets.of_conversation("") == ()
    assert tickets.of_conversation("e" * 32) == ()


def test_the_latest_are_listed_by_state(tickets: Tickets) -> None:
    numbers = [_open(tickets, clause=clause).number for clause in ("task-08", "task-09", "task-10")]
    tickets.close(numbers[0], tickets.standing(numbers[0]).ticket.route.assignments[0].bureau)
    assert [ticket.number for ticket in tickets.latest()] == numbers[::-1]
    assert [ticket.number for ticket in tickets.latest([State.CLOSED])] == numbers[:1]
    assert [ticket.number for ticket in tickets.latest(limit=1)] == numbers[2:]


def test_a_reader_sees_one_state_of_things(tickets: Tickets, database: Database) -> None:
    number = _open(tickets).number
    sequence = select(TICKETS.c.sequence).where(TICKETS.c.number == number)
    with database.reading() as connection:
        assert connection.execute(sequence).scalar_one() == 1
        tickets.comment(number, PRINCIPAL, "答复")
        assert connection.execute(sequence).scalar_one() == 1
    assert tickets.standing(number).ticket.sequence == 2


def test_an_unknown_number_is_no_ticket(tickets: Tickets) -> None:
    for act in (tickets.standing, tickets.erase):
        with pytest.raises(NoSuchTicket):
            act("ZJ-261125-XXXXXX")


# Personal information.


def test_name_and_phone_stand_in_no_column(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _open(tickets, need=f"用地，电话{PHONE}", question="138 0013 8000", details={"a": PHONE[3:]}, idempotency_key=PHONE).number
    _open(tickets, need=f"用地，请打{PHONE[3:]}", details={"b": f"电话{PHONE[3:]}"})
    tickets.comment(number, PRINCIPAL, "已收到")
    plain = list(values(database))
    for secret in (NAME, NAME.encode().decode("latin-1"), PHONE[3:], PHONE[-8:], json.dumps(NAME).strip('"')):
        assert not any(secret in value for value in plain), secret
    assert any(NAME in value and PHONE in value for value in values(database, key))  # but with the key it can be read


def test_another_key_is_told_at_once(tickets: Tickets, database: Database, key: PersonalKey, plan: Plan, office: Office) -> None:
    from cryptography.fernet import Fernet

    other_key = Fernet.generate_key().decode()
    other = Tickets(database, PersonalKey([other_key]), plan, lambda: office)
    other.check_key()  # there is nothing yet that it could not read
    number = _open(tickets).number
    tickets.check_key()
    for act in (other.check_key, partial(other.standing, number), other.latest):
        with pytest.raises(PersonalKeyError, match="another key"):
            act()
    other.open_ticket(lead(clause="task-08"))
    with pytest.raises(PersonalKeyError):
        tickets.check_key()  # the newest one is not readable any more


def test_a_clock_without_time_zone_writes_nothing(database: Database, key: PersonalKey, plan: Plan, office: Office) -> None:
    tickets = Tickets(database, key, plan, lambda: office, clock=lambda: NOW.replace(tzinfo=None))
    with pytest.raises(DatabaseUnavailable):
        tickets.open_ticket(lead())
    assert not any(count_rows(database).values())


def test_moments_come_back_as_they_were_whatever_the_time_zone_of_the_server(tickets: Tickets, database: Database, clock: Clock) -> None:
    clock.now = NOW + timedelta(microseconds=123_456)
    ticket = _open(tickets)
    assert ticket.opened_at == clock.now
    assert ticket.opened_at.utcoffset() == timedelta(0)
    with database.reading() as connection:
        earlier = select(TICKETS.c.id).where(TICKETS.c.opened_at < clock.now)
        assert connection.execute(earlier).first() is None


# An office that changes.


def test_bureaus_that_officers_add_or_drop_count_from_the_next_ticket_on(
    database: Database, key: PersonalKey, plan: Plan, office: Office, shipped_office: Office
) -> None:
    current = [shipped_office]
    tickets = Tickets(database, key, plan, lambda: current[0])
    number = _open(tickets).number
    assert told(database, key, number) == []
    current[0] = office
    tickets.accept(number, PRINCIPAL)
    assert [one.bureau for one in told(database, key, number)] == [DISTRICT, SUPPORTING]


def test_a_ticket_whose_row_was_changed_by_hand_meanwhile_is_not_overwritten(tickets: Tickets, database: Database) -> None:
    number = _open(tickets).number
    with database.writing() as connection:
        connection.execute(update(TICKETS).values(sequence=7))
    assert tickets.comment(number, PRINCIPAL, "答复").sequence == 8
