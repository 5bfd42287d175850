"""The outbox: who may send what and when, and what late, repeated and withdrawn attempts do to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import select, update

from actions.delivery import outbox
from actions.delivery.model import DeliveryState
from actions.delivery.outbox import Claimed
from actions.tickets.database import Database, open_database
from actions.tickets.model import EventKind
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from actions.tickets.tables import ATTEMPTS, DELIVERIES
from tests.actions.tickets.samples import DISTRICT, NOW, PRINCIPAL, SUPPORTING, Clock, everything, lead, together, told

LEASE = timedelta(seconds=30)
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time."""


def _claim(database: Database, now: datetime = NOW, limit: int = 100, busy: tuple[str, ...] = ()) -> list[Claimed]:
    with database.writing() as connection:
        return outbox.claim(connection, now, LEASE, limit, busy)


def _states(database: Database) -> dict[str, tuple[DeliveryState, int]]:
    """State and number of attempts by bureau, for the deliveries of one ticket."""
    with database.reading() as connection:
        return {one.bureau: (one.state, one.attempts) for one in outbox.list_deliveries(connection)}


def _attempts(database: Database, claimed: Claimed) -> list[tuple[int, bool, int | None, str]]:
    with database.reading() as connection:
        return [(a.number, a.finished_at is not None, a.status, a.error) for a in outbox.attempts_of(connection, claimed.webhook_id)]


@pytest.fixture
def number(tickets: Tickets) -> str:
    """A ticket with three deliveries."""
    return tickets.open_ticket(lead()).ticket.number


@pytest.fixture
def claimed(number: str, database: Database) -> Claimed:
    """The first of them, claimed."""
    (one,) = _claim(database, limit=1)
    return one


# Claims.


@pytest.mark.usefixtures("number")
def test_what_is_due_is_claimed_once_oldest_first_and_its_attempt_is_written_down(database: Database, key: PersonalKey) -> None:
    claimed = _claim(database)
    assert [(one.bureau, one.attempt, one.in_row) for one in claimed] == [(name, 1, 1) for name in (PRINCIPAL, DISTRICT, SUPPORTING)]
    assert len({one.webhook_id for one in claimed}) == 3
    assert all(one.webhook_id.startswith("msg_") and key.decrypt(one.body) for one in claimed)
    assert _attempts(database, claimed[0]) == [(1, False, None, "")]
    assert _claim(database) == []


@pytest.mark.usefixtures("number")
def test_a_limit_and_busy_bureaus_are_heeded(database: Database) -> None:
    assert [one.bureau for one in _claim(database, limit=1, busy=(PRINCIPAL,))] == [DISTRICT]
    assert [one.bureau for one in _claim(database, limit=1)] == [PRINCIPAL]
    assert _claim(database, limit=0) == []
    assert [one.bureau for one in _claim(database, limit=5)] == [SUPPORTING]


