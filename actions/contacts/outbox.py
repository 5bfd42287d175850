"""What waits to be said to a person, in the caller's transaction: put in, taken along with an answer, taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection

from actions.contacts.model import Answer, Waiting, Words
from actions.contacts.sealing import Sealing
from actions.contacts.tables import OUTBOX
from actions.contacts.wording import fitting, joined, late

WAITING, SENT, DROPPED = "waiting", "sent", "dropped"


def put(connection: Connection, sealing: Sealing, contact_id: int, words: Words, answer: Answer, now: datetime, **about: int) -> None:
    """Something to be said. `about`: the utterance_id or inbox_id that it comes from."""
    row = {"contact_id": contact_id, "words": words.value, "content": sealing.answer(answer), "created_at": now, "due_at": now, **about}
    connection.execute(insert(OUTBOX).values(state=WAITING, is_held=False, attempts=0, **row))


def put_answer(connection: Connection, sealing: Sealing, contact_id: int, inbox_id: int, answer: Answer, now: datetime) -> None:
    """An answer that did not go along."""
    put(connection, sealing, contact_id, Words.ANSWER, answer, now, inbox_id=inbox_id)


def waiting_rows(connection: Connection, contact_id: int) -> Sequence[Mapping[str, Any]]:
    """Rows of one person, in the order in which they are to be said."""
    wanted = select(OUTBOX).where(OUTBOX.c.contact_id == contact_id, OUTBOX.c.state == WAITING).order_by(OUTBOX.c.id)
    rows: Sequence[Mapping[str, Any]] = connection.execute(wanted).mappings().all()
    return rows


def take_along(
    connection: Connection, sealing: Sealing, rows: Sequence[Mapping[str, Any]], answer: Answer | None, now: datetime, most_bytes: int
) -> Answer | None:
    """The answer, after what could not be said before, which counts as said. `rows`: all that wait for the person."""
    if any(is_claimed(row, now) for row in rows):
        rows = ()  # it is being sent just now; what stands behind it keeps its place
    before = [late(read_waiting(row, sealing)) for row in rows]
    if not before:
        return answer
    beside = len(answer.text.encode(errors="ignore")) if answer else 0
    number = fitting(before, most_bytes, beside)
    finish(connection, [row["id"] for row in rows[:number]], SENT, now)
    # The rest is let go by this message of theirs, and sent by itself where the platform lets us.
    return joined([*before[:number], *([answer] if answer else [])])


def let_go(connection: Connection, contact_id: int, now: datetime) -> None:
    """The person has written: what was held until then may be tried again."""
    held = (OUTBOX.c.contact_id == contact_id) & (OUTBOX.c.state == WAITING) & OUTBOX.c.is_held
    connection.execute(update(OUTBOX).where(held).values(is_held=False, due_at=now))


def take_back(connection: Connection, inbox_id: int, now: datetime) -> bool:
    """Whether the answer to a message may be told to a retry of it: it was told so, or waits to be sent and now counts as told."""
    this = OUTBOX.c.inbox_id == inbox_id
    states = connection.execute(select(OUTBOX.c.state).where(this)).scalars().all()
    if not states:
        return True
    free = or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until < now)
    told = {"state": SENT, "content": None, "finished_at": now}
    return bool(connection.execute(update(OUTBOX).where(this, OUTBOX.c.state == WAITING, free).values(**told)).rowcount)


def finish(connection: Connection, ids: Sequence[int], state: str, now: datetime) -> None:
    """It was said, or never will be; the words go."""
    values = {"state": state, "content": None, "finished_at": now, "claimed_until": None}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(**values))


def is_claimed(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether a process sends it just now."""
    return row["claimed_until"] is not None and row["claimed_until"] > now


def read_waiting(row: Mapping[str, Any], sealing: Sealing) -> Waiting:
    """A row of OUTBOX."""
    return Waiting(row["id"], Words(row["words"]), sealing.open_answer(row["content"]))
