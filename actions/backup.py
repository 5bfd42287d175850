"""Backup and restore of tickets and deliveries: one file, the same for every database, so that it also moves them from one to another.

The file is gzip-compressed JSON lines: a head with the schema's revision, then the rows of each table, then their number.
Names, phones and payloads stay encrypted in it.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import secrets
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Date, LargeBinary, func, insert, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.schema import METADATA
from actions.tickets.database import Database, current_revision, latest_revision
from actions.tickets.tables import UtcDateTime

_KIND = "relocation-assistant tickets"


class BackupError(Exception):
    """The file cannot be written or used; nothing was changed."""


def back_up(database: Database, file: Path) -> int:
    """Write all rows, as they stand at one moment, into a file that appears only once it is complete. How many there are.

    Raises BackupError, DatabaseUnavailable.
    """
    unfinished = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            with gzip.open(raw, "wt", encoding="utf-8") as lines, database.reading() as connection:
                rows = _write_rows(connection, lines)
            raw.flush()
            os.fsync(raw.fileno())
        unfinished.replace(file)
    except OSError as error:
        raise BackupError(f"{file} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
    return rows


def restore(database: Database, file: Path) -> int:
    """Read a backup into an empty database, all of it or nothing. How many rows.

    Raises BackupError, DatabaseUnavailable.
    """
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines, database.writing() as connection:
            return _restore(connection, lines, file)
    except (EOFError, UnicodeDecodeError, zlib.error) as error:
        raise BackupError(f"{file} is damaged or cut off: {error}") from error
    except OSError as error:  # also what is no gzip file, or does not have the checksum that it says
        raise BackupError(f"{file} cannot be read: {error.strerror or error}") from error
    except (AttributeError, KeyError, TypeError, ValueError, IntegrityError) as error:
        raise BackupError(f"{file} is no backup of tickets, or damaged ({type(error).__name__})") from error


def _write_rows(connection: Connection, lines: TextIO) -> int:
    lines.write(json.dumps({"kind": _KIND, "revision": current_revision(connection)}) + "\n")
    rows = 0
    for table in METADATA.sorted_tables:
        for row in connection.execution_options(stream_results=True).execute(select(table)).mappings():
            lines.write(json.dumps([table.name, {name: _written(value) for name, value in row.items()}], ensure_ascii=False) + "\n")
            rows += 1
    lines.write(json.dumps({"rows": rows}) + "\n")
    return rows


def _restore(connection: Connection, lines: Iterator[str], file: Path) -> int:
    head = json.loads(next(lines, ""))
    if not isinstance(head, dict) or head.get("kind") != _KIND:
        raise BackupError(f"{file} is no backup of tickets")
    if head["revision"] != latest_revision():
        raise BackupError(
            f"{file} is of schema {head['revision']}, this program works with {latest_revision()}: restore it with its own version"
        )
    for table in METADATA.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupError(f"the database is not empty ({table.name}): restore into a new one")
    restored = 0
    for line in lines:
        parsed = json.loads(line)
        if isinstance(parsed, dict):
            # Reading on to the end also compares the checksum.
            if parsed["rows"] != restored or any(lines):
                raise BackupError(f"{file} is damaged: {restored} rows found, {parsed['rows']} expected")
            _count_on(connection)
            return restored
        name, values = parsed
        table = METADATA.tables[name]
        connection.execute(insert(table), {key: _read(table.c[key].type, value) for key, value in values.items()})
        restored += 1
    raise BackupError(f"{file} is cut off after {restored} rows")


def _count_on(connection: Connection) -> None:
    """PostgreSQL's counters know nothing of ids that were given; the next one must be new."""
    if connection.dialect.name != "postgresql":
        return
    for table in METADATA.sorted_tables:
        if "id" in table.c:
            sequence = (
                f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT COALESCE(MAX(id), 0) + 1 FROM {table.name}), false)"  # noqa: S608 - names of our own
            )
            connection.execute(text(sequence))


def _written(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    return value
