"""The outbox: deliveries wait here from the transaction that made their reason true until a bureau has taken them.

A delivery is claimed by a conditional UPDATE for a limited time, so that several workers never send one at the same
time and a dead worker holds nothing up. Its attempt is written down before the call and its outcome afterwards, by the
worker that still holds the claim only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.engine import Connection

from actions.delivery.model import Attempt, Delivery, DeliveryState
from actions.tickets.tables import ATTEMPTS, DELIVERIES, DISABLED_ENDPOINTS, TICKETS


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is this worker's until its claim runs out."""

    id: int
    webhook_id: str
    ticket_id: int
    bureau: str
    body: bytes
    """Encrypted."""
    attempt: int
    """Its number, from 1; also what shows that the claim still holds."""
    in_row: int
    """Its number since the delivery was made or last resent, from 1."""


def enqueue(connection: Connection, ticket_id: int, bureau: str, kind: str, body: bytes, now: datetime) -> None:
    """Add a delivery, due at once. Belongs into the transaction of what it tells of."""
    row = {
        "webhook_id": f"msg_{secrets.token_urlsafe(18)}",
        "ticket_id": ticket_id,
        "bureau": bureau,
        "type": kind,
        "body": body,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "attempts_before": 0,
        "due_at": now,
        "created_at": now,
        "last_error": "",
    }
    connection.execute(insert(DELIVERIES).values(row))


def claim(connection: Connection, now: datetime, lease: timedelta, limit: int, busy: Collection[str] = ()) -> list[Claimed]:
    """Claim up to `limit` deliveries, leaving out bureaus that are `busy` or disabled: those due for longest, then claims that ran out."""
    is_due = and_(DELIVERIES.c.state == DeliveryState.PENDING.value, DELIVERIES.c.due_at <= now)
    has_run_out = and_(DELIVERIES.c.state == DeliveryState.SENDING.value, DELIVERIES.c.claimed_until <= now)
    passed_over = or_(DELIVERIES.c.bureau.in_(select(DISABLED_ENDPOINTS.c.bureau)), DELIVERIES.c.bureau.in_(list(busy)))
    claimed: list[Claimed] = []
    # One after the other: each reads along the index, which neither database does for both at once.
    for is_free in (is_due, has_run_out):
        if len(claimed) < limit:
            waiting = select(DELIVERIES).where(is_free, ~passed_over).order_by(DELIVERIES.c.due_at).limit(limit - len(claimed))
            rows = connection.execute(waiting.with_for_update(skip_locked=True)).mappings().all()
            claimed += [taken for row in rows if (taken := _take(connection, row, is_free, now, lease))]
    return claimed


def _take(connection: Connection, row: Any, is_free: Any, now: datetime, lease: timedelta) -> Claimed | None:
    """The claim of one delivery; None where another worker was faster."""
    number = row["attempts"] + 1
    taken = (
        update(DELIVERIES)
        .where(DELIVERIES.c.id == row["id"], DELIVERIES.c.attempts == row["attempts"], is_free)
        .values(state=DeliveryState.SENDING.value, attempts=number, claimed_until=now + lease)
    )
    if connection.execute(taken).rowcount != 1:
        return None
    connection.execute(insert(ATTEMPTS).values(delivery_id=row["id"], number=number, started_at=now, error=""))
    return Claimed(row["id"], row["webhook_id"], row["ticket_id"], row["bureau"], row["body"], number, number - row["attempts_before"])


def record_delivered(connection: Connection, claimed: Claimed, now: datetime, status: int) -> bool:
    """The bureau has taken it. False where the claim had run out."""
    _finish_attempt(connection, claimed, now, status, "")
    return _settle(connection, claimed, state=DeliveryState.DELIVERED.value, finished_at=now, claimed_until=None, last_error="")


def record_retry(connection: Connection, claimed: Claimed, now: datetime, status: int | None, error: str, due_at: datetime) -> bool:
    """It failed and is tried again. False where the claim had run out."""
    _finish_attempt(connection, claimed, now, status, error)
    return _settle(connection, claimed, state=DeliveryState.PENDING.value, due_at=due_at, claimed_until=None, last_error=error)


def record_failed(connection: Connection, claimed: Claimed, now: datetime, status: int | None, error: str) -> bool:
    """It failed for good. False where the claim had run out."""
    _finish_attempt(connection, claimed, now, status, error)
    return _settle(connection, claimed, state=DeliveryState.FAILED.value, finished_at=now, claimed_until=None, last_error=error)


def record_postponed(connection: Connection, claimed: Claimed, error: str, due_at: datetime) -> bool:
    """Nothing was sent: the attempt does not count. False where the claim had run out."""
    own = and_(ATTEMPTS.c.delivery_id == claimed.id, ATTEMPTS.c.number == claimed.attempt)
    connection.execute(ATTEMPTS.delete().where(own))
    waiting = {"state": DeliveryState.PENDING.value, "attempts": claimed.attempt - 1, "due_at": due_at, "claimed_until": None}
    return _settle(connection, claimed, last_error=error, **waiting)


def give_back(connection: Connection, claimed: Claimed, now: datetime) -> bool:
    """The worker stops before it knows; whoever comes next tries again."""
    return record_retry(connection, claimed, now, None, "发送中断，将重试", now)


