"""The ceiling: transactions a second of the bare database, one row of a ticket's size each, as durable as the service writes them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2  # type: ignore[import-untyped]

_SECONDS = 3.0
_ROW_BYTES = 2000
_TABLE = "CREATE TABLE bench_rows (id INTEGER PRIMARY KEY, body {})"


def sqlite_commits(folder: Path) -> float:
    """Commits a second, with the settings of `actions.tickets.database`, in a file beside the service's."""
    with closing(sqlite3.connect(folder / "baseline.sqlite", isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_TABLE.format("BLOB"))

        def commit(number: int) -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bench_rows VALUES (?, ?)", (number, bytes(_ROW_BYTES)))
            connection.execute("COMMIT")

        return _rate(commit)


def postgres_commits(url: str) -> float:
    """Commits a second on one connection. The table is dropped afterwards."""
    with closing(psycopg2.connect(url.replace("postgresql+psycopg2://", "postgresql://", 1))) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLE.format("BYTEA"))
        connection.commit()

        def commit(number: int) -> None:
            cursor.execute("INSERT INTO bench_rows VALUES (%s, %s)", (number, bytes(_ROW_BYTES)))
            connection.commit()

        rate = _rate(commit)
        cursor.execute("DROP TABLE bench_rows")
        connection.commit()
        return rate


def _rate(commit: Callable[[int], None]) -> float:
    began, number = time.perf_counter(), 0
    while time.perf_counter() < began + _SECONDS:
        commit(number)
        number += 1
    return number / (time.perf_counter() - began)
