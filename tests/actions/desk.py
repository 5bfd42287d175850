"""Real databases of tickets, and real ways to make them fail: for tests of the actions about tickets."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2  # type: ignore[import-untyped]
from cryptography.fernet import Fernet

from actions.lead.model import Consent, Lead, Person
from actions.tickets.database import open_database
from actions.tickets.guesses import TicketLookup
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Standing, Tickets
from tests.actions.lead.offices import shipped_office, shipped_plan
from tests.postgres import drop_database, fresh_database, libpq_url

OPENED_AT = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)


@dataclass
class Desk:
    """Tickets and how they are looked up, with a clock that is set by hand."""

    url: str
    tickets: Tickets
    lookup: TicketLookup
    clock: list[datetime] = field(default_factory=lambda: [OPENED_AT])

    def passes(self, **span: float) -> None:
        """Time passes."""
        self.clock[0] += timedelta(**span)

    async def of_conversation(self, mark: str) -> tuple[Standing, ...]:
        """As the action takes it."""
        return self.tickets.of_conversation(mark)

    async def look_up(self, number: str, last_four: str, guesser: str) -> Standing:
        """As the action takes it."""
        return self.lookup.look_up(number, last_four, guesser)

    async def erase(self, number: str) -> None:
        """As the action takes it."""
        self.tickets.erase(number)

    def lock(self) -> Callable[[], None]:
        """Another process holds the tables for itself; returns how it lets go."""
        connection: Any
        if self.url.startswith("sqlite"):
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"), isolation_level=None)
            connection.execute("BEGIN IMMEDIATE")
        else:
            connection = psycopg2.connect(libpq_url(self.url))
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE tickets, submissions, wrong_guesses IN ACCESS EXCLUSIVE MODE")
        return lambda: (connection.rollback(), connection.close())[1]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The same while the context lasts."""
        let_go = self.lock()
        try:
            yield
        finally:
            let_go()


@contextmanager
def desk_at(url: str) -> Iterator[Desk]:
    """A desk over the database of that URL."""
    clock = [OPENED_AT]
    database = open_database(url)
    with closing(database):
        key = PersonalKey([Fernet.generate_key().decode()])
        tickets = Tickets(database, key, shipped_plan(), shipped_office, clock=lambda: clock[0])
        yield Desk(url, tickets, TicketLookup(tickets, database, clock=lambda: clock[0]), clock)


@contextmanager
def sqlite_desk(folder: Path) -> Iterator[Desk]:
    """A desk over a new SQLite file."""
    with desk_at(f"sqlite:///{folder / 'tickets.sqlite'}") as desk:
        yield desk


@contextmanager
def postgres_desk(server_url: str) -> Iterator[Desk]:
    """A desk over a new database of a real server."""
    url = fresh_database(server_url)
    try:
        with desk_at(urlsplit(url).geturl()) as desk:
            yield desk
    finally:
        drop_database(server_url, url)


def a_lead(**other: Any) -> Lead:
    """A complete one."""
    known: dict[str, Any] = {
        "consent": Consent("2026-11", OPENED_AT),
        "person": Person("王先生", "+8613800138000"),
        "company": "东莞宏达电子有限公司",
        "industry": "小家电",
        "need": "想了解用地怎么申请",
        "clause": "task-09",
    }
    return Lead(**known | other)
