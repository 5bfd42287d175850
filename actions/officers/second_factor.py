"""The second factor: a code from an authenticator app. An officer enrols it and confirms it with a first code; each code counts once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import Connection

from actions.officers import lockout, totp
from actions.officers.audit import AuditLog
from actions.officers.errors import BadCode
from actions.officers.rows import known_row
from actions.officers.tables import OFFICERS
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey

ISSUER = "湛江产业转移咨询经办台"
_PURPOSE = "totp"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """To be shown once."""

    secret: str
    """To be typed into the app, in groups of four."""
    address: str
    """The same as otpauth:// address, for a QR code."""


class SecondFactor:
    """Blocking; safe to use from several threads."""

    def __init__(self, database: Database, key: PersonalKey, audit: AuditLog, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._key = key
        self._audit = audit
        self._clock = clock

    def enrol(self, connection: Connection, row: Any) -> Enrolment:
        """Make a new secret; the one in use, if any, stays in use until this one is confirmed. The row is to be locked."""
        secret = totp.new_secret()
        _set(connection, row["id"], totp_waiting=self._key.encrypt_for(_PURPOSE, secret))
        self._audit.append(connection, row["login"], "second-factor.enrolled", row["login"], row["bureau"])
        return Enrolment(totp.readable(secret), totp.address(secret, row["login"], ISSUER))

    def confirm(self, login: str, code: str) -> None:
        """Take the new secret into use. Raises NoSuchOfficer, BadCode, LockedOut after several of them."""
        now = self._clock()
        with self._database.writing() as connection:
            subjects = (lockout.login_subject(self._key, login),)
            lockout.one_at_a_time(connection, subjects)
            lockout.check_not_locked(connection, subjects, now)
            row = known_row(connection, login, to_change=True)
            waiting = row["totp_waiting"]
            step = None if waiting is None else totp.matching_step(self._secret(waiting), code, now, -1)
            if step is None:
                lockout.record_failure(connection, subjects, now)
            else:
                _set(connection, row["id"], totp=waiting, totp_waiting=None, totp_step=step)
                self._audit.append(connection, row["login"], "second-factor.confirmed", row["login"], row["bureau"])
        if step is None:
            raise BadCode

    def drop(self, connection: Connection, row: Any) -> None:
        """Of an officer who has lost it."""
        _set(connection, row["id"], totp=None, totp_waiting=None)

    def takes(self, connection: Connection, row: Any, code: str) -> bool:
        """Whether it is the code of this moment; it cannot be used again. The row is to be locked."""
        step = totp.matching_step(self._secret(row["totp"]), code, self._clock(), row["totp_step"])
        if step is None:
            return False
        _set(connection, row["id"], totp_step=step)
        return True

    def _secret(self, encrypted: bytes) -> bytes:
        return self._key.decrypt_for(_PURPOSE, bytes(encrypted))


def _set(connection: Connection, officer_id: int, **values: Any) -> None:
    connection.execute(update(OFFICERS).where(OFFICERS.c.id == officer_id).values(**values))
