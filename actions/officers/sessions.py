"""Sessions: a random token that the browser keeps, and of which the database keeps only a hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from actions.officers.model import Officer
from actions.officers.rows import read_officer
from actions.officers.tables import OFFICERS, SESSIONS
from actions.tickets.database import Database, DatabaseUnavailable

IDLE = timedelta(minutes=30)
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


def begin(connection: Connection, officer_id: int, now: datetime) -> str:
    """Begin a session; its token."""
    token = secrets.token_urlsafe(32)
    connection.execute(insert(SESSIONS).values(token=_kept(token), officer_id=officer_id, began_at=now, seen_at=now))
    return token


def end_all(connection: Connection, officer_id: int) -> int:
    """End all sessions of an officer; how many there were."""
    return int(connection.execute(delete(SESSIONS).where(SESSIONS.c.officer_id == officer_id)).rowcount)


def end(connection: Connection, token: str) -> bool:
    """End one session; whether there was one."""
    return bool(connection.execute(delete(SESSIONS).where(SESSIONS.c.token == _kept(token))).rowcount)


def officer_of(connection: Connection, token: str) -> Any | None:
    """The row of the officer whose session it is, ended or not; None where it is none's."""
    joined = select(OFFICERS).select_from(SESSIONS.join(OFFICERS))
    return connection.execute(joined.where(SESSIONS.c.token == _kept(token))).mappings().first()


def forget_ended(connection: Connection, now: datetime) -> None:
    """Drop those that ended by themselves."""
    connection.execute(delete(SESSIONS).where((SESSIONS.c.seen_at <= now - IDLE) | (SESSIONS.c.began_at <= now - LONGEST)))


def csrf_of(token: str) -> str:
    """What forms of a session carry."""
    return hmac.digest(token.encode(errors="replace"), b"csrf", hashlib.sha256).hex()


def find(database: Database, token: str, clock: Callable[[], datetime], counts_as_use: bool = True) -> Session | None:
    """The session of a token; None where it has ended, or its officer may not sign in any more."""
    if not token:
        return None
    now = clock()
    kept = _kept(token)
    joined = select(OFFICERS, SESSIONS.c.seen_at).select_from(SESSIONS.join(OFFICERS))
    wanted = joined.where(SESSIONS.c.token == kept, OFFICERS.c.disabled_at.is_(None))
    with database.reading() as connection:
        alive = wanted.where(SESSIONS.c.seen_at > now - IDLE, SESSIONS.c.began_at > now - LONGEST)
        row = connection.execute(alive).mappings().first()
    if row is None:
        return None
    if counts_as_use and row["seen_at"] <= now - _SEEN_EVERY:
        seen = update(SESSIONS).where(SESSIONS.c.token == kept, SESSIONS.c.seen_at < now).values(seen_at=now)
        with suppress(DatabaseUnavailable), database.writing() as connection:  # a page is shown even while nothing can be written
            connection.execute(seen)
    return Session(read_officer(row), csrf_of(token))


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
