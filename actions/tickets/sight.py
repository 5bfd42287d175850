"""Looks at one ticket that are taken so often that they must cost little, or that must be on record."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.engine import Connection

from actions.lead.model import Person
from actions.tickets.database import Database
from actions.tickets.model import NoSuchTicket
from actions.tickets.personal import PersonalKey
from actions.tickets.tables import TICKETS


class Sight:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, key: PersonalKey) -> None:
        self._database = database
        self._key = key

    def sequence(self, number: str) -> int:
        """Of the ticket's latest event. Raises NoSuchTicket."""
        with self._database.reading() as connection:
            found = connection.execute(select(TICKETS.c.sequence).where(TICKETS.c.number == number)).scalar()
        if found is None:
            raise NoSuchTicket(number)
        return int(found)

    def person(self, number: str, record: Callable[[Connection], object]) -> Person | None:
        """Who is behind a ticket; None once they were erased, and then nothing is recorded.

        `record` writes the look into the audit log, as the last thing in the same transaction: nobody is shown without it.
        Raises NoSuchTicket, PersonalKeyError.
        """
        with self._database.writing() as connection:
            row = connection.execute(select(TICKETS.c.person).where(TICKETS.c.number == number)).first()
            if row is None:
                raise NoSuchTicket(number)
            if row.person is None:
                return None
            person = self._key.decrypt_person(bytes(row.person))
            record(connection)
        return person
