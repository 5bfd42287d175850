"""The audit log: every look at unmasked personal information, and every change. It is only ever added to.

There are no triggers against changing rows: whoever may write to the database owns its tables and could drop them. What is
changed is found instead, see `chain`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from actions.officers import records
from actions.officers.chain import BROKEN, START, Broken, Entry, Mark, first_broken, mac_of
from actions.officers.ends import Ends, read_ends, write_ends
from actions.officers.errors import AuditBroken
from actions.officers.model import SYSTEM
from actions.officers.records import Form, Wanted
from actions.officers.tables import AUDIT_LOG, OFFICERS
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import storable

LEAST_DAYS = 184
"""Six months, the longest: how long network logs have to be kept (Cybersecurity Law of the PRC, article on log retention)."""
EVERYTHING = Wanted()
_LOCK = 0x7A6A6175
"""Key of PostgreSQL's advisory lock that lets one transaction append at a time."""
_LONGEST = 64
_LONGEST_DETAIL = 2000


class AuditLog:
    """The log. Blocking; safe to use from several threads and processes. Every method may raise DatabaseUnavailable, PersonalKeyError."""

    def __init__(self, database: Database, key: PersonalKey, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._key = key
        self._clock = clock

    def append(self, connection: Connection, officer: str, action: str, subject: str = "", bureau: str = "", detail: str = "") -> Mark:
        """Add a row in the caller's transaction, so that what was done and its record are kept together or not at all.

        To be the last thing that the transaction does: others wait from here to its end, and must not hold what it still needs.
        """
        _one_at_a_time(connection)
        ends = self._ends(connection)
        officer, action, subject, bureau = (storable(text)[:_LONGEST] for text in (officer, action, subject, bureau))
        head = self._add(connection, ends, officer, action, subject, bureau, storable(detail)[:_LONGEST_DETAIL])
        write_ends(connection, Ends(ends.key, ends.anchor, head), self._key)
        return head

    def note(self, officer: str, action: str, subject: str = "", bureau: str = "", detail: str = "") -> None:
        """A row of its own, for what changes nothing: a look, an export."""
        with self._database.writing() as connection:
            self.append(connection, officer, action, subject, bureau, detail)

    def note_once(self, within: timedelta, officer: str, action: str, subject: str, bureau: str = "") -> None:
        """The same, unless the officer's same look at the same thing was noted so shortly before."""
        same = (AUDIT_LOG.c.officer == officer) & (AUDIT_LOG.c.action == action) & (AUDIT_LOG.c.subject == subject)
        noted = select(AUDIT_LOG.c.sequence).where(same, AUDIT_LOG.c.at > self._clock() - within).limit(1)
        with self._database.writing() as connection:
            if connection.execute(noted).first() is None:
                self.append(connection, officer, action, subject, bureau)

    def page(self, wanted: Wanted = EVERYTHING, before: int | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """Rows before a sequence number, newest first."""
        with self._database.reading() as connection:
            return records.page(connection, wanted, before, limit)

    def export(self, wanted: Wanted = EVERYTHING, form: Form = "jsonl") -> Iterator[str]:
        """Rows as text, oldest first, in pieces: JSON lines, or a table that Excel opens."""
        return records.export(self._database, wanted, form)

    def head(self) -> Mark | None:
        """The newest row's place, to be written down outside the database; None for an empty log."""
        with self._database.reading() as connection:
            ends = read_ends(connection, self._key)
        return ends.head if ends is not None else None

    def verify(self, noted: Mark | None = None) -> Broken | None:
        """The first place that was tampered with; None where there is none. `noted`: what `head` once said."""
        with self._database.reading() as connection:
            ends = read_ends(connection, self._key)
            if ends is None:
                return _missing(connection, noted is not None)
            if not ends.is_sealed:
                return Broken(ends.head.sequence, "日志首尾的登记被改动过。")
            return first_broken(ends.key, ends.anchor, ends.head, records.up_to(connection), noted)

    def prune(self, keep_days: int) -> int:
        """Drop rows older than so many days; how many there were. What is left stays verifiable.

        Raises ValueError below LEAST_DAYS; AuditBroken where what is to be dropped was tampered with: then nothing is.
        """
        if keep_days < LEAST_DAYS:
            raise ValueError(f"the audit log is kept for at least {LEAST_DAYS} days")
        with self._database.reading() as connection:  # takes long: whoever appends must not wait for it
            last = self._last_to_drop(connection, self._clock() - timedelta(days=keep_days))
        if last is None:
            return 0
        with self._database.writing() as connection:
            _one_at_a_time(connection)
            ends = read_ends(connection, self._key)
            if ends is None or not ends.is_sealed:
                raise AuditBroken("审计日志首尾的登记被改动过，没有清理。")
            if last.sequence <= ends.anchor.sequence:  # another process was faster
                return 0
            dropped = connection.execute(delete(AUDIT_LOG).where(AUDIT_LOG.c.sequence <= last.sequence)).rowcount
            write_ends(connection, Ends(ends.key, last, ends.head), self._key)
            self.append(connection, SYSTEM, "log.pruned", detail=f"{ends.anchor.sequence + 1}-{last.sequence}")
        return int(dropped)

    def _last_to_drop(self, connection: Connection, oldest_kept: datetime) -> Mark | None:
        """The newest row that is older, once all rows up to it are known to be as they were written. Raises AuditBroken."""
        ends = read_ends(connection, self._key)
        if ends is None or not ends.is_sealed:
            if ends is not None or _missing(connection):
                raise AuditBroken("审计日志首尾的登记被改动过，没有清理。")
            return None
        kept = connection.execute(select(func.min(AUDIT_LOG.c.sequence)).where(AUDIT_LOG.c.at >= oldest_kept)).scalar()
        number = ends.head.sequence if kept is None else kept - 1
        if number <= ends.anchor.sequence:
            return None
        mac = connection.execute(select(AUDIT_LOG.c.mac).where(AUDIT_LOG.c.sequence == number)).scalar()
        last = Mark(number, mac or "")
        if broken := first_broken(ends.key, ends.anchor, last, records.up_to(connection, number)):
            raise AuditBroken(f"审计日志被改动过，没有清理。{broken}")
        return last

    def _ends(self, connection: Connection) -> Ends:
        """The ends of the log. Where they were tampered with, the log goes on from what is there, and says so in a row of its own."""
        ends = read_ends(connection, self._key)
        newest = connection.execute(select(AUDIT_LOG.c.sequence, AUDIT_LOG.c.mac).order_by(AUDIT_LOG.c.sequence.desc()).limit(1)).first()
        found = START if newest is None else Mark(newest[0], newest[1])
        was_pruned_whole = ends is not None and newest is None and ends.head == ends.anchor
        if ends is not None and ends.is_sealed and (ends.head == found or was_pruned_whole):
            return ends
        if ends is not None:
            begun = Ends(ends.key, ends.anchor, found)
        else:
            begun = Ends(secrets.token_bytes(32), found, found)
            if newest is None and not _has_rows(connection, OFFICERS):
                return begun
        return Ends(begun.key, begun.anchor, self._add(connection, begun, SYSTEM, BROKEN, "", "", ""))

    def _add(self, connection: Connection, ends: Ends, officer: str, action: str, subject: str, bureau: str, detail: str) -> Mark:
        entry = Entry(ends.head.sequence + 1, self._clock(), officer, action, subject, bureau, detail)
        mac = mac_of(ends.key, ends.head.mac, entry)
        row = {"officer": officer, "action": action, "subject": subject, "bureau": bureau, "detail": detail}
        connection.execute(insert(AUDIT_LOG).values(sequence=entry.sequence, at=entry.at, mac=mac, **row))
        return Mark(entry.sequence, mac)


def _one_at_a_time(connection: Connection) -> None:
    """Each row needs the one before it. SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def _missing(connection: Connection, was_noted: bool = False) -> Broken | None:
    """What a log without registered ends means: the first officer and the first row are made together, so it was emptied."""
    was_emptied = was_noted or _has_rows(connection, AUDIT_LOG) or _has_rows(connection, OFFICERS)
    return Broken(1, "日志首尾的登记不见了，日志曾被清空。") if was_emptied else None


def _has_rows(connection: Connection, table: Any) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None
