"""The audit log's rows, read: found by what an administrator asks for, and exported."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.engine import Connection

from actions.office.workdays import midnight
from actions.officers.chain import Entry
from actions.officers.tables import AUDIT_LOG
from actions.spreadsheet import as_text
from actions.tickets.database import Database

Form = Literal["jsonl", "csv"]
Record = tuple[Entry, str]
"""A row with its MAC."""
_BATCH = 1000
_CLOCKS_DIFFER = timedelta(days=1)
"""Rows are in the order of their times, but for a server's clock that was put right."""
_COLUMNS = ("序号", "时间", "账号", "操作", "对象", "单位", "说明", "校验码")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows; what is empty is not asked for."""

    officer: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    """In China, as `until`."""
    until: date | None = None
    """That day is wanted too."""


def page(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> tuple[Entry, ...]:
    """Rows before a sequence number, newest first."""
    listed = select(AUDIT_LOG).where(*_conditions(connection, wanted)).order_by(AUDIT_LOG.c.sequence.desc()).limit(limit)
    if before is not None:
        listed = listed.where(AUDIT_LOG.c.sequence < before)
    return tuple(entry for entry, _ in map(_record, connection.execute(listed).mappings()))


def up_to(connection: Connection, last: int | None = None) -> Iterator[Record]:
    """Every row up to that number, oldest first, as they are read."""
    listed = select(AUDIT_LOG).order_by(AUDIT_LOG.c.sequence)
    if last is not None:
        listed = listed.where(AUDIT_LOG.c.sequence <= last)
    rows = connection.execute(listed, execution_options={"stream_results": True, "yield_per": _BATCH})
    yield from map(_record, rows.mappings())


def export(database: Database, wanted: Wanted, form: Form) -> Iterator[str]:
    """Rows as text, oldest first, in pieces: JSON lines, or a table that Excel opens. The database is left alone between two pieces.

    Raises DatabaseUnavailable.
    """
    head, write = _WRITERS[form]
    if head:
        yield head
    last = 0
    while True:
        with database.reading() as connection:
            conditions = (*_conditions(connection, wanted), AUDIT_LOG.c.sequence > last)
            listed = select(AUDIT_LOG).where(*conditions).order_by(AUDIT_LOG.c.sequence).limit(_BATCH)
            batch = [_record(row) for row in connection.execute(listed).mappings()]
        if batch:
            yield write(batch)
            last = batch[-1][0].sequence
        if len(batch) < _BATCH:
            return


def _conditions(connection: Connection, wanted: Wanted) -> list[Any]:
    asked = ((AUDIT_LOG.c.officer, wanted.officer), (AUDIT_LOG.c.action, wanted.action), (AUDIT_LOG.c.subject, wanted.subject))
    conditions = [column == value for column, value in asked if value]
    if wanted.since is not None:
        begins = midnight(wanted.since)
        conditions += [AUDIT_LOG.c.at >= begins, AUDIT_LOG.c.sequence >= _first_after(connection, begins - _CLOCKS_DIFFER)]
    if wanted.until is not None and wanted.until < date.max:
        ends = midnight(wanted.until + timedelta(days=1))
        conditions += [AUDIT_LOG.c.at < ends, AUDIT_LOG.c.sequence <= _first_after(connection, ends + _CLOCKS_DIFFER)]
    return conditions


def _first_after(connection: Connection, moment: datetime) -> int:
    """Number of the first row at that moment or later: a page of days long ago is found without reading all rows since."""
    found = connection.execute(select(AUDIT_LOG.c.sequence).where(AUDIT_LOG.c.at >= moment).order_by(AUDIT_LOG.c.at).limit(1)).scalar()
    return 2**62 if found is None else int(found)


def _json_lines(records: Sequence[Record]) -> str:
    rows = (_values(entry, mac) for entry, mac in records)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _table(records: Sequence[Record]) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerows(
        [as_text(value) if isinstance(value, str) else value for value in _values(entry, mac).values()] for entry, mac in records
    )
    return out.getvalue()


def _values(entry: Entry, mac: str) -> Mapping[str, int | str]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "officer": entry.officer,
        "action": entry.action,
        "subject": entry.subject,
        "bureau": entry.bureau,
        "detail": entry.detail,
        "mac": mac,
    }


def _record(row: Any) -> Record:
    values = dict(row)
    mac = values.pop("mac")
    return Entry(**values), mac


_WRITERS: Mapping[Form, tuple[str, Callable[[Sequence[Record]], str]]] = {
    "jsonl": ("", _json_lines),
    # Without the mark at its beginning Excel takes UTF-8 for the machine's own encoding.
    "csv": ("\ufeff" + ",".join(_COLUMNS) + "\r\n", _table),
}
