"""The database: SQLite by default, PostgreSQL by a setting; opened, brought to the latest schema, and written to in transactions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 2
"""How long a write waits for another process's; the enquirer waits with it."""
_MIGRATION_LOCK = 0x7A6A5F6D
"""Key of PostgreSQL's advisory lock that lets one process migrate at a time."""


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
        with _told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is kept, or nothing. Raises DatabaseUnavailable."""
        with _told(), self._engine.connect().execution_options(is_writing=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let go of it."""
        self._engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    from sqlalchemy.exc import IntegrityError

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
        engine = _engine(url)
        migrate(engine)
    return Database(engine)


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing, each in one transaction with its record."""
    with engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
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


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg2"),
            future=True,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _BUSY_SECONDS, "options": f"-c lock_timeout={_BUSY_SECONDS * 1000}"},
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, future=True, poolclass=QueuePool, hide_parameters=True, connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    """Readers and the writer do not wait for each other, and what was committed outlives a power cut."""
    connection.isolation_level = None  # transactions begin where we say, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer says so at once: one that finds out later that another was faster cannot go on."""
    is_writing = connection.get_execution_options().get("is_writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")


def to_json(value: Any) -> str:
    """How structured values are kept in a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
