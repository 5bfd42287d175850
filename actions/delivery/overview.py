"""What waits in the outbox, for people who look after it. Reading only; bodies and addresses are not among it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from actions.delivery.model import Delivery, DeliveryState
from actions.tickets.tables import DELIVERIES, TICKETS

UNSENT = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.FAILED)
_SHOWN = ("id", "webhook_id", "bureau", "type", "attempts", "due_at", "created_at", "finished_at", "last_error")


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a bureau has not got yet."""

    waiting: int = 0
    failed: int = 0


def backlogs(connection: Connection) -> Mapping[str, Backlog]:
    """By bureau, for those that have any."""
    unsent = DELIVERIES.c.state.in_([state.value for state in UNSENT])
    counted = select(DELIVERIES.c.bureau, DELIVERIES.c.state, func.count()).where(unsent)
    waiting: defaultdict[str, int] = defaultdict(int)
    failed: defaultdict[str, int] = defaultdict(int)
    for bureau, state, number in connection.execute(counted.group_by(DELIVERIES.c.bureau, DELIVERIES.c.state)):
        (failed if state == DeliveryState.FAILED.value else waiting)[bureau] += number
    return {bureau: Backlog(waiting[bureau], failed[bureau]) for bureau in {*waiting, *failed}}


def unsent(connection: Connection, states: Collection[DeliveryState], bureau: str, before: int | None, limit: int) -> tuple[Delivery, ...]:
    """Deliveries in these states before an id, newest first; of all bureaus if none is given."""
    listed = _listed().where(DELIVERIES.c.state.in_([state.value for state in states]))
    if bureau:
        listed = listed.where(DELIVERIES.c.bureau == bureau)
    if before is not None:
        listed = listed.where(DELIVERIES.c.id < before)
    return tuple(map(_delivery, connection.execute(listed.order_by(DELIVERIES.c.id.desc()).limit(limit)).mappings()))


def find(connection: Connection, webhook_id: str) -> Delivery | None:
    """One delivery, whatever became of it; None where there is none."""
    row = connection.execute(_listed().where(DELIVERIES.c.webhook_id == webhook_id)).mappings().first()
    return None if row is None else _delivery(row)


def _listed() -> Any:
    columns = (DELIVERIES.c[name] for name in _SHOWN)
    return select(*columns, DELIVERIES.c.state, TICKETS.c.number).join(TICKETS, TICKETS.c.id == DELIVERIES.c.ticket_id)


def _delivery(row: Any) -> Delivery:
    return Delivery(ticket=row["number"], state=DeliveryState(row["state"]), **{name: row[name] for name in _SHOWN})
