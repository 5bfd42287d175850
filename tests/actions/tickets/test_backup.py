"""Backup and restore: from each database into each, and what a damaged, foreign or misplaced file does."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert

from actions.backup import BackupError, back_up, restore
from actions.contacts.cursors import Cursors
from actions.contacts.inbox import Inbox
from actions.contacts.model import Answer, Message
from actions.contacts.register import Contacts
from actions.conversations.model import Author, Said, Turn
from actions.conversations.register import Conversations
from actions.delivery import outbox
from actions.faq.tables import FAQ_DRAFTS, FAQ_VERSIONS
from actions.office.model import Office
from actions.officers.errors import BadCredentials
from actions.officers.model import Role
from actions.officers.register import Officers
from actions.questions import Asked, Rating, Remark, Status
from actions.questions.likeness import Likeness
from actions.questions.register import Questions
from actions.tickets.database import Database, DatabaseUnavailable, open_database
from actions.tickets.personal import PersonalKey
from actions.tickets.presence import Presences
from actions.tickets.register import Tickets
from actions.tickets.tables import METADATA, WRONG_GUESSES
from knowledge.plan import Plan
from tests.actions.officers.samples import cheap_passwords
from tests.actions.tickets.samples import COMPANY, NAME, NOW, PHONE, PRINCIPAL, Clock, count_rows, everything, lead

Make = Callable[[str], Database]
KINDS = ("sqlite", "postgresql")
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


class _Tables:
    """Stands for METADATA while it is gone through, so that something can happen between two tables."""

    def __init__(self, tables: Callable[[], Iterator[Any]]) -> None:
        self._tables = tables

    @property
    def sorted_tables(self) -> Iterator[Any]:
        return self._tables()


@pytest.fixture
def make(new_url: Callable[..., str]) -> Iterator[Make]:
    """Opens further empty databases of a kind."""
    opened: list[Database] = []

    def open_new(kind: str) -> Database:
        opened.append(open_database(new_url(kind)))
        return opened[-1]

    # Closed before `new_url` drops them.
    yield open_new
    for database in opened:
        database.close()


@pytest.fixture
def full(tickets: Tickets, database: Database, key: PersonalKey, clock: Clock) -> Database:
    """A database with something in every table, odd texts and times among it."""
    number = tickets.open_ticket(lead(idempotency_key="k1", company="甲'\"\\\n\u2028😀", need="长" * 50_000)).ticket.number
    clock.now += timedelta(microseconds=123_456)
    tickets.comment(number, PRINCIPAL, "答复", "cb-1")
    other = tickets.open_ticket(lead(clause="task-12", track="environmental-approval", investment_yuan=9_000_000_000_000)).ticket.number
    with database.writing() as connection:
        first, second, *_ = outbox.claim(connection, NOW + timedelta(days=1), timedelta(seconds=30), 100)
        outbox.record_delivered(connection, first, NOW, 200)
        connection.execute(insert(WRONG_GUESSES).values(subject="guesser:x", at=clock.now))
    tickets.hold(second, 410, "HTTP 410")
    tickets.erase(other)
    tickets.tick(number, "步骤", "系统", is_done=True)
    Presences(database, clock).look(number, "chen", "陈", PRINCIPAL)
    officers = Officers(database, key, clock, cheap_passwords())
    with pytest.raises(BadCredentials):
        officers.sign_in("nobody", "nothing", None, "192.0.2.1")
    officers.sign_in("chen", officers.add("chen", "陈", PRINCIPAL, Role.OFFICER, "boss"), None, "192.0.2.1")
    conversations = Conversations(database, key, clock)
    conversations.record([Turn("an-id", "web", clock(), (Said(Author.ENQUIRER, "问\u2028题"),))])
    questions = Questions(database, Likeness(lambda texts: np.ones((len(texts), 1), dtype=np.float32)))
    questions.record([Asked(clock(), "m", "web", "问", Status.ABSTAINED, entry="e", score=0.25)])
    questions.remark(Remark(clock(), "m", "web", "问", Rating.DOWN))
    inbox = Inbox(Contacts(database, key, lambda: "another-id", clock))
    arrival = inbox.arrive(Message("wechat", "gh_1", "openid-1", "message:1", "text", "问", "", "park"), (5, timedelta(hours=48)))
    assert arrival.contact is not None
    inbox.complete(arrival.inbox_id, arrival.contact.id, Answer("答\u2028复"), goes_along=False, most_bytes=2000)
    Cursors(database, clock).move("wecom_kf", "wk-1", "", "cursor")
    version = {"at": clock(), "by": "chen", "file": "land.yml", "entry": "", "kind": "edited", "content": b"\0\xff", "summary": "改"}
    draft = {"file": "land.yml", "entry": "", "kind": "edit", "by": "chen", "base": "", "text": "改", "previewed": ""}
    with database.writing() as connection:
        connection.execute(insert(FAQ_VERSIONS).values(**version))
        connection.execute(insert(FAQ_DRAFTS).values(began_at=clock(), updated_at=clock(), **draft))
    assert all(count_rows(database).values())
    return database


@pytest.fixture
def file(full: Database, tmp_path: Path) -> Path:
    """A backup of it."""
    written = tmp_path / "backup.gz"
    back_up(full, written)
    return written


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_brings_everything_into_a_database_of_either_kind(full: Database, file: Path, make: Make, kind: str) -> None:
    into = make(kind)
    assert restore(into, file) == sum(count_rows(full).values())
    assert everything(into) == everything(full)


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_restore_work_goes_on(
    full: Database, file: Path, make: Make, kind: str, key: PersonalKey, plan: Plan, office: Office, clock: Clock
) -> None:
    into = make(kind)
    restore(into, file)
    before = everything(into)
    tickets = Tickets(into, key, plan, lambda: office, clock=clock)
    tickets.check_key()
    number = before["tickets"][0]["number"]
    assert tickets.standing(number).ticket.company == "甲'\"\\\n\u2028😀"
    ticket = tickets.open_ticket(lead(clause="task-08", idempotency_key="k2")).ticket
    assert ticket.id > max(row["id"] for row in before["tickets"])
    assert tickets.open_ticket(lead(idempotency_key="k1", company="甲'\"\\\n\u2028😀", need="长" * 50_000)).ticket.number == number
    tickets.comment(number, PRINCIPAL, "又一答复", "cb-2")
    with into.writing() as connection:
        for one in outbox.claim(connection, clock.now + timedelta(days=2), timedelta(seconds=30), 100):
            outbox.record_delivered(connection, one, clock.now, 200)
        connection.execute(insert(WRONG_GUESSES).values(subject="guesser:y", at=clock.now))
    for name, rows in everything(into).items():
        old = {row["id"] for row in before[name] if "id" in row}
        assert old <= {row["id"] for row in rows if "id" in row}, name


def test_the_backup_of_a_restored_database_is_the_same(full: Database, file: Path, make: Make, tmp_path: Path) -> None:
    into = make("sqlite")
    restore(into, file)
    back_up(into, tmp_path / "second.gz")
    with gzip.open(file, "rt", encoding="utf-8") as first, gzip.open(tmp_path / "second.gz", "rt", encoding="utf-8") as second:
        assert sorted(first) == sorted(second)


def test_an_empty_database_can_be_backed_up_too(database: Database, make: Make, tmp_path: Path) -> None:
    assert back_up(database, tmp_path / "empty.gz") == 0
    into = make("sqlite")
    assert restore(into, tmp_path / "empty.gz") == 0
    assert not any(count_rows(into).values())


def test_names_and_phones_stay_encrypted_in_a_backup_that_is_its_owners_only(tickets: Tickets, database: Database, tmp_path: Path) -> None:
    tickets.open_ticket(lead())
    file = tmp_path / "backup.gz"
    before = os.umask(0)
    try:
        back_up(database, file)
    finally:
        os.umask(before)
    text = gzip.decompress(file.read_bytes()).decode()
    assert COMPANY in text
    assert NAME not in text
    assert PHONE[3:] not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_backup_is_of_one_moment_although_work_goes_on(
    tickets: Tickets, database: Database, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = tickets.open_ticket(lead()).ticket.number
    before = everything(database)
    real = METADATA.sorted_tables

    def while_tickets_come_in() -> Iterator[Any]:
        for table in real:
            yield table
            tickets.comment(number, PRINCIPAL, f"答复，在写完 {table.name} 之后")

    with monkeypatch.context() as patched:
        patched.setattr("actions.backup.METADATA", _Tables(while_tickets_come_in))
        back_up(database, tmp_path / "backup.gz")
    into = make("sqlite")
    restore(into, tmp_path / "backup.gz")
    assert everything(into) == before
    assert len(tickets.standing(number).replies) == len(real)


@ON_SQLITE
def test_the_older_backup_stays_where_the_newer_one_fails_in_the_middle(
    full: Database, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = file.read_bytes()
    real = METADATA.sorted_tables

    def until_the_connection_breaks() -> Iterator[Any]:
        yield from real[:2]
        raise DatabaseUnavailable

    with monkeypatch.context() as patched:
        patched.setattr("actions.backup.METADATA", _Tables(until_the_connection_breaks))
        with pytest.raises(DatabaseUnavailable):
            back_up(full, file)
    assert file.read_bytes() == old
    assert not [entry.name for entry in file.parent.iterdir() if entry.name.startswith(".")]


@pytest.mark.parametrize("target", ["missing/backup.gz", "tickets.sqlite/backup.gz", "folder"])
def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(
    tickets: Tickets, database: Database, tmp_path: Path, target: str
) -> None:
    tickets.open_ticket(lead())
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "something").touch()
    (tmp_path / "tickets.sqlite").touch()
    names = sorted(entry.name for entry in tmp_path.rglob("*") if "sqlite-" not in entry.name)
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(database, tmp_path / target)
    assert sorted(entry.name for entry in tmp_path.rglob("*") if "sqlite-" not in entry.name) == names


# What cannot be restored.


def _lines(file: Path) -> list[str]:
    return gzip.decompress(file.read_bytes()).decode().split("\n")[:-1]


def _packed(*lines: str) -> bytes:
    return gzip.compress("".join(f"{line}\n" for line in lines).encode())


def _changed(file: Path, table: str, **changed: Any) -> bytes:
    """The same, with these cells in every row of a table."""
    rows = [parsed for line in _lines(file) if isinstance(parsed := json.loads(line), list)]
    changed_rows = [json.dumps([name, {**row, **changed}] if name == table else [name, row]) for name, row in rows]
    return _packed(_lines(file)[0], *changed_rows, _lines(file)[-1])


DAMAGES: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda file: b"",
    "no gzip": lambda file: b"SQLite format 3\0 and so on",
    "something else, packed": lambda file: gzip.compress(b"\xff\xfe\x00 no text"),
    "other words": lambda file: _packed("Lieber Leser"),
    "other JSON": lambda file: _packed('{"kind": "something else"}', "[]"),
    "a list first": lambda file: _packed("[]"),
    "no revision": lambda file: _packed('{"kind": "relocation-assistant tickets"}'),
    "cut off in its bytes": lambda file: file.read_bytes()[:-100],
    "cut off by a few bytes": lambda file: file.read_bytes()[:-3],
    "cut off to its head": lambda file: file.read_bytes()[:12],
    "cut off in its lines": lambda file: _packed(*_lines(file)[:-1]),
    "a line lost": lambda file: _packed(*_lines(file)[:1], *_lines(file)[2:]),
    "a line twice": lambda file: _packed(*_lines(file)[:2], *_lines(file)[1:]),
    "lines after the end": lambda file: _packed(*_lines(file), *_lines(file)[1:2]),
    "a bit turned": lambda file: _with_bit_turned(file.read_bytes()),
    "another checksum": lambda file: file.read_bytes()[:-8] + b"\0\0\0\0" + file.read_bytes()[-4:],
    "an unknown table": lambda file: _packed(_lines(file)[0], '["pets", {"id": 1}]', '{"rows": 1}'),
    "an unknown column": lambda file: _packed(_lines(file)[0], '["replies", {"mood": "good"}]', '{"rows": 1}'),
    "a missing column": lambda file: _packed(_lines(file)[0], '["replies", {"id": 1}]', '{"rows": 1}'),
    "a row that is none": lambda file: _packed(_lines(file)[0], '["replies", 7]', '{"rows": 1}'),
    "a line that is none": lambda file: _packed(_lines(file)[0], "7", '{"rows": 1}'),
    "no number of rows": lambda file: _packed(*_lines(file)[:-1], "{}"),
    "a broken date": lambda file: _changed(file, "tickets", opened_at="yesterday"),
    "bytes that are none": lambda file: _changed(file, "tickets", person="é"),
    "a reply to no ticket": lambda file: _changed(file, "replies", ticket_id=99),
    "two tickets of one number": lambda file: _changed(file, "tickets", number="ZJ"),
}


def _with_bit_turned(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


AFTER_ROWS = ["a line lost", "another checksum", "a broken date", "a reply to no ticket", "two tickets of one number"]
"""Damages that show themselves when rows have been written."""


@pytest.fixture
def into(request: pytest.FixtureRequest, new_url: Callable[..., str]) -> Iterator[Database]:
    """An empty database to restore into: of SQLite, or as the test says."""
    kind = getattr(request, "param", "sqlite")
    # The database that was backed up is of SQLite in these tests: the shared one of PostgreSQL is free.
    opened = open_database(new_url("sqlite") if kind == "sqlite" else request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()


@ON_SQLITE
@pytest.mark.parametrize(
    ("into", "damage"), [*(("sqlite", name) for name in DAMAGES), *(("postgresql", name) for name in AFTER_ROWS)], indirect=["into"]
)
def test_a_damaged_or_foreign_file_is_refused_without_a_row_written(file: Path, damage: str, into: Database) -> None:
    damaged = file.with_name("damaged.gz")
    damaged.write_bytes(DAMAGES[damage](file))
    with pytest.raises(BackupError, match=r"damaged\.gz"):
        restore(into, damaged)
    assert not any(count_rows(into).values())


@ON_SQLITE
def test_a_backup_of_another_schema_says_so(file: Path, into: Database) -> None:
    other = file.with_name("other.gz")
    head, *rest = _lines(file)
    other.write_bytes(_packed(json.dumps({**json.loads(head), "revision": "0000"}), *rest))
    with pytest.raises(BackupError, match="schema 0000"):
        restore(into, other)
    assert not any(count_rows(into).values())


@ON_SQLITE
@pytest.mark.parametrize("name", ["missing.gz", "."])
def test_a_file_that_cannot_be_read_is_told(file: Path, into: Database, name: str) -> None:
    with pytest.raises(BackupError, match="cannot be read"):
        restore(into, file.parent / name)


@ON_SQLITE
def test_nothing_is_restored_over_what_is_there(file: Path, into: Database) -> None:
    with into.writing() as connection:
        connection.execute(insert(WRONG_GUESSES).values(subject="guesser:x", at=NOW))
    before = everything(into)
    with pytest.raises(BackupError, match="not empty"):
        restore(into, file)
    assert everything(into) == before


@ON_SQLITE
def test_into_a_locked_database_nothing_is_restored(file: Path, new_url: Callable[..., str]) -> None:
    url = new_url("sqlite")
    into = open_database(url)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseUnavailable):
            restore(into, file)
        other.execute("ROLLBACK")
    assert not any(count_rows(into).values())
    assert restore(into, file) > 0
    into.close()
