"""Leads, a clock that is set by hand, threads that start together, and everything that a database holds."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from threading import Barrier
from typing import Any

import jsonschema
from sqlalchemy import func, insert, select

from actions.lead.model import Consent, Lead, Person
from actions.settings import PROJECT
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from actions.tickets.tables import DELIVERIES, METADATA, TICKETS

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)
NAME, PHONE = "欧阳明远", "+8613800138000"
COMPANY, NEED, QUESTION = "东莞晨曦小家电有限公司", "需要50亩工业用地，想了解流程", "林地怎么办手续"
PRINCIPAL, DISTRICT, SUPPORTING, DESK_ONLY, OTHER = "市自然资源局", "廉江市政府", "市财政局", "市投资促进局", "市税务局"
"""The bureaus of `lead()`: those that are reached by webhook, one that is not; and one that has no part in it."""

VALIDATOR = jsonschema.Draft202012Validator(
    json.loads((PROJECT / "actions" / "delivery" / "payload.schema.json").read_text(encoding="utf-8")),
    format_checker=jsonschema.FormatChecker(),
)


class Clock:
    """Stands still until it is told to move."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += timedelta(**span)


def lead(**changed: Any) -> Lead:
    """On land in 廉江市, under task-09."""
    whole = Lead(
        consent=Consent("2026-11", NOW),
        person=Person(NAME, PHONE),
        company=COMPANY,
        industry="小家电制造",
        need=NEED,
        investment_yuan=120_000_000,
        land_square_metres=33_333,
        district="廉江市",
        time="明年上半年",
        clause="task-09",
        question=QUESTION,
        details={"project": "年产50万台电饭煲"},
        conversation="c" * 32,
    )
    return replace(whole, **changed)


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do all at the same moment, each in a thread of its own; what they returned or raised, in order."""
    start = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(begin, works))


@dataclass(frozen=True)
class Told:
    """A delivery, read."""

    bureau: str
    type: str
    state: str
    payload: dict[str, Any] | None
    """None once it was dropped."""


def told(database: Database, key: PersonalKey, number: str) -> list[Told]:
    """The deliveries of a ticket, oldest first."""
    listed = select(DELIVERIES).join(TICKETS).where(TICKETS.c.number == number).order_by(DELIVERIES.c.id)
    with database.reading() as connection:
        rows = connection.execute(listed).mappings().all()
    return [Told(row["bureau"], row["type"], row["state"], row["body"] and json.loads(key.decrypt(row["body"]))) for row in rows]


def count_rows(database: Database) -> dict[str, int]:
    """Rows in each table."""
    with database.reading() as connection:
        return {table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in METADATA.sorted_tables}


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables, in one order."""
    with database.reading() as connection:
        found = {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in METADATA.sorted_tables}
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def values(database: Database, key: PersonalKey | None = None) -> Iterator[str]:
    """Every value of every row as text; with the key, what is encrypted can be read."""
    for rows in everything(database).values():
        for row in rows:
            for value in row.values():
                if not isinstance(value, bytes):
                    yield str(value)
                elif key is not None:
                    yield json.dumps(json.loads(key.decrypt(value)), ensure_ascii=False)
                else:
                    yield value.decode("latin-1")
                    # Fernet's own wrapping would hide what was not encrypted at all.
                    yield base64.urlsafe_b64decode(value).decode("latin-1")


def add(database: Database, table: Any, **row: Any) -> None:
    """One more row."""
    with database.writing() as connection:
        connection.execute(insert(table).values(**row))
