"""How far an enquirer can be reached at this moment, for officers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from actions.contacts.model import Window
from actions.contacts.outbox import WAITING
from actions.contacts.register import read_window
from actions.contacts.tables import CONTACTS, OUTBOX
from actions.tickets.database import Database
from actions.tickets.history import utc_now


@dataclass(frozen=True, slots=True)
class Reached:
    """How a conversation's enquirer can be reached."""

    channel: str
    scene: str
    """Of the QR code they scanned last; empty where none."""
    window: Window | None
    """None where they can be told nothing before they write again."""
    waiting: int
    """Messages that wait to be said."""


class Reach:
    """Looks it up. Blocking; may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def of(self, mark: str) -> Reached | None:
        """By the mark of the conversation; None where its enquirer is not on a platform that pushes."""
        with self._database.reading() as connection:
            row = connection.execute(select(CONTACTS).where(CONTACTS.c.conversation_mark == mark)).mappings().first()
            if row is None:
                return None
            waits = (OUTBOX.c.contact_id == row["id"]) & (OUTBOX.c.state == WAITING)
            waiting = int(connection.execute(select(func.count()).select_from(OUTBOX).where(waits)).scalar() or 0)
        window = read_window(row)
        is_open = window is not None and window.is_open(self._clock())
        return Reached(row["channel"], row["scene"], window if is_open else None, waiting)
