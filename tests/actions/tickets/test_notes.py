"""What is done at the desk, as bureaus' servers and the enquirer come to know of it; and what came of a ticket."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from actions.delivery import outbox
from actions.office.model import Office
from actions.routing import Role
from actions.tickets.database import Database
from actions.tickets.model import AtDesk, EventKind, Outcome, State
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from actions.tickets.telling import tell_standing
from tests.actions.tickets.samples import DISTRICT, NOW, OTHER, PRINCIPAL, SUPPORTING, VALIDATOR, Clock, lead, told

AT_DESK = AtDesk(lambda connection: None)


def _opened(tickets: Tickets) -> str:
    return tickets.open_ticket(lead()).ticket.number


ACTS: dict[str, Callable[[Tickets, str], Any]] = {
    "accept": lambda tickets, number: tickets.accept(number, PRINCIPAL, "受理", at_desk=AT_DESK),
    "comment": lambda tickets, number: tickets.comment(number, PRINCIPAL, "答复", at_desk=AT_DESK),
    "close": lambda tickets, number: tickets.close(number, PRINCIPAL, outcome=Outcome.SETTLED, at_desk=AT_DESK),
    "reassign": lambda tickets, number: tickets.reassign(number, OTHER, PRINCIPAL, "归税务", AT_DESK),
    "enlist": lambda tickets, number: tickets.enlist(number, OTHER, PRINCIPAL, "涉及税收", AT_DESK),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_server_of_a_bureau_is_told_of_what_its_officers_do_at_the_desk(
    tickets: Tickets, database: Database, key: PersonalKey, act: str
) -> None:
    number = _opened(tickets)
    before = len(told(database, key, number))
    ACTS[act](tickets, number)
    after = told(database, key, number)[before:]
    assert sorted(delivery.bureau for delivery in after if delivery.bureau != OTHER) == sorted([PRINCIPAL, DISTRICT, SUPPORTING])
    for delivery in after:
        VALIDATOR.validate(delivery.payload)


def test_a_bureau_that_gives_a_ticket_away_or_erases_it_at_the_desk_is_told_to_let_go_of_the_person(
    tickets: Tickets, database: Database, key: PersonalKey, clock: Clock
) -> None:
    number = _opened(tickets)
    tickets.reassign(number, OTHER, PRINCIPAL, "归税务", AT_DESK)
    (last,) = [delivery for delivery in told(database, key, number)[3:] if delivery.bureau == PRINCIPAL]
    assert last.payload is not None
    assert (last.payload["data"]["to"]["role"], last.payload["data"]["contact"]) == ("supporting", None)
    with database.writing() as connection:  # all are being told
        assert len(outbox.claim(connection, clock(), timedelta(minutes=1), 20)) == len(told(database, key, number))
    tickets.erase(number, PRINCIPAL, AT_DESK)
    erased = [delivery for delivery in told(database, key, number) if delivery.payload is not None]
    assert sorted(delivery.bureau for delivery in erased) == sorted([PRINCIPAL, DISTRICT, SUPPORTING, OTHER])
    assert {delivery.payload["data"]["change"]["kind"] for delivery in erased if delivery.payload} == {"erased"}


def test_the_enquirer_is_told_of_the_added_bureau_and_of_no_note_or_tick(tickets: Tickets, office: Office) -> None:
    number = _opened(tickets)
    before = tell_standing(tickets.standing(number), office, NOW)
    tickets.note(number, f"{PRINCIPAL} 陈霞", "企业资金可能有问题", AT_DESK)
    tickets.tick(number, "预审", f"{PRINCIPAL} 陈霞", True, AT_DESK)
    assert tell_standing(tickets.standing(number), office, NOW) == before
    tickets.enlist(number, OTHER, PRINCIPAL, "内部原因", AT_DESK)
    now = tell_standing(tickets.standing(number), office, NOW)
    assert OTHER in now
    assert "内部原因" not in now
    assert tickets.standing(number).ticket.route.bureaus(Role.SUPPORTING)[-1] == OTHER


def test_a_note_does_not_move_a_ticket_in_any_state(tickets: Tickets) -> None:
    number = _opened(tickets)
    steps: list[Callable[[], object]] = [
        lambda: tickets.accept(number, PRINCIPAL),
        lambda: tickets.comment(number, PRINCIPAL, "答复"),
        lambda: tickets.close(number, PRINCIPAL),
        lambda: tickets.reopen(number, "经办人员", "又有问题"),
    ]
    seen = []
    for step in [lambda: None, *steps]:
        step()
        before = tickets.standing(number).ticket
        ticket = tickets.note(number, "陈霞", "x" * 50_000)
        assert (ticket.state, ticket.closed_at) == (before.state, before.closed_at)
        seen.append(ticket.state)
    assert set(seen) == set(State)


def test_what_came_of_a_ticket_counts_until_it_is_reopened(tickets: Tickets) -> None:
    number = _opened(tickets)
    assert tickets.close(number, PRINCIPAL, outcome=Outcome.UNREACHABLE).outcome is Outcome.UNREACHABLE
    assert tickets.standing(number).ticket.outcome is Outcome.UNREACHABLE
    assert tickets.reopen(number, "经办人员", "企业来电").outcome is None
    assert tickets.close(number, PRINCIPAL, callback_id="cb-1").outcome is None  # a bureau's server names none


def test_what_came_of_a_ticket_stays_when_its_person_is_erased(tickets: Tickets) -> None:
    number = _opened(tickets)
    tickets.close(number, PRINCIPAL, outcome=Outcome.DECLINED)
    tickets.erase(number)
    assert tickets.standing(number).ticket.outcome is Outcome.DECLINED


def test_a_tick_by_somebody_with_a_long_name_is_kept(tickets: Tickets) -> None:
    number = _opened(tickets)
    tickets.tick(number, "预审", "很长的名字" * 30, is_done=True)
    assert tickets.steps(number) == {"预审"}
    assert tickets.standing(number).events[-1].kind is EventKind.STEP_DONE