def test_nothing_is_claimed_before_it_is_due(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        outbox.record_retry(connection, claimed, NOW, 500, "HTTP 500", NOW + timedelta(minutes=5))
    assert PRINCIPAL not in {one.bureau for one in _claim(database, NOW + timedelta(minutes=5, microseconds=-1))}
    (again,) = _claim(database, NOW + timedelta(minutes=5))
    assert (again.webhook_id, again.body, again.attempt, again.in_row) == (claimed.webhook_id, claimed.body, 2, 2)


def test_a_dead_workers_claim_runs_out_and_goes_to_another(database: Database, claimed: Claimed) -> None:
    _claim(database)
    assert _claim(database, NOW + LEASE - timedelta(microseconds=1)) == []
    again = next(one for one in _claim(database, NOW + LEASE) if one.id == claimed.id)
    assert (again.webhook_id, again.attempt) == (claimed.webhook_id, 2)
    assert _attempts(database, claimed) == [(1, False, None, ""), (2, False, None, "")]


def test_workers_at_once_never_claim_one_delivery_twice(tickets: Tickets, database: Database, url: str) -> None:
    for turn in range(20):
        tickets.open_ticket(lead(need=f"用地{turn}", clause="", district=""))
    others = [open_database(url) for _ in range(3)]  # as other processes would be

    def work(own: Database) -> list[Claimed]:
        found: list[Claimed] = []
        while more := _claim(own, limit=2):
            found += more
        return found

    outcomes = together([partial(work, own) for own in (database, database, *others, *others)])
    for other in others:
        other.close()
    ids = [one.id for outcome in outcomes if isinstance(outcome, list) for one in outcome]
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    left = [one.id for one in _claim(database)]  # a worker may have come away empty while another held what was left
    assert len(ids) == len(set(ids))
    assert len({*ids, *left}) == 20
    with database.reading() as connection:
        assert [row.attempts for row in connection.execute(select(DELIVERIES))] == [1] * 20


def test_a_claim_that_ran_out_goes_to_one_worker_only(database: Database, claimed: Claimed, url: str) -> None:
    others = [open_database(url) for _ in range(4)]
    outcomes = together([partial(_claim, own, NOW + LEASE, 1) for own in others])
    for other in others:
        other.close()
    ids = [one.id for outcome in outcomes if isinstance(outcome, list) for one in outcome]
    assert sorted(ids) == sorted(set(ids))
    assert claimed.id in {*ids, *(one.id for one in _claim(database, NOW + LEASE))}


@ON_POSTGRESQL
def test_workers_on_postgresql_do_not_wait_for_each_other(tickets: Tickets, database: Database, url: str) -> None:
    tickets.open_ticket(lead())
    other = open_database(url)
    with database.writing() as connection:
        first = outbox.claim(connection, NOW, LEASE, 2)
        second = _claim(other)
    other.close()
    assert ([one.bureau for one in first], [one.bureau for one in second]) == ([PRINCIPAL, DISTRICT], [SUPPORTING])


# Outcomes.


def test_what_was_delivered_stays_so(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        assert outbox.record_delivered(connection, claimed, NOW, 204)
    assert _states(database)[PRINCIPAL] == (DeliveryState.DELIVERED, 1)
    assert _attempts(database, claimed) == [(1, True, 204, "")]
    assert claimed.id not in {one.id for one in _claim(database, NOW + timedelta(days=365))}


def test_what_failed_for_good_waits_to_be_resent(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        assert outbox.record_failed(connection, claimed, NOW, None, "连接超时")
    assert _states(database)[PRINCIPAL] == (DeliveryState.FAILED, 1)
    assert claimed.id not in {one.id for one in _claim(database, NOW + timedelta(days=365))}


def test_a_late_record_of_an_old_claim_changes_nothing(database: Database, claimed: Claimed, tickets: Tickets, number: str) -> None:
    (newer,) = (one for one in _claim(database, NOW + LEASE) if one.id == claimed.id)
    late = NOW + LEASE + timedelta(seconds=1)
    with database.writing() as connection:
        assert not outbox.record_delivered(connection, claimed, late, 200)
        assert not outbox.record_retry(connection, claimed, late, 500, "HTTP 500", late)
        assert not outbox.record_failed(connection, claimed, late, 500, "HTTP 500")
        assert not outbox.give_back(connection, claimed, late)
        assert not outbox.record_postponed(connection, claimed, "限速", late)
    tickets.give_up(claimed, 500, "HTTP 500")
    tickets.hold(claimed, 410, "HTTP 410")
    assert _states(database)[PRINCIPAL] == (DeliveryState.SENDING, 2)
    assert [event.kind for event in tickets.standing(number).events] == [EventKind.OPENED]
    with database.reading() as connection:
        assert outbox.disabled_endpoints(connection) == {}
    with database.writing() as connection:
        assert outbox.record_delivered(connection, newer, late, 200)
    assert _states(database)[PRINCIPAL] == (DeliveryState.DELIVERED, 2)


def test_an_attempt_keeps_its_first_outcome(database: Database, claimed: Claimed) -> None:
    # As when a worker is stopped while its outcome is being written down, and gives back what it no longer holds.
    with database.writing() as connection:
        outbox.record_delivered(connection, claimed, NOW, 200)
    with database.writing() as connection:
        assert not outbox.give_back(connection, claimed, NOW)
    assert _attempts(database, claimed) == [(1, True, 200, "")]


def test_what_was_put_back_is_due_at_once(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        assert outbox.give_back(connection, claimed, NOW)
    assert claimed.id in {one.id for one in _claim(database)}


def test_what_was_postponed_counts_as_no_attempt(database: Database, claimed: Claimed) -> None:
    for turn in range(3):
        with database.writing() as connection:
            assert outbox.record_postponed(connection, claimed, "群机器人限速", NOW + timedelta(seconds=turn))
        assert _attempts(database, claimed) == []
        assert _states(database)[PRINCIPAL] == (DeliveryState.PENDING, 0)
        again = _claim(database, NOW + timedelta(seconds=turn), limit=100)
        (claimed,) = (one for one in again if one.id == claimed.id)
        assert (claimed.attempt, claimed.in_row) == (1, 1)


def test_a_postponed_attempt_after_a_claim_that_ran_out_leaves_no_clash(database: Database, claimed: Claimed) -> None:
    (second,) = (one for one in _claim(database, NOW + LEASE) if one.id == claimed.id)
    with database.writing() as connection:
        assert outbox.record_postponed(connection, second, "限速", NOW + LEASE)
        assert not outbox.record_delivered(connection, claimed, NOW + LEASE, 200)  # nobody holds it, and this one least
    (third,) = (one for one in _claim(database, NOW + LEASE) if one.id == claimed.id)
    assert third.attempt == 2
    with database.writing() as connection:
        assert outbox.record_delivered(connection, third, NOW + LEASE, 200)


# Endpoints.


def test_a_disabled_endpoint_is_passed_over_until_it_is_enabled(
    database: Database, claimed: Claimed, tickets: Tickets, number: str
) -> None:
    tickets.hold(claimed, 410, "HTTP 410")
    assert [one.bureau for one in _claim(database, NOW + timedelta(days=9))] == [DISTRICT, SUPPORTING]
    event = tickets.standing(number).events[-1]
    assert (event.kind, event.text) == (EventKind.UNDELIVERED, f"未能送达{PRINCIPAL}：HTTP 410")
    with database.writing() as connection:
        assert outbox.disabled_endpoints(connection) == {PRINCIPAL: "HTTP 410"}
        assert not outbox.disable_endpoint(connection, PRINCIPAL, NOW, "HTTP 403")
        assert outbox.disabled_endpoints(connection) == {PRINCIPAL: "HTTP 410"}
        assert outbox.enable_endpoint(connection, PRINCIPAL, NOW + timedelta(days=9)) == 1
        assert outbox.enable_endpoint(connection, PRINCIPAL, NOW + timedelta(days=9)) == 1
    (again,) = (one for one in _claim(database, NOW + timedelta(days=9)) if one.bureau == PRINCIPAL)
    assert (again.webhook_id, again.attempt) == (claimed.webhook_id, 2)


def test_two_deliveries_that_find_the_endpoint_gone_at_once_tell_it_once(tickets: Tickets, database: Database) -> None:
    numbers = [tickets.open_ticket(lead(clause="", need=f"用地{turn}", district="")).ticket.number for turn in range(4)]
    claimed = _claim(database)
    assert together([partial(tickets.hold, one, 410, "HTTP 410") for one in claimed]) == [None] * 4
    kinds = [event.kind for number in numbers for event in tickets.standing(number).events]
    assert kinds.count(EventKind.UNDELIVERED) == 1
    with database.reading() as connection:
        assert outbox.count_by_state(connection)[DeliveryState.PENDING] == 4


def test_giving_up_is_written_into_the_history_once(tickets: Tickets, database: Database, claimed: Claimed, number: str) -> None:
    together([partial(tickets.give_up, claimed, 500, "HTTP 500")] * 4)
    assert [event.kind for event in tickets.standing(number).events] == [EventKind.OPENED, EventKind.UNDELIVERED]
    assert _states(database)[PRINCIPAL] == (DeliveryState.FAILED, 1)


# Resending.


@pytest.mark.parametrize("outcome", ["pending", "delivered", "failed"])
def test_what_is_resent_keeps_its_id_and_begins_its_schedule_anew(database: Database, claimed: Claimed, outcome: str) -> None:
    later = NOW + timedelta(hours=1)
    with database.writing() as connection:
        if outcome == "pending":
            outbox.record_retry(connection, claimed, NOW, 500, "HTTP 500", NOW + timedelta(days=1))
        elif outcome == "delivered":
            outbox.record_delivered(connection, claimed, NOW, 200)
        else:
            outbox.record_failed(connection, claimed, NOW, 500, "HTTP 500")
        assert outbox.resend(connection, [claimed.webhook_id, claimed.webhook_id, "msg_unknown"], later) == 1
    (again,) = (one for one in _claim(database, later) if one.id == claimed.id)
    assert (again.webhook_id, again.body, again.attempt, again.in_row) == (claimed.webhook_id, claimed.body, 2, 1)
    with database.reading() as connection:
        (shown,) = (one for one in outbox.list_deliveries(connection) if one.id == claimed.id)
    assert shown.finished_at is None


def test_what_is_being_sent_is_not_resent_beside_it(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        assert outbox.resend(connection, [claimed.webhook_id], NOW) == 0
        assert outbox.record_delivered(connection, claimed, NOW, 200)


def test_what_was_abandoned_is_never_sent_again(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        outbox.abandon(connection, claimed.ticket_id, NOW)
        assert not outbox.record_delivered(connection, claimed, NOW, 200)
        assert outbox.resend(connection, [claimed.webhook_id], NOW) == 0
    assert _claim(database, NOW + timedelta(days=365)) == []
    assert {row["body"] for row in everything(database)["deliveries"]} == {None}
    assert {state for state, _ in _states(database).values()} == {DeliveryState.ABANDONED}


def test_those_that_were_tried_may_have_been_told(database: Database, claimed: Claimed) -> None:
    with database.writing() as connection:
        assert outbox.told_bureaus(connection, claimed.ticket_id) == {PRINCIPAL}
        outbox.record_postponed(connection, claimed, "限速", NOW)
        assert outbox.told_bureaus(connection, claimed.ticket_id) == set()


# Lists.


def test_deliveries_are_listed_newest_first_by_state_with_their_counts(tickets: Tickets, database: Database, claimed: Claimed) -> None:
    second = tickets.open_ticket(lead(clause="", need="用地", district="")).ticket.number
    with database.writing() as connection:
        outbox.record_failed(connection, claimed, NOW, 500, "HTTP 500")
    with database.reading() as connection:
        listed = outbox.list_deliveries(connection)
        assert (listed[0].ticket, listed[0].bureau, listed[0].type) == (second, PRINCIPAL, "ticket.opened")
        assert [one.id for one in listed] == sorted((one.id for one in listed), reverse=True)
        assert [one.last_error for one in outbox.list_deliveries(connection, [DeliveryState.FAILED])] == ["HTTP 500"]
        assert len(outbox.list_deliveries(connection, limit=2)) == 2
        assert outbox.count_by_state(connection) == {
            DeliveryState.PENDING: 3,
            DeliveryState.SENDING: 0,
            DeliveryState.DELIVERED: 0,
            DeliveryState.FAILED: 1,
            DeliveryState.ABANDONED: 0,
        }
        assert outbox.attempts_of(connection, "msg_unknown") == []


# Together with the register.


def test_a_delivery_exists_only_if_its_reason_does(tickets: Tickets, database: Database, key: PersonalKey, number: str) -> None:
    class PowerCutError(Exception):
        pass

    def half() -> None:
        with database.writing() as connection:
            outbox.enqueue(connection, tickets.standing(number).ticket.id, PRINCIPAL, "ticket.updated", b"", NOW)
            raise PowerCutError

    with pytest.raises(PowerCutError):
        half()
    assert len(told(database, key, number)) == 3
    with database.reading() as connection:
        assert len(connection.execute(select(DELIVERIES)).all()) == 3


def test_who_erases_and_who_claims_at_once_agree_on_who_was_told(
    tickets: Tickets, database: Database, key: PersonalKey, clock: Clock, url: str
) -> None:
    """Whichever is first: a bureau whose delivery was claimed is told to delete, one whose delivery was not gets nothing."""
    other = open_database(url)
    for turn in range(12):
        number = tickets.open_ticket(lead(clause="", need=f"用地{turn}", district="")).ticket.number
        claims, _ = together([partial(_claim, other), partial(tickets.erase, number)])
        assert isinstance(claims, list)
        deliveries = told(database, key, number)
        assert [(one.type, one.state) for one in deliveries[:1]] == [("ticket.opened", "abandoned")]
        assert len(deliveries) == 1 + len([one for one in claims if one.body and one.attempt == 1])
        with database.writing() as connection:
            connection.execute(update(DELIVERIES).values(state="abandoned"))
    other.close()
    assert clock.now == NOW


@ON_POSTGRESQL
def test_erasing_waits_for_a_claim_that_is_being_made(tickets: Tickets, database: Database, key: PersonalKey, url: str) -> None:
    """On PostgreSQL a claim and an erasure may overlap: the bureau that is about to be told must be told to delete as well."""
    other = open_database(url)
    number = tickets.open_ticket(lead(clause="", need="用地", district="")).ticket.number
    is_claimed = Event()

    def claim_slowly() -> None:
        with other.writing() as connection:
            assert len(outbox.claim(connection, NOW, LEASE, 1)) == 1
            is_claimed.set()
            Event().wait(0.3)  # the erasure begins meanwhile

    def erase() -> None:
        is_claimed.wait(5)
        tickets.erase(number)

    assert together([claim_slowly, erase]) == [None, None]
    other.close()
    opened, erased = told(database, key, number)
    assert (opened.state, erased.bureau, erased.type) == ("abandoned", PRINCIPAL, "ticket.updated")
    with database.reading() as connection:
        assert len(connection.execute(select(ATTEMPTS)).all()) == 1