def disable_endpoint(connection: Connection, bureau: str, now: datetime, reason: str) -> bool:
    """Send nothing to a bureau until someone enables it again. False where it was disabled already."""
    if connection.execute(select(DISABLED_ENDPOINTS.c.bureau).where(DISABLED_ENDPOINTS.c.bureau == bureau)).first():
        return False
    connection.execute(insert(DISABLED_ENDPOINTS).values(bureau=bureau, at=now, reason=reason))
    return True


def enable_endpoint(connection: Connection, bureau: str, now: datetime) -> int:
    """Send to a bureau again, beginning with all that waited, each with a whole schedule before it; how many did."""
    connection.execute(DISABLED_ENDPOINTS.delete().where(DISABLED_ENDPOINTS.c.bureau == bureau))
    waiting = update(DELIVERIES).where(DELIVERIES.c.bureau == bureau, DELIVERIES.c.state == DeliveryState.PENDING.value)
    return int(connection.execute(waiting.values(due_at=now, attempts_before=DELIVERIES.c.attempts)).rowcount)


def disabled_endpoints(connection: Connection) -> dict[str, str]:
    """Bureaus that nothing is sent to, with the reason."""
    return {row.bureau: row.reason for row in connection.execute(select(DISABLED_ENDPOINTS))}


def resend(connection: Connection, webhook_ids: Sequence[str], now: datetime) -> int:
    """Make deliveries due again under their old ids, whatever became of them but erasure; how many there were."""
    again = update(DELIVERIES).where(
        DELIVERIES.c.webhook_id.in_(list(webhook_ids)),
        DELIVERIES.c.body.isnot(None),
        DELIVERIES.c.state.in_([DeliveryState.PENDING.value, DeliveryState.FAILED.value, DeliveryState.DELIVERED.value]),
    )
    anew = {"state": DeliveryState.PENDING.value, "due_at": now, "finished_at": None, "attempts_before": DELIVERIES.c.attempts}
    return int(connection.execute(again.values(anew)).rowcount)


def abandon(connection: Connection, ticket_id: int, now: datetime) -> None:
    """Drop what deliveries of a ticket would have told, and send none of them any more."""
    of_ticket = DELIVERIES.c.ticket_id == ticket_id
    undecided = DELIVERIES.c.state.in_([DeliveryState.PENDING.value, DeliveryState.SENDING.value, DeliveryState.FAILED.value])
    dropped = {"state": DeliveryState.ABANDONED.value, "finished_at": now, "claimed_until": None}
    connection.execute(update(DELIVERIES).where(of_ticket, undecided).values(dropped))
    connection.execute(update(DELIVERIES).where(of_ticket).values(body=None))


def told_bureaus(connection: Connection, ticket_id: int) -> set[str]:
    """Bureaus that may have been told of a ticket: at least one attempt was made."""
    tried = select(DELIVERIES.c.bureau).where(DELIVERIES.c.ticket_id == ticket_id, DELIVERIES.c.attempts > 0)
    return {row.bureau for row in connection.execute(tried)}


def list_deliveries(connection: Connection, states: Collection[DeliveryState] = (), limit: int = 100) -> list[Delivery]:
    """The latest deliveries, newest first; of all states if none is given."""
    listed = select(DELIVERIES, TICKETS.c.number).join(TICKETS, TICKETS.c.id == DELIVERIES.c.ticket_id)
    if states:
        listed = listed.where(DELIVERIES.c.state.in_([state.value for state in states]))
    return [_delivery(row) for row in connection.execute(listed.order_by(DELIVERIES.c.id.desc()).limit(limit)).mappings()]


def attempts_of(connection: Connection, webhook_id: str) -> list[Attempt]:
    """All attempts of a delivery, in order."""
    listed = select(ATTEMPTS).join(DELIVERIES, DELIVERIES.c.id == ATTEMPTS.c.delivery_id).where(DELIVERIES.c.webhook_id == webhook_id)
    rows = connection.execute(listed.order_by(ATTEMPTS.c.number))
    return [Attempt(row.number, row.started_at, row.finished_at, row.status, row.error) for row in rows]


def count_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """How many deliveries stand where."""
    counted = {row[0]: row[1] for row in connection.execute(select(DELIVERIES.c.state, func.count()).group_by(DELIVERIES.c.state))}
    return {state: counted.get(state.value, 0) for state in DeliveryState}


def _finish_attempt(connection: Connection, claimed: Claimed, now: datetime, status: int | None, error: str) -> None:
    # An attempt has one outcome: the first that was written down.
    own = and_(ATTEMPTS.c.delivery_id == claimed.id, ATTEMPTS.c.number == claimed.attempt, ATTEMPTS.c.finished_at.is_(None))
    connection.execute(update(ATTEMPTS).where(own).values(finished_at=now, status=status, error=error))


def _settle(connection: Connection, claimed: Claimed, **outcome: Any) -> bool:
    held = and_(DELIVERIES.c.id == claimed.id, DELIVERIES.c.attempts == claimed.attempt, DELIVERIES.c.state == DeliveryState.SENDING.value)
    return bool(connection.execute(update(DELIVERIES).where(held).values(outcome)).rowcount == 1)


def _delivery(row: Any) -> Delivery:
    own = {
        name: row[name] for name in ("id", "webhook_id", "bureau", "type", "attempts", "due_at", "created_at", "finished_at", "last_error")
    }
    return Delivery(ticket=row["number"], state=DeliveryState(row["state"]), **own)
