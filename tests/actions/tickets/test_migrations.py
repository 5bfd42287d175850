"""Migrations: together they make the tables that the program works with, whoever applies them, however often."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import Connection

from actions.settings import PROJECT
from actions.tickets.database import Database, DatabaseUnavailable, current_revision, latest_revision, migration_settings, open_database
from actions.tickets.register import Tickets
from actions.tickets.tables import METADATA
from tests.actions.tickets.samples import everything, lead, together

NewUrl = Callable[..., str]
both = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, future=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _differences(connection: Connection, **options: bool) -> list[Any]:
    """Between the tables of the program and those that are there."""

    def is_ours(name: str | None, kind: str, parents: Any) -> bool:
        return not (kind == "table" and name == "sqlite_sequence")  # SQLite makes it itself, for ids that never come again

    context = MigrationContext.configure(connection, opts={**options, "include_name": is_ours})
    return list(compare_metadata(context, METADATA))


def test_all_migrations_together_make_the_tables_that_the_program_works_with(url: str) -> None:
    with _connected(url) as connection:
        assert _differences(connection, compare_type=True, compare_server_default=True) == []
        assert current_revision(connection) == latest_revision()
        columns = inspect(connection).get_columns("tickets")
    assert {column["name"]: column["nullable"] for column in columns} == {
        column.name: column.nullable for column in METADATA.tables["tickets"].columns
    }


@both
def test_a_difference_between_tables_and_migrations_would_be_found(new_url: NewUrl, kind: str) -> None:
    url = new_url(kind)
    with _connected(url) as connection:
        connection.exec_driver_sql("ALTER TABLE replies ADD COLUMN mood TEXT")
        connection.exec_driver_sql("DROP INDEX ix_tickets_closed_at")
        found = _differences(connection)
    assert sorted(difference[0] for difference in found) == ["add_index", "remove_column"]


@both
def test_a_database_of_any_earlier_revision_is_brought_up_to_date(new_url: NewUrl, kind: str) -> None:
    with _connected(new_url(kind, bare=True)) as connection:
        settings = migration_settings(connection)
        revisions = [script.revision for script in ScriptDirectory.from_config(settings).walk_revisions()][::-1]
    assert revisions[-1] == latest_revision()
    for revision in revisions:
        url = new_url(kind, bare=True)
        with _connected(url) as connection:
            command.upgrade(migration_settings(connection), revision)
        open_database(url).close()
        with _connected(url) as connection:
            assert _differences(connection) == []


def test_migrating_again_changes_no_row(tickets: Tickets, database: Database, url: str) -> None:
    tickets.open_ticket(lead(idempotency_key="k1"))
    before = everything(database)
    for _ in range(2):
        open_database(url).close()
    assert everything(database) == before


@both
def test_threads_that_open_a_new_database_at_once_all_can(new_url: NewUrl, kind: str) -> None:
    url = new_url(kind, bare=True)
    opened = together([partial(open_database, url)] * 4)
    for one in opened:
        assert isinstance(one, Database), one
        assert everything(one)["tickets"] == []
        one.close()


@both
def test_processes_that_start_on_a_new_database_at_once_all_can(new_url: NewUrl, kind: str) -> None:
    program = "import sys; from actions.tickets.database import open_database; sys.stdin.readline(); open_database(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", program, url], cwd=PROJECT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for url in [new_url(kind, bare=True)] * 4
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    assert [(process.communicate(timeout=30)[1], process.returncode) for process in started] == [("", 0)] * 4


@both
def test_a_migration_that_fails_in_the_middle_leaves_nothing_behind(new_url: NewUrl, kind: str) -> None:
    url = new_url(kind, bare=True)
    with _connected(url) as connection:
        connection.exec_driver_sql("CREATE TABLE attempts (somebody_elses INTEGER)")  # what the first migration makes last
    with pytest.raises(DatabaseUnavailable):
        open_database(url)
    with _connected(url) as connection:
        assert inspect(connection).get_table_names() == ["attempts"]
        connection.exec_driver_sql("DROP TABLE attempts")
    open_database(url).close()


@both
def test_a_database_of_a_newer_program_is_refused_and_left_alone(new_url: NewUrl, kind: str) -> None:
    url = new_url(kind)
    with _connected(url) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseUnavailable, match="another version"):
        open_database(url)
    with _connected(url) as connection:
        assert current_revision(connection) == "9999"


def test_an_empty_database_has_no_revision(new_url: NewUrl) -> None:
    with _connected(new_url("sqlite", bare=True)) as connection:
        assert current_revision(connection) is None
