"""Sessions: a random token that the browser keeps, and of which the database keeps only a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from actions.officers.audit import AuditLog
from actions.officers.model import Officer
from actions.officers.rows import known_row, read_officer
from actions.officers.tables import OFFICERS, SESSIONS
from actions.tickets.database import Database, DatabaseUnavailable

IDLE = timedelta(minutes=30)
"""Unless it is set otherwise."""
LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(minutes=1)
"""Looking at a page need not write each time; a session may thus end up to so much earlier."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in."""

    officer: Officer
    """As they are now, not as they were when they signed in."""
    csrf: str
    """To be sent back in every form. Made from the token: it is kept nowhere."""


class Sessions:
    """Those that are open. Blocking; safe to use from several threads and processes."""

    def __init__(self, database: Database, audit: AuditLog, clock: Callable[[], datetime], idle: timedelta = IDLE) -> None:
        """`idle`: how long a session lasts without use."""
        self._database = database
        self._audit = audit
        self._clock = clock
        self._idle = idle

    def find(self, token: str, counts_as_use: bool = True) -> Session | None:
        """The session of a token; None where it has ended, or its officer may not sign in any more."""
        if not token:
            return None
        now = self._clock()
        kept = _kept(token)
        joined = select(OFFICERS, SESSIONS.c.seen_at, SESSIONS.c.by_provider).select_from(SESSIONS.join(OFFICERS))
        with self._database.reading() as connection:
            alive = joined.where(SESSIONS.c.token == kept, OFFICERS.c.disabled_at.is_(None), self._are_open(now))
            row = connection.execute(alive).mappings().first()
        if row is None:
            return None
        if counts_as_use and row["seen_at"] <= now - _SEEN_EVERY:
            seen = update(SESSIONS).where(SESSIONS.c.token == kept, SESSIONS.c.seen_at < now).values(seen_at=now)
            with suppress(DatabaseUnavailable), self._database.writing() as connection:  # a page is shown even while nothing can be written
                connection.execute(seen)
        return Session(officer_in(row, row["by_provider"]), csrf_of(token))

    def end(self, token: str) -> None:
        """Sign out."""
        joined = select(OFFICERS).select_from(SESSIONS.join(OFFICERS)).where(SESSIONS.c.token == _kept(token))
        with self._database.writing() as connection:
            row = connection.execute(joined).mappings().first()
            if row is not None and drop(connection, token):
                self._audit.append(connection, row["login"], "signed-out", row["login"], row["bureau"])

    def end_all(self, login: str, by: str, keep: str = "") -> int:
        """End all sessions of an officer but that of the token `keep`; how many there were. Raises NoSuchOfficer."""
        with self._database.writing() as connection:
            row = known_row(connection, login, to_change=True)
            ended = drop_all(connection, row["id"], keep)
            self._audit.append(connection, by, "sessions.ended", row["login"], row["bureau"], str(ended))
        return ended

    def count(self, login: str) -> int:
        """How many of an officer are open. Raises NoSuchOfficer."""
        with self._database.reading() as connection:
            of_officer = SESSIONS.c.officer_id == known_row(connection, login)["id"]
            counted = select(func.count()).select_from(SESSIONS).where(of_officer, self._are_open(self._clock()))
            return int(connection.execute(counted).scalar_one())

    def forget_ended(self, connection: Connection) -> None:
        """Drop those that ended by themselves."""
        now = self._clock()
        connection.execute(delete(SESSIONS).where((SESSIONS.c.seen_at <= now - self._idle) | (SESSIONS.c.began_at <= now - LONGEST)))

    def _are_open(self, now: datetime) -> Any:
        return (SESSIONS.c.seen_at > now - self._idle) & (SESSIONS.c.began_at > now - LONGEST)


def begin(connection: Connection, officer_id: int, now: datetime, by_provider: bool = False) -> str:
    """Begin a session; its token."""
    token = secrets.token_urlsafe(32)
    row = {"token": _kept(token), "officer_id": officer_id, "began_at": now, "seen_at": now, "by_provider": by_provider}
    connection.execute(insert(SESSIONS).values(row))
    return token


def drop(connection: Connection, token: str) -> bool:
    """End one session; whether there was one."""
    return bool(connection.execute(delete(SESSIONS).where(SESSIONS.c.token == _kept(token))).rowcount)


def drop_all(connection: Connection, officer_id: int, keep: str = "") -> int:
    """End all sessions of an officer but that of the token `keep`; how many there were."""
    others = (SESSIONS.c.officer_id == officer_id) & (SESSIONS.c.token != _kept(keep))
    return int(connection.execute(delete(SESSIONS).where(others)).rowcount)


def officer_in(row: Any, by_provider: bool) -> Officer:
    """The officer of a session: whoever came in through the provider need not choose a password here."""
    officer = read_officer(row)
    return replace(officer, must_change_password=False) if by_provider else officer


def csrf_of(token: str) -> str:
    """What forms of a session carry."""
    return hmac.digest(token.encode(errors="replace"), b"csrf", hashlib.sha256).hex()


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
