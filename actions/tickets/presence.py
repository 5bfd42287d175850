"""Who looks at what at the desk, so that two officers do not answer the same enquirer without knowing of each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.tables import PRESENCES

GONE_AFTER = timedelta(seconds=30)
_FORGOTTEN_AFTER = timedelta(days=1)


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
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        seen = {"name": name, "bureau": bureau, "seen_at": now}
        # In one statement: an officer may open the same ticket in two windows at once.
        kept = (
            insert(PRESENCES)
            .values(subject=subject, viewer=login, **seen)
            .on_conflict_do_update(index_elements=["subject", "viewer"], set_=seen)
        )
        with self._database.writing() as connection:
            connection.execute(kept)
            # Long after they are gone: two who come back at the same moment would wait for each other's rows.
            connection.execute(delete(PRESENCES).where(PRESENCES.c.seen_at < now - _FORGOTTEN_AFTER))

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
