"""Erasure: at the enquirer's request, and some time after the closing. What is gone, what stays, and who is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from actions.delivery import outbox
from actions.lead.model import Person
from actions.tickets.database import Database, open_database
from actions.tickets.model import SYSTEM, EventKind, Role, State, TransitionRefused
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import (
    COMPANY,
    DISTRICT,
    NAME,
    NEED,
    NOW,
    OTHER,
    PHONE,
    PRINCIPAL,
    QUESTION,
    SUPPORTING,
    VALIDATOR,
    Clock,
    everything,
    lead,
    together,
    told,
    values,
)

WORDS = (NAME, PHONE[3:], COMPANY, NEED, QUESTION, "电饭煲", "明年上半年", "密谈", "c" * 32)
"""All that the person and the bureaus wrote."""


def _written(tickets: Tickets) -> str:
    """A ticket to which everybody has written, and that has moved from one bureau to another."""
    number = tickets.open_ticket(lead(idempotency_key=f"key of {NAME}")).ticket.number
    tickets.open_ticket(lead(need=f"{NEED}，密谈", time="明年上半年，越快越好"))
    tickets.comment(number, PRINCIPAL, f"{NAME}您好，密谈", "cb-1")
    tickets.reassign(number, OTHER, "经办人员", f"{COMPANY}要求密谈")
    tickets.accept(number, OTHER, "密谈")
    return number


def _send(database: Database, *bureaus: str) -> None:
    """A worker takes what waits for these bureaus, and no more."""
    busy = {PRINCIPAL, DISTRICT, SUPPORTING, OTHER}.difference(bureaus)
    with database.writing() as connection:
        for claimed in outbox.claim(connection, NOW + timedelta(days=999), timedelta(seconds=30), 100, busy):
            outbox.record_delivered(connection, claimed, NOW, 200)


def _left(database: Database, key: PersonalKey) -> set[str]:
    """Which words still stand anywhere, also in what is encrypted."""
    return {word for value in values(database, key) for word in WORDS if word in value}


def test_what_erasure_is_to_remove_is_there_before(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    _written(tickets)
    assert _left(database, key) == set(WORDS)


@pytest.mark.parametrize("heard", [(), (PRINCIPAL,), (PRINCIPAL, DISTRICT, SUPPORTING, OTHER)], ids=lambda names: f"{len(names)} told")
def test_erasure_leaves_no_word_of_the_person_anywhere(
    tickets: Tickets, database: Database, key: PersonalKey, heard: tuple[str, ...]
) -> None:
    number = _written(tickets)
    _send(database, *heard)
    tickets.erase(number)
    assert _left(database, key) == set()
    ticket = tickets.standing(number).ticket
    assert (ticket.person, ticket.company, ticket.need, ticket.question, ticket.time) == (None, "", "", "", "")
    assert (ticket.details, ticket.conversation) == ({}, "")
    assert tickets.standing(number).replies == ()


def test_statistics_stay(tickets: Tickets, clock: Clock) -> None:
    number = _written(tickets)
    before = tickets.standing(number)
    clock.passes(hours=1)
    tickets.erase(number)
    after = tickets.standing(number)
    kept = ("id", "number", "industry", "investment_yuan", "land_square_metres", "district", "clause", "track", "channel", "consent", "due")
    assert {name: getattr(after.ticket, name) for name in kept} == {name: getattr(before.ticket, name) for name in kept}
    assert after.ticket.route.bureaus(*Role) == before.ticket.route.bureaus(*Role)
    assert after.ticket.opened_at == before.ticket.opened_at
    assert after.ticket.erased_at == after.ticket.closed_at == clock.now
    assert [(e.kind, e.at, e.by) for e in after.events[:-1]] == [(e.kind, e.at, e.by) for e in before.events]
    assert after.events[-1].kind is EventKind.ERASED
    by_clause = [assignment for assignment in after.ticket.route.assignments if assignment.clause]
    assert by_clause
    assert all(assignment.reason for assignment in by_clause)


def test_bureaus_that_were_told_are_told_to_delete_and_no_others(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _written(tickets)
    _send(database, PRINCIPAL, SUPPORTING)  # the first is no longer one of the ticket's bureaus; OTHER, which is, heard of nothing
    tickets.erase(number, "经办人员")
    notices = [one for one in told(database, key, number) if one.payload is not None]
    assert sorted(one.bureau for one in notices) == sorted([PRINCIPAL, SUPPORTING])
    for one in notices:
        assert one.payload is not None
        VALIDATOR.validate(one.payload)
        data = one.payload["data"]
        assert (one.type, one.state, data["change"]["kind"], data["contact"], data["state"]) == (
            "ticket.updated",
            "pending",
            "erased",
            None,
            "closed",
        )
        assert (data["enterprise"]["company"], data["need"], data["question"], data["enterprise"]["details"]) == ("", "", "", {})
        assert data["change"]["text"] == "请删除已收到的联系人信息和需求内容。"


def test_a_bureau_that_is_just_being_told_is_told_to_delete_as_well(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    with database.writing() as connection:
        (claimed,) = outbox.claim(connection, NOW, timedelta(seconds=30), 1)
    tickets.erase(number)
    with database.writing() as connection:
        assert not outbox.record_delivered(connection, claimed, NOW, 200)
        assert outbox.resend(connection, [claimed.webhook_id], NOW) == 0
    assert [one.bureau for one in told(database, key, number) if one.payload is not None] == [PRINCIPAL]
    assert _left(database, key) == set()


def test_erasing_again_does_nothing(tickets: Tickets, database: Database) -> None:
    number = _written(tickets)
    _send(database, PRINCIPAL)
    tickets.erase(number)
    before = everything(database)
    tickets.erase(number)
    assert everything(database) == before


def test_erasing_at_once_erases_once(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _written(tickets)
    _send(database, PRINCIPAL)
    assert together([partial(tickets.erase, number)] * 6) == [None] * 6
    assert [event.kind for event in tickets.standing(number).events].count(EventKind.ERASED) == 1
    assert len([one for one in told(database, key, number) if one.payload is not None]) == 1


ACTS: list[Callable[[Tickets, str], Any]] = [
    lambda tickets, number: tickets.accept(number, OTHER, "密谈"),
    lambda tickets, number: tickets.comment(number, OTHER, "密谈", "cb-9"),
    lambda tickets, number: tickets.close(number, OTHER, "密谈"),
    lambda tickets, number: tickets.reopen(number, "经办人员", "密谈"),
    lambda tickets, number: tickets.reassign(number, PRINCIPAL, "经办人员", "密谈"),
    lambda tickets, number: tickets.enlist(number, "市统计局", "经办人员", "密谈"),
    lambda tickets, number: tickets.note(number, "经办人员", "密谈"),
]


@pytest.mark.parametrize("act", ACTS, ids=["accept", "comment", "close", "reopen", "reassign", "enlist", "note"])
@pytest.mark.parametrize("was_closed", [False, True], ids=["open", "closed"])
def test_nothing_can_be_written_into_an_erased_ticket_any_more(
    tickets: Tickets, database: Database, key: PersonalKey, act: Callable[[Tickets, str], Any], was_closed: bool
) -> None:
    number = _written(tickets)
    if was_closed:
        tickets.close(number, OTHER)
    tickets.erase(number)
    with pytest.raises(TransitionRefused):
        act(tickets, number)
    assert _left(database, key) == set()


def test_an_erased_ticket_is_not_found_by_its_conversation_nor_joined(tickets: Tickets) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    tickets.erase(number)
    assert tickets.of_conversation("c" * 32) == ()
    opened = tickets.open_ticket(lead())
    assert not opened.has_joined
    assert opened.ticket.number != number
    assert opened.ticket.person == Person(NAME, PHONE)


def test_a_lead_that_is_sent_again_under_its_key_after_erasure_takes_nothing_down(
    tickets: Tickets, database: Database, key: PersonalKey
) -> None:
    number = tickets.open_ticket(lead(idempotency_key="k1")).ticket.number
    tickets.erase(number)
    assert tickets.open_ticket(lead(idempotency_key="k1")).ticket.person is None
    assert _left(database, key) == set()


def test_other_tickets_of_the_same_person_stay(tickets: Tickets) -> None:
    first, second = (tickets.open_ticket(lead(clause=clause)).ticket.number for clause in ("task-08", "task-09"))
    tickets.erase(first)
    assert tickets.standing(second).ticket.person == Person(NAME, PHONE)
    assert [standing.ticket.number for standing in tickets.of_conversation("c" * 32)] == [second]


def test_what_sqlite_keeps_in_its_files_is_overwritten_as_well(
    sqlite_url: str, key: PersonalKey, plan: Any, office: Any, clock: Clock
) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    database = open_database(sqlite_url)
    tickets = Tickets(database, key, plan, lambda: office, clock=clock)
    numbers = []
    for turn in range(60):
        mark = f"密语{turn:03}号" * (turn + 1)  # of many lengths, in pages of many fillings
        ticket = tickets.open_ticket(lead(clause="", need=f"用地{mark}", company=mark, details={"a": mark}, question=mark)).ticket
        tickets.comment(ticket.number, ticket.route.assignments[0].bureau, mark)
        numbers.append(ticket.number)

    def readable() -> set[int]:
        content = b"".join(entry.read_bytes() for entry in file.parent.iterdir())
        return {int(found) for found in re.findall("密语(\\d{3})号".encode(), content)}

    assert readable() == set(range(60))
    for number in numbers[::2]:
        tickets.erase(number)
    assert readable() == set(range(1, 60, 2))
    for number in numbers[1::2]:
        tickets.close(number, tickets.standing(number).ticket.route.assignments[0].bureau)
    clock.passes(days=2)
    assert tickets.erase_closed_before(clock.now) == 30
    assert readable() == set()
    database.close()
    assert readable() == set()


# By the retention rule.


def test_only_what_was_closed_long_enough_ago_is_erased(tickets: Tickets, clock: Clock) -> None:
    old, reopened, recent, still_open = (
        tickets.open_ticket(lead(clause=clause, bureau=PRINCIPAL)).ticket.number for clause in ("task-08", "task-09", "task-10", "task-11")
    )
    tickets.close(old, PRINCIPAL)
    tickets.close(reopened, PRINCIPAL)
    clock.passes(days=100)
    tickets.close(recent, PRINCIPAL)
    tickets.reopen(reopened, "经办人员", "又有问题")
    clock.passes(days=265)
    assert tickets.erase_closed_before(clock.now - timedelta(days=365)) == 0  # to the moment, and not yet longer
    clock.passes(seconds=1)
    assert tickets.erase_closed_before(clock.now - timedelta(days=365)) == 1
    assert tickets.standing(old).events[-1].by == SYSTEM
    assert {number: tickets.standing(number).ticket.person is None for number in (old, reopened, recent, still_open)} == {
        old: True,
        reopened: False,
        recent: False,
        still_open: False,
    }
    assert tickets.erase_closed_before(clock.now - timedelta(days=365)) == 0


def test_a_ticket_that_was_closed_again_counts_from_its_last_closing(tickets: Tickets, clock: Clock) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    tickets.close(number, PRINCIPAL)
    clock.passes(days=300)
    tickets.reopen(number, "经办人员", "又有问题")
    tickets.close(number, PRINCIPAL)
    clock.passes(days=300)
    assert tickets.erase_closed_before(clock.now - timedelta(days=365)) == 0
    assert tickets.standing(number).ticket.closed_at == NOW + timedelta(days=300)


def test_two_runs_at_once_erase_each_ticket_once(tickets: Tickets, clock: Clock) -> None:
    numbers = [tickets.open_ticket(lead(clause="", need=f"用地{turn}", district="")).ticket.number for turn in range(6)]
    for number in numbers:
        tickets.close(number, PRINCIPAL)
    clock.passes(days=1)
    assert sum(together([partial(tickets.erase_closed_before, clock.now)] * 3)) == 6
    for number in numbers:
        standing = tickets.standing(number)
        assert [event.kind for event in standing.events] == [EventKind.OPENED, EventKind.CLOSED, EventKind.ERASED]
        assert standing.ticket.state is State.CLOSED


def test_what_is_remembered_for_some_days_only_is_dropped(tickets: Tickets, database: Database, clock: Clock) -> None:
    number = tickets.open_ticket(lead(idempotency_key="old")).ticket.number
    tickets.comment(number, PRINCIPAL, "答复", "cb-old")
    clock.passes(days=7)
    tickets.open_ticket(lead(idempotency_key="new"))
    tickets.comment(number, PRINCIPAL, "答复", "cb-new")
    tickets.forget_passing()
    assert [len(everything(database)[name]) for name in ("submissions", "callbacks")] == [2, 2]
    clock.passes(seconds=1)
    tickets.forget_passing()
    assert [len(everything(database)[name]) for name in ("submissions", "callbacks")] == [1, 1]
