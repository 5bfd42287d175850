"""The database: SQLite by default, PostgreSQL by a setting; opened, brought to the latest schema, and written to in transactions."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 2
"""How long a write waits for another process's; the enquirer waits with it."""
_MIGRATION_LOCK = 0x7A6A5F6D
"""Key of PostgreSQL's advisory lock that lets one process migrate at a time."""
_MIGRATION_SECONDS = 60
"""How long a start waits for another process's migration, where nobody is kept waiting by it."""


class DatabaseUnavailable(Exception):
    """The database cannot be used just now: locked, full, or out of reach. Nothing was written."""


class Database:
    """Connections to one database. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether it has one writer at a time."""
        return bool(self._engine.dialect.name == "sqlite")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of things. Raises DatabaseUnavailable."""
        # SQLite does so by itself; PostgreSQL would show each statement what has changed since the last one.
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _told(), self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. Raises DatabaseUnavailable."""
        with _told(), self._engine.connect().execution_options(is_writing=True) as connection, connection.begin():
            yield connection

    def wipe(self) -> None:
        """Overwrite what was deleted but still stands in SQLite's log. Whatever is in its way now is wiped the next time.

        PostgreSQL does so by itself in time (autovacuum, recycled log).
        """
        if self.is_sqlite:
            with suppress(SQLAlchemyError, sqlite3.Error), closing(self._engine.raw_connection()) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise  # what was written clashes with what is there: the caller's business
    except SQLAlchemyError as error:
        # The driver's text may hold values of the statement: only its kind is passed on.
        raise DatabaseUnavailable(type(error).__name__) from error


def open_database(url: str) -> Database:
    """Open it, and bring its schema up to date. Raises DatabaseUnavailable."""
    with _told():
        # Where several start on a new database one brings it up to date, and the others wait for that longer than for any row.
        patient = _engine(url, _MIGRATION_SECONDS)
        try:
            migrate(patient)
        except CommandError as error:
            raise DatabaseUnavailable("its schema is of another version of this program") from error
        finally:
            patient.dispose()
    opened = Database(_engine(url))
    with opened.reading():  # from now on a connection is held, and SQLite knows the file to be in use
        return opened


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing, each in one transaction with its record."""
    with engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_MIGRATION_SECONDS}s'")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
        command.upgrade(migration_settings(connection), "head")


def migration_settings(connection: Connection) -> Config:
    """What Alembic's commands need to work on this connection."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def latest_revision() -> str:
    """The schema that this version of the program works with."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return str(ScriptDirectory.from_config(settings).get_current_head())


def current_revision(connection: Connection) -> str | None:
    """The schema that a database has; None for an empty one."""
    revision = MigrationContext.configure(connection).get_current_revision()
    return None if revision is None else str(revision)


def _engine(url: str, busy_seconds: int = _BUSY_SECONDS) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg2"),
            future=True,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _BUSY_SECONDS, "options": f"-c lock_timeout={_BUSY_SECONDS * 1000}"},
        )
    if parsed.database and not parsed.database.startswith((":memory:", "file:")):
        _make_file(Path(parsed.database))
    engine = create_engine(
        parsed, future=True, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": busy_seconds}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(file: Path) -> None:
    """Companies and what they want are nobody's business but the service's: its owner reads it, and the log that SQLite puts beside it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Never one that is there: closing it would let go of the locks that this process may hold on it.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise DatabaseUnavailable(f"{file}: {error.strerror}") from error


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Readers and the writer do not wait for each other; what was committed outlives a power cut, and what was deleted is overwritten."""
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer says so at once: one that finds out later that another was faster cannot go on."""
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def to_json(value: Any) -> str:
    """How structured values are kept in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def locking(selected: Any) -> Any:
    """The same, with a lock on the rows where the database locks rows; SQLite has one writer at a time."""
    return selected.with_for_update(key_share=True)
