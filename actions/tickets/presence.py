"""Who looks at what at the desk, so that two officers do not answer the same enquirer without knowing of each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.tables import PRESENCES

GONE_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who looks at it too."""

    login: str
    name: str
    bureau: str


class Presences:
    """Blocking; safe to use from several threads and processes. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def look(self, subject: str, login: str, name: str, bureau: str) -> None:
        """Somebody looks at it now; to be said again within GONE_AFTER."""
        now = self._clock()
        this = (PRESENCES.c.subject == subject) & (PRESENCES.c.viewer == login)
        with self._database.writing() as connection:
            connection.execute(delete(PRESENCES).where(PRESENCES.c.seen_at < now - GONE_AFTER, ~this))
            if connection.execute(update(PRESENCES).where(this).values(seen_at=now, name=name, bureau=bureau)).rowcount:
                return
            connection.execute(insert(PRESENCES).values(subject=subject, viewer=login, name=name, bureau=bureau, seen_at=now))

    def leave(self, subject: str, login: str) -> None:
        """They look at it no more."""
        with self._database.writing() as connection:
            connection.execute(delete(PRESENCES).where(PRESENCES.c.subject == subject, PRESENCES.c.viewer == login))

    def others(self, subject: str, login: str) -> tuple[Present, ...]:
        """Who else looks at it."""
        wanted = select(PRESENCES).where(
            PRESENCES.c.subject == subject, PRESENCES.c.viewer != login, PRESENCES.c.seen_at >= self._clock() - GONE_AFTER
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(PRESENCES.c.viewer)).mappings().all()
        return tuple(Present(row["viewer"], row["name"], row["bureau"]) for row in rows)
