"""The database in trouble: locked, full, out of reach. Whatever happens, a ticket is there as a whole or not at all."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from actions.lead.model import Lead
from actions.tickets.database import Database, DatabaseUnavailable, open_database
from actions.tickets.guesses import TicketLookup
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import DISTRICT, NAME, NEED, PRINCIPAL, count_rows, everything, lead, together
from tests.postgres import libpq_url

ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Another program is writing, and does not come to an end."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(_file(url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    else:
        with closing(psycopg2.connect(libpq_url(url))) as other, other.cursor() as cursor:
            cursor.execute("LOCK TABLE tickets, ticket_events, wrong_guesses IN EXCLUSIVE MODE")
            yield
            other.rollback()


def test_while_another_program_writes_nothing_is_taken_and_that_is_told_soon(tickets: Tickets, database: Database, url: str) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    before = everything(database)
    with _locked(url):
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable) as raised:
            tickets.open_ticket(lead(clause="task-08", idempotency_key="k1"))
        assert time.monotonic() - started < 3
        assert tickets.standing(number).ticket.need == NEED  # readers do not wait
        assert everything(database) == before
    assert NAME not in str(raised.value)
    assert tickets.open_ticket(lead(clause="task-08", idempotency_key="k1")).ticket.number != number


def test_a_lookup_that_cannot_be_counted_shows_nothing(lookup: TicketLookup, tickets: Tickets, url: str) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    with _locked(url), pytest.raises(DatabaseUnavailable):
        lookup.look_up(number, "8001", "me")


class _Disk:
    """The disk under a database; full, it refuses what would take more room."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pages = 1_000_000

    def fill(self) -> None:
        if self._url.startswith("sqlite"):
            with closing(sqlite3.connect(_file(self._url))) as other:
                self._pages = other.execute("PRAGMA page_count").fetchone()[0]
        else:
            refuse = "BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END"
            self._run(f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {refuse} $$")
            # The last table that a new ticket goes into: all the others have been written by then.
            self._run("CREATE TRIGGER refuse BEFORE INSERT ON deliveries EXECUTE FUNCTION refuse()")

    def free(self) -> None:
        self._pages = 1_000_000
        if not self._url.startswith("sqlite"):
            self._run("DROP FUNCTION IF EXISTS refuse CASCADE")

    def limit(self, connection: Any, *_: object) -> None:
        """Before a connection of SQLite is used."""
        if isinstance(connection, sqlite3.Connection):
            connection.execute(f"PRAGMA max_page_count = {self._pages}")

    def _run(self, statement: str) -> None:
        with closing(psycopg2.connect(libpq_url(self._url))) as other, other, other.cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def disk(url: str) -> Iterator[_Disk]:
    found = _Disk(url)
    event.listen(Pool, "checkout", found.limit)
    yield found
    event.remove(Pool, "checkout", found.limit)
    found.free()


def test_on_a_full_disk_nothing_is_half_written_and_with_room_again_it_goes_on(tickets: Tickets, database: Database, disk: _Disk) -> None:
    tickets.open_ticket(lead())
    before = everything(database)
    disk.fill()
    outcomes = [_outcome(tickets, lead(clause="", need=f"用地{turn}" + "很长" * 2000)) for turn in range(30)]
    taken = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(taken) <= 3  # the pages that there were may have had room for some
    for number in taken:
        assert [one.sequence for one in tickets.standing(number).events] == [1]
    after = everything(database)
    assert len(after["tickets"]) == len(after["ticket_events"]) == len(before["tickets"]) + len(taken)
    assert len(after["deliveries"]) == 3 + 2 * len(taken)
    disk.free()
    number = tickets.open_ticket(lead(clause="", need="很长" * 5000)).ticket.number
    assert tickets.comment(number, DISTRICT, "答复").sequence == 2


def _outcome(tickets: Tickets, one: Lead) -> str | DatabaseUnavailable:
    try:
        return tickets.open_ticket(one).ticket.number
    except DatabaseUnavailable as error:
        return error


@ON_POSTGRESQL
def test_connections_that_the_server_cut_are_made_again(tickets: Tickets, url: str) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    _cut(url)
    assert tickets.comment(number, PRINCIPAL, "答复").sequence == 2
    _cut(url)
    assert tickets.standing(number).ticket.sequence == 2


@ON_POSTGRESQL
def test_a_connection_that_is_cut_in_the_middle_writes_nothing(database: Database, tickets: Tickets, url: str) -> None:
    before = everything(database)

    def half() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO disabled_endpoints VALUES ('甲', now(), '')")
            _cut(url)
            connection.exec_driver_sql("INSERT INTO disabled_endpoints VALUES ('乙', now(), '')")

    with pytest.raises(DatabaseUnavailable):
        half()
    assert everything(database) == before


def _cut(url: str) -> None:
    with closing(psycopg2.connect(libpq_url(url))) as other, other, other.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_the_file_and_its_log_are_their_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "tickets.sqlite"
    opened = open_database(f"sqlite:///{file}")
    with opened.writing() as connection:
        connection.exec_driver_sql("INSERT INTO disabled_endpoints VALUES ('甲', '2026-11-25', '')")
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in file.parent.iterdir()}
    opened.close()
    assert modes == dict.fromkeys(["tickets.sqlite", "tickets.sqlite-wal", "tickets.sqlite-shm"], 0o600)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/nowhere/tickets.sqlite",
        "sqlite:////dev/null/tickets.sqlite",
        "sqlite:////tmp",
        "postgresql://nobody@127.0.0.1:1/nothing",
        "mysql://nobody@127.0.0.1/nothing",
        "nonsense",
    ],
)
def test_what_cannot_be_opened_is_told_soon_and_without_its_password(url: str) -> None:
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable) as raised:
        open_database(url.replace("nobody@", "nobody:password@"))
    assert time.monotonic() - started < 3
    assert "password" not in str(raised.value)


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tickets.sqlite"
    file.write_bytes(b"something else " * 500)
    with pytest.raises(DatabaseUnavailable):
        open_database(f"sqlite:///{file}")
    assert file.read_bytes() == b"something else " * 500


@ON_SQLITE
@pytest.mark.usefixtures("database")
def test_opening_a_file_again_does_not_let_go_of_the_locks_on_it(url: str) -> None:
    """POSIX drops all of a process's locks on a file when it closes any descriptor of it; another process would take it for unused."""
    open_database(url).close()
    take = (
        "import fcntl, sys; file = open(sys.argv[1], 'r+b')\n"
        "try: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)\n"  # SHARED_FIRST and SHARED_SIZE of SQLite
        "except OSError: print('in use')\n"
        "else: print('free')"
    )
    found = subprocess.run([sys.executable, "-c", take, str(_file(url))], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "in use"


def test_many_threads_at_once_all_get_their_turn(tickets: Tickets, database: Database) -> None:
    works = [partial(tickets.open_ticket, lead(clause="", need=f"用地{turn}", district="")) for turn in range(40)]
    assert not [outcome for outcome in together(works) if isinstance(outcome, Exception)]
    assert count_rows(database)["tickets"] == 40
