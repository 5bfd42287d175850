"""Signing in, and changing one's password. It takes as long and says the same whether the login or the password is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.engine import Connection

from actions.officers import lockout, sessions
from actions.officers.audit import AuditLog
from actions.officers.errors import BadCredentials, NoSession, NotAdmitted, SecondFactorNeeded, SignInRefused, WeakPassword
from actions.officers.lockout import Subject
from actions.officers.model import Officer
from actions.officers.passwords import Passwords, check_password
from actions.officers.rows import known_row, plain_login, row_of
from actions.officers.second_factor import Enrolment, SecondFactor
from actions.officers.sessions import Sessions
from actions.officers.tables import OFFICERS
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.personal import PersonalKey

_TRIES = 3
_BY_PROVIDER = "openid connect"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has begun."""

    officer: Officer
    token: str
    """For the browser's cookie; nobody else ever sees it."""
    csrf: str


class SignIn:
    """Blocking; safe to use from several threads and processes."""

    def __init__(
        self,
        database: Database,
        key: PersonalKey,
        audit: AuditLog,
        open_sessions: Sessions,
        second_factor: SecondFactor,
        passwords: Passwords,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._key = key
        self._audit = audit
        self._sessions = open_sessions
        self._second_factor = second_factor
        self._passwords = passwords
        self._clock = clock

    def sign_in(self, login: str, password: str, code: str | None, from_mark: str) -> SignedIn:
        """Begin a session. Raises BadCredentials, LockedOut, SecondFactorNeeded, DatabaseUnavailable."""
        login = plain_login(login)
        subjects = (lockout.login_subject(self._key, login), lockout.address_subject(self._key, from_mark))

        def signing_in(connection: Connection, row: Any) -> SignedIn | SignInRefused:
            if row["totp"] is not None and not code:
                return SecondFactorNeeded()
            if row["totp"] is not None and code and not self._second_factor.takes(connection, row, code):
                return self._failed(connection, subjects, row)
            if self._passwords.is_outdated(row["password"]):
                _set_password(connection, row["id"], self._passwords.hash(password), row["must_change_password"])
            return self._signed_in(connection, row, subjects[0], "signed-in")

        return self._checked(login, password, subjects, signing_in)

    def sign_in_by_provider(self, login: str) -> SignedIn:
        """Begin a session of somebody whom the OpenID provider has identified: no password, no code, no lock-out of ours.

        Raises NotAdmitted, DatabaseUnavailable. `login` is kept where it is refused: it is the provider's word, not what somebody typed.
        """
        signed_in = None
        with self._database.writing() as connection:
            row = row_of(connection, login, to_change=True)
            if row is None or row["disabled_at"] is not None:
                self._audit.append(connection, "", "sign-in.refused", plain_login(login), row["bureau"] if row else "", _BY_PROVIDER)
            else:
                token = sessions.begin(connection, row["id"], self._clock(), by_provider=True)
                signed_in = SignedIn(sessions.officer_in(row, by_provider=True), token, sessions.csrf_of(token))
                self._audit.append(connection, row["login"], "signed-in", row["login"], row["bureau"], _BY_PROVIDER)
        if signed_in is None:
            raise NotAdmitted
        return signed_in

    def enrol(self, login: str, password: str) -> Enrolment:
        """A new second factor, to be confirmed. The password is asked for: a page left open must not lead to one of somebody else's.

        Raises BadCredentials, LockedOut, DatabaseUnavailable.
        """
        login = plain_login(login)
        return self._checked(login, password, (lockout.login_subject(self._key, login),), self._second_factor.enrol)

    def change_password(self, token: str, current: str, new: str) -> SignedIn:
        """Change the password of whoever is signed in; all their sessions end, and a new one begins.

        Raises NoSession, WeakPassword, BadCredentials and LockedOut for the current one, DatabaseUnavailable.
        """
        session = self._sessions.find(token)
        if session is None:
            raise NoSession
        login = session.officer.login
        check_password(new, login)
        if new == current:
            raise WeakPassword("same", "新密码不能与原密码相同。")
        subject = lockout.login_subject(self._key, login)
        hashed = self._passwords.hash(new)

        def changing(connection: Connection, row: Any) -> SignedIn | SignInRefused:
            if not sessions.drop(connection, token):
                return NoSession()
            _set_password(connection, row["id"], hashed, must_change=False)
            sessions.drop_all(connection, row["id"])
            return self._signed_in(connection, known_row(connection, login), subject, "password.changed")

        return self._checked(login, current, (subject,), changing)

    def _checked(
        self,
        login: str,
        password: str,
        subjects: Sequence[Subject],
        then: Callable[[Connection, Any], T | SignInRefused],
    ) -> T:
        """Go on in a transaction once login and password are right. What a refusal counts is kept, then it is raised."""
        for _ in range(_TRIES):
            with self._database.reading() as connection:
                lockout.check_not_locked(connection, subjects, self._clock())
                seen = row_of(connection, login)
            kept = seen["password"] if seen is not None else None
            is_right = self._passwords.is_right(kept, password)  # takes long: nobody must wait for it, so not in the transaction
            with self._database.writing() as connection:
                lockout.one_at_a_time(connection, subjects)
                lockout.check_not_locked(connection, subjects, self._clock())
                row = row_of(connection, login, to_change=True)
                if (row["password"] if row is not None else None) != kept:
                    continue  # it was changed meanwhile
                if row is None or not is_right or row["disabled_at"] is not None:
                    outcome: T | SignInRefused = self._failed(connection, subjects, row)
                else:
                    outcome = then(connection, row)
            if isinstance(outcome, SignInRefused):
                raise outcome
            return outcome
        raise DatabaseUnavailable("the password is being changed")

    def _failed(self, connection: Connection, subjects: Sequence[Subject], row: Any | None) -> BadCredentials:
        lockout.record_failure(connection, subjects, self._clock())
        # A login that is none may be a password typed into the wrong field: it is not kept.
        login, bureau = (row["login"], row["bureau"]) if row is not None else ("", "")
        self._audit.append(connection, "", "sign-in.refused", login, bureau)
        return BadCredentials()

    def _signed_in(self, connection: Connection, row: Any, subject: Subject, action: str) -> SignedIn:
        token = sessions.begin(connection, row["id"], self._clock())
        lockout.forgive(connection, subject)
        self._audit.append(connection, row["login"], action, row["login"], row["bureau"])
        return SignedIn(sessions.officer_in(row, by_provider=False), token, sessions.csrf_of(token))


def _set_password(connection: Connection, officer_id: int, hashed: str, must_change: bool) -> None:
    values = {"password": hashed, "must_change_password": must_change}
    connection.execute(update(OFFICERS).where(OFFICERS.c.id == officer_id).values(values))
