"""The tickets as the desk lists them: filtered, a page at a time, each page as fast as the first."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import and_, case, exists, func, literal, or_, select

from actions.delivery.model import DeliveryState
from actions.office.workdays import due_date, local_date
from actions.routing import Role
from actions.tickets.database import Database
from actions.tickets.filtering import Filter, conditions
from actions.tickets.history import utc_now
from actions.tickets.model import State
from actions.tickets.rows import read_route
from actions.tickets.tables import DELIVERIES, DISABLED_ENDPOINTS, TICKET_BUREAUS, TICKET_EVENTS, TICKETS

__all__ = ["PAGE", "SOON_WORKDAYS", "Counts", "Filter", "Order", "Page", "Queue", "QueueLine"]

PAGE = 50
SOON_WORKDAYS = 2
_NEVER = date(9999, 12, 31)
_NEED_SHOWN = 80
_LATEST_EVENTS = 50
_LARGEST_ID = 2**63 - 1


class Order(Enum):
    """What comes first."""

    NEWEST = "newest"
    DUE = "due"
    """The earliest deadline; tickets without one come last."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A ticket in the list: no person in it."""

    number: str
    state: State
    company: str
    need: str
    """Its beginning."""
    industry: str
    bureau: str
    """The principal one; the first of several."""
    role: Role | None
    """Of the bureau that was asked for; None where none was."""
    track: str
    clause: str
    district: str
    channel: str
    opened_at: datetime
    updated_at: datetime
    due: date | None
    is_overdue: bool
    is_undelivered: bool
    """A bureau could not be told of something, and has not been told since."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list."""

    lines: tuple[QueueLine, ...]
    next: str
    """Where the next page begins; empty on the last one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are."""

    by_state: Mapping[State, int]
    overdue: int
    due_soon: int
    """Open, and due today or within SOON_WORKDAYS."""


class Queue:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def page(self, wanted: Filter, order: Order = Order.NEWEST, after: str = "", limit: int = PAGE) -> Page:
        """The tickets after a place that an earlier page named. A place that is none begins at the first."""
        today = local_date(self._clock())
        due = func.coalesce(TICKETS.c.due, literal(_NEVER, TICKETS.c.due.type))
        columns = [*(TICKETS.c[name] for name in _SHOWN), _undelivered()]
        chosen = select(*columns, *([TICKET_BUREAUS.c.role] if wanted.bureau else []))
        if wanted.bureau:
            chosen = chosen.select_from(TICKETS.join(TICKET_BUREAUS)).where(TICKET_BUREAUS.c.bureau == wanted.bureau)
        chosen = chosen.where(*conditions(wanted, today))
        place = _read_place(after)
        if order is Order.DUE:
            if place:
                chosen = chosen.where(or_(due > place[0], and_(due == place[0], TICKETS.c.id > place[1])))
            chosen = chosen.order_by(due, TICKETS.c.id)
        else:
            if place:
                chosen = chosen.where(TICKETS.c.id < place[1])
            # The same number as the ticket's, and the one that its index is sorted by.
            chosen = chosen.order_by((TICKET_BUREAUS.c.ticket_id if wanted.bureau else TICKETS.c.id).desc())
        with self._database.reading() as connection:
            rows = connection.execute(chosen.limit(limit + 1)).mappings().all()
        lines = tuple(_line(row, today, bool(wanted.bureau)) for row in rows[:limit])
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(lines, _write_place(last["due"] or _NEVER, last["id"]) if last else "")

    def counts(self, bureau: str = "") -> Counts:
        """Of a bureau's tickets; of all where none is named."""
        today = local_date(self._clock())
        soon = due_date(today, SOON_WORKDAYS)
        is_open = TICKETS.c.state != State.CLOSED.value
        late = func.sum(case((and_(is_open, TICKETS.c.due < today), 1), else_=0))
        near = func.sum(case((and_(is_open, TICKETS.c.due >= today, TICKETS.c.due <= soon), 1), else_=0))
        counted = select(TICKETS.c.state, func.count(), late, near).group_by(TICKETS.c.state)
        if bureau:
            counted = counted.select_from(TICKETS.join(TICKET_BUREAUS)).where(TICKET_BUREAUS.c.bureau == bureau)
        with self._database.reading() as connection:
            rows = connection.execute(counted).all()
        by_state = {State(row[0]): int(row[1]) for row in rows}
        return Counts(
            {state: by_state.get(state, 0) for state in State}, sum(int(row[2]) for row in rows), sum(int(row[3]) for row in rows)
        )

    def latest_change(self) -> str:
        """Another text whenever something has happened to any ticket."""
        latest = select(TICKET_EVENTS.c.id).order_by(TICKET_EVENTS.c.id.desc()).limit(_LATEST_EVENTS).subquery()
        # PostgreSQL gives events their ids before others see them: one may come into sight below the highest.
        with self._database.reading() as connection:
            highest, total = connection.execute(select(func.max(latest.c.id), func.sum(latest.c.id))).one()
        return f"{highest or 0}-{total or 0}"

    def districts(self) -> tuple[str, ...]:
        """Those that tickets name."""
        with self._database.reading() as connection:
            found = connection.execute(select(TICKETS.c.district).distinct().order_by(TICKETS.c.district)).scalars()
            return tuple(name for name in found if name)


_SHOWN = (
    "id",
    "number",
    "state",
    "route",
    "company",
    "need",
    "industry",
    "track",
    "clause",
    "district",
    "channel",
    "opened_at",
    "updated_at",
    "due",
)


def _undelivered() -> Any:
    has_failed = DELIVERIES.c.state == DeliveryState.FAILED.value
    is_held = and_(DELIVERIES.c.state == DeliveryState.PENDING.value, DELIVERIES.c.bureau.in_(select(DISABLED_ENDPOINTS.c.bureau)))
    return exists().where(DELIVERIES.c.ticket_id == TICKETS.c.id, or_(has_failed, is_held)).label("is_undelivered")


def _line(row: Any, today: date, has_role: bool) -> QueueLine:
    state = State(row["state"])
    need = row["need"]
    return QueueLine(
        number=row["number"],
        state=state,
        company=row["company"],
        need=need if len(need) <= _NEED_SHOWN else need[: _NEED_SHOWN - 1] + "…",
        industry=row["industry"],
        bureau=read_route(row["route"]).bureaus(Role.PRINCIPAL)[0],
        role=Role(row["role"]) if has_role else None,
        track=row["track"],
        clause=row["clause"],
        district=row["district"],
        channel=row["channel"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        due=row["due"],
        is_overdue=state is not State.CLOSED and row["due"] is not None and row["due"] < today,
        is_undelivered=bool(row["is_undelivered"]),
    )


def _write_place(due: date, ticket_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([due.isoformat(), ticket_id]).encode()).decode().rstrip("=")


def _read_place(text: str) -> tuple[date, int] | None:
    """None for what `_write_place` did not write: it comes from an address that anybody may type."""
    try:
        due, ticket_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        day = date.fromisoformat(due)
    except (ValueError, TypeError, RecursionError, binascii.Error):
        return None
    return (day, ticket_id) if type(ticket_id) is int and 0 <= ticket_id <= _LARGEST_ID else None
