"""Failures to sign in, counted in the database, so that the count holds over restarts and for all processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from actions.officers.errors import LockedOut
from actions.officers.tables import SIGN_IN_FAILURES
from actions.tickets.personal import PersonalKey

LOCKED_FOR = timedelta(minutes=15)
"""Counted from the last failure. It is also how close together failures have to be to count together."""
MOST_OF_LOGIN = 5
MOST_FROM_ADDRESS = 20
FAILURES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """What failures are counted for. Only a mark is kept of it: people type passwords into the field for the login."""

    mark: str
    most: int


def login_subject(key: PersonalKey, login: str) -> Subject:
    """A login, whether there is one or not."""
    return Subject(f"login:{key.mark('sign-in', 'login', login)}", MOST_OF_LOGIN)


def address_subject(key: PersonalKey, from_mark: str) -> Subject:
    """The address that a request comes from, or a mark of it."""
    return Subject(f"from:{key.mark('sign-in', 'from', from_mark)}", MOST_FROM_ADDRESS)


def one_at_a_time(connection: Connection, subjects: Sequence[Subject]) -> None:
    """Guesses made at the same moment count too. SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        for subject in subjects:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject.mark, 0))))


def check_not_locked(connection: Connection, subjects: Sequence[Subject], now: datetime) -> None:
    """Raises LockedOut."""
    ends = [end for subject in subjects if (end := _locked_until(connection, subject)) is not None and end > now]
    if ends:
        raise LockedOut(max(ends))


def record_failure(connection: Connection, subjects: Sequence[Subject], now: datetime) -> None:
    """One more."""
    connection.execute(insert(SIGN_IN_FAILURES), [{"subject": subject.mark, "at": now} for subject in subjects])


def forgive(connection: Connection, subject: Subject) -> None:
    """Begin to count again."""
    connection.execute(delete(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.subject == subject.mark))


def forget_failures(connection: Connection, now: datetime) -> None:
    """Drop those that count no more."""
    connection.execute(delete(SIGN_IN_FAILURES).where(SIGN_IN_FAILURES.c.at < now - FAILURES_KEPT))


def _locked_until(connection: Connection, subject: Subject) -> datetime | None:
    latest = select(SIGN_IN_FAILURES.c.at).where(SIGN_IN_FAILURES.c.subject == subject.mark)
    found = connection.execute(latest.order_by(SIGN_IN_FAILURES.c.at.desc()).limit(subject.most)).scalars().all()
    if len(found) < subject.most or found[0] - found[-1] > LOCKED_FOR:
        return None
    until: datetime = found[0] + LOCKED_FOR
    return until
