"""The register of officers: everything that may be done about one, each as a single transaction with its record in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.officers import lockout, sessions
from actions.officers.administrators import anybody, check_not_last, row_to_change
from actions.officers.audit import AuditLog
from actions.officers.errors import LoginTaken
from actions.officers.model import SYSTEM, Officer, Role
from actions.officers.passwords import Passwords, one_time_password
from actions.officers.rows import check_login, check_place, known_row, plain_login, read_officer
from actions.officers.second_factor import Enrolment, SecondFactor
from actions.officers.sessions import Session, Sessions
from actions.officers.sign_in import SignedIn, SignIn
from actions.officers.tables import OFFICERS
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import storable

__all__ = ["FIRST_LOGIN", "Officers", "Session", "SignedIn"]

FIRST_LOGIN = "admin"
_FIRST_NAME = "系统管理员"


class Officers:
    """All officers. Blocking; safe to use from several threads and processes.

    Every method may raise DatabaseUnavailable, and then nothing was written. `by` is the login of whoever does it.
    """

    def __init__(
        self,
        database: Database,
        key: PersonalKey,
        clock: Callable[[], datetime] = utc_now,
        passwords: Passwords | None = None,
        idle: timedelta = sessions.IDLE,
    ) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self._passwords = passwords or Passwords()
        self.audit = AuditLog(database, key, clock)
        self._sessions = Sessions(database, self.audit, clock, idle)
        self._second_factor = SecondFactor(database, key, self.audit, clock)
        self._sign_in = SignIn(database, key, self.audit, self._sessions, self._second_factor, self._passwords, clock)

    # What administrators do.

    def ensure_administrator(self) -> str | None:
        """Where there is no officer at all, make one who can make the others; the one-time password, to be shown once. Else None."""
        with self._database.reading() as connection:
            if anybody(connection):
                return None
        try:
            return self._add(FIRST_LOGIN, _FIRST_NAME, "", Role.ADMINISTRATOR, SYSTEM, only_first=True)
        except LoginTaken:  # another process was faster
            return None

    def add(self, login: str, name: str, bureau: str, role: Role, by: str) -> str:
        """A new officer; the one-time password, to be shown once. `bureau`: canonical name, checked by the caller.

        Raises NotAnOfficer, LoginTaken.
        """
        login, name, bureau = plain_login(login), storable(name).strip(), storable(bureau).strip()
        check_login(login)
        check_place(name, bureau, role)
        return self._add(login, name, bureau, role, by)

    def change(self, login: str, by: str, name: str | None = None, bureau: str | None = None, role: Role | None = None) -> Officer:
        """Change what is given; it counts at once, also in sessions. Raises NoSuchOfficer, NotAnOfficer, LastAdministrator."""
        with self._database.writing() as connection:
            row = row_to_change(connection, login)
            old = read_officer(row)
            new_name = old.name if name is None else storable(name).strip()
            new_bureau = old.bureau if bureau is None else storable(bureau).strip()
            new_role = role or old.role
            check_place(new_name, new_bureau, new_role)
            if new_role is not Role.ADMINISTRATOR:
                check_not_last(connection, row)
            _set(connection, row, name=new_name, bureau=new_bureau, role=new_role.value)
            detail = f"{old.role.value} {old.bureau} → {new_role.value} {new_bureau}"
            self.audit.append(connection, by, "officer.changed", old.login, new_bureau, detail)
            return read_officer(known_row(connection, login))

    def disable(self, login: str, by: str) -> None:
        """Nobody signs in by it any more, and its sessions end. Raises NoSuchOfficer, LastAdministrator."""
        with self._database.writing() as connection:
            row = row_to_change(connection, login)
            check_not_last(connection, row)
            if row["disabled_at"] is None:
                _set(connection, row, disabled_at=self._clock())
            sessions.drop_all(connection, row["id"])
            self.audit.append(connection, by, "officer.disabled", row["login"], row["bureau"])

    def enable(self, login: str, by: str) -> None:
        """The same password counts again. Raises NoSuchOfficer."""
        with self._database.writing() as connection:
            row = row_to_change(connection, login)
            _set(connection, row, disabled_at=None)
            self.audit.append(connection, by, "officer.enabled", row["login"], row["bureau"])

    def reset(self, login: str, by: str, drop_second_factor: bool = False) -> str:
        """A new one-time password, to be shown once; sessions end, failures are forgiven. Raises NoSuchOfficer."""
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._database.writing() as connection:
            row = row_to_change(connection, login)
            _set(connection, row, password=hashed, must_change_password=True)
            if drop_second_factor:
                self._second_factor.drop(connection, row)
            sessions.drop_all(connection, row["id"])
            lockout.forgive(connection, lockout.login_subject(self._key, row["login"]))
            detail = "second factor dropped" if drop_second_factor else ""
            self.audit.append(connection, by, "officer.reset", row["login"], row["bureau"], detail)
        return password

    def find(self, login: str) -> Officer:
        """Raises NoSuchOfficer."""
        with self._database.reading() as connection:
            return read_officer(known_row(connection, login))

    def everyone(self) -> tuple[Officer, ...]:
        """By bureau and login, also disabled ones."""
        with self._database.reading() as connection:
            rows = connection.execute(select(OFFICERS).order_by(OFFICERS.c.bureau, OFFICERS.c.login)).mappings()
            return tuple(map(read_officer, rows))

    # What officers do.

    def sign_in(self, login: str, password: str, code: str | None, from_mark: str) -> SignedIn:
        """Begin a session. `from_mark`: where the request comes from. Raises BadCredentials, LockedOut, SecondFactorNeeded."""
        return self._sign_in.sign_in(login, password, code, from_mark)

    def sign_in_by_provider(self, login: str) -> SignedIn:
        """Begin a session of somebody whom the OpenID provider has identified. Raises NotAdmitted."""
        return self._sign_in.sign_in_by_provider(login)

    def change_password(self, token: str, current: str, new: str) -> SignedIn:
        """Change one's own; all one's sessions end, and a new one begins. Raises NoSession, WeakPassword, BadCredentials, LockedOut."""
        return self._sign_in.change_password(token, current, new)

    def enrol_second_factor(self, login: str, password: str) -> Enrolment:
        """A new secret, in use once it is confirmed. Raises BadCredentials, LockedOut."""
        return self._sign_in.enrol(login, password)

    def confirm_second_factor(self, login: str, code: str) -> None:
        """Raises NoSuchOfficer, BadCode, LockedOut."""
        self._second_factor.confirm(login, code)

    def session(self, token: str, counts_as_use: bool = True) -> Session | None:
        """Whose session it is; None where it has ended. What a page asks by itself does not count as use of it."""
        return self._sessions.find(token, counts_as_use)

    def end(self, token: str) -> None:
        """Sign out."""
        self._sessions.end(token)

    def end_all(self, login: str, by: str, keep: str = "") -> int:
        """End all sessions of an officer but that of the token `keep`; how many there were. Raises NoSuchOfficer."""
        return self._sessions.end_all(login, by, keep)

    def open_sessions(self, login: str) -> int:
        """How many sessions of an officer are open. Raises NoSuchOfficer."""
        return self._sessions.count(login)

    def forget_passing(self) -> None:
        """Drop sessions that ended by themselves, and failures that count no more."""
        with self._database.writing() as connection:
            self._sessions.forget_ended(connection)
            lockout.forget_failures(connection, self._clock())

    def _add(self, login: str, name: str, bureau: str, role: Role, by: str, only_first: bool = False) -> str:
        password = one_time_password()
        row = {"login": login, "name": name, "bureau": bureau, "role": role.value, "password": self._passwords.hash(password)}
        try:
            with self._database.writing() as connection:
                # Before the officer: a log that begins beside officers is one that was emptied.
                self.audit.append(connection, by, "officer.added", login, bureau, role.value)
                if only_first and anybody(connection):
                    raise LoginTaken(login)
                connection.execute(insert(OFFICERS).values(must_change_password=True, totp_step=0, added_at=self._clock(), **row))
        except IntegrityError as error:
            raise LoginTaken(login) from error
        return password


def _set(connection: Connection, row: Any, **values: Any) -> None:
    connection.execute(update(OFFICERS).where(OFFICERS.c.id == row["id"]).values(**values))
