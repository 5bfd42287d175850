"""Small looks at a ticket, and those that are put on record."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Connection

from actions.lead.model import Person
from actions.officers.audit import AuditLog
from actions.tickets.database import Database
from actions.tickets.model import NoSuchTicket
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from actions.tickets.sight import Sight
from tests.actions.tickets.samples import NAME, PHONE, PRINCIPAL, count_rows, lead


@pytest.fixture
def sight(database: Database, key: PersonalKey) -> Sight:
    return Sight(database, key)


def test_the_sequence_grows_with_each_event(sight: Sight, tickets: Tickets) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    assert sight.sequence(number) == 1
    tickets.accept(number, PRINCIPAL)
    assert sight.sequence(number) == 2
    with pytest.raises(NoSuchTicket):
        sight.sequence("ZJ-261125-222222")


def test_a_person_is_shown_together_with_its_record(sight: Sight, tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    audit = AuditLog(database, key)
    assert sight.person(number, lambda connection: audit.append(connection, "liming", "person.seen", number)) == Person(NAME, PHONE)
    assert count_rows(database)["audit_log"] == 1


def test_a_look_whose_record_fails_leaves_nothing(sight: Sight, tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    audit = AuditLog(database, key)

    def half(connection: Connection) -> None:
        audit.append(connection, "liming", "person.seen", number)
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        sight.person(number, half)
    assert count_rows(database)["audit_log"] == 0


def test_where_nobody_is_left_nothing_is_recorded(sight: Sight, tickets: Tickets) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    tickets.erase(number)
    recorded: list[Connection] = []
    assert sight.person(number, recorded.append) is None
    with pytest.raises(NoSuchTicket):
        sight.person("ZJ-261125-222222", recorded.append)
    assert recorded == []
