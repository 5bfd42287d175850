"""The register of contacts: who writes from which platform, what they may still be told, and how they are forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func, insert, literal, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.contacts.model import Allowance, Contact, Window
from actions.contacts.sealing import Sealing
from actions.contacts.tables import CONTACTS, INBOX, OUTBOX
from actions.contacts.window import opened
from actions.conversations.tables import CONVERSATIONS, UTTERANCES
from actions.officers.audit import AuditLog
from actions.officers.model import SYSTEM
from actions.questions.model import conversation_mark
from actions.tickets.database import Database, locking
from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import storable
from actions.tickets.tables import TICKETS, UtcDateTime

KEPT_FOR_RETRIES = timedelta(hours=24)
"""How long a message that was answered is known again, and its answer kept."""
_LONGEST_SCENE = 64


class Contacts:
    """All contacts. Blocking; safe to use from several threads and processes. Methods may raise DatabaseUnavailable, PersonalKeyError."""

    def __init__(self, database: Database, key: PersonalKey, new_id: Callable[[], str], clock: Callable[[], datetime] = utc_now) -> None:
        """`new_id` makes conversation ids."""
        self.database = database
        self.clock = clock
        self.sealing = Sealing(key)
        self._audit = AuditLog(database, key, clock)
        self._new_id = new_id

    def of_person(self, channel: str, account: str, person: str) -> Contact:
        """The contact of a person; a new one, with a new conversation, where none is known."""
        with self.database.writing() as connection:
            return self.read(self.found_or_made(connection, channel, account, person))

    def found_or_made(self, connection: Connection, channel: str, account: str, person: str) -> Mapping[str, Any]:
        """The row of a person, locked, in the caller's transaction."""
        mark = self.sealing.person_mark(channel, account, person)
        return self._row(connection, channel, account, mark) or self._made(connection, channel, account, person, mark)

    def known(self, connection: Connection, channel: str, account: str, person: str) -> Mapping[str, Any] | None:
        """The row of a person, locked, in the caller's transaction; None where there is none yet."""
        return self._row(connection, channel, account, self.sealing.person_mark(channel, account, person))

    def _made(self, connection: Connection, channel: str, account: str, person: str, mark: str) -> Mapping[str, Any]:
        conversation_id = self._new_id()
        made = {
            "channel": channel,
            "account": account,
            "person_mark": mark,
            "person": self.sealing.person(person),
            "conversation": self.sealing.conversation(conversation_id),
            "conversation_mark": conversation_mark(conversation_id),
            "last_in_at": self.clock(),
        }
        try:
            with connection.begin_nested():
                connection.execute(insert(CONTACTS).values(scene="", window_left=0, said_up_to=0, **made))
        except IntegrityError:  # another process was faster
            pass
        row = self._row(connection, channel, account, mark)
        assert row is not None
        return row

    def note_arrival(
        self, connection: Connection, row: Mapping[str, Any], allowance: Allowance, scene: str = "", has_followed: bool = False
    ) -> None:
        """The person did something: they may be written to for a while, and what could not be said may be tried again."""
        now = self.clock()
        window = opened(read_window(row), allowance, now)
        values: dict[str, Any] = {"last_in_at": now, "window_left": window.left, "window_until": window.until}
        if scene:
            values["scene"] = storable(scene)[:_LONGEST_SCENE]
        if has_followed:
            values["followed_at"] = now
        connection.execute(update(CONTACTS).where(CONTACTS.c.id == row["id"]).values(**values))

    def read(self, row: Mapping[str, Any]) -> Contact:
        """A row of CONTACTS."""
        until = row["choices_until"]
        is_known = row["choices"] is not None and until is not None and until > self.clock()
        choices = self.sealing.open_choices(row["choices"]) if is_known else ()
        conversation_id = self.sealing.open_conversation(row["conversation"])
        person = self.sealing.open_person(row["person"])
        return Contact(row["id"], row["channel"], row["account"], person, conversation_id, row["conversation_mark"], choices)

    def renew_marks(self) -> None:
        """Find persons by the newest key from now on. Without it, nobody who wrote before it was made would be found and erased."""
        wanted = select(CONTACTS.c.id, CONTACTS.c.channel, CONTACTS.c.account, CONTACTS.c.person, CONTACTS.c.person_mark)
        with self.database.reading() as connection:
            oldest = connection.execute(wanted.order_by(CONTACTS.c.id).limit(1)).first()
        if oldest is None or self._mark_of(oldest) == oldest.person_mark:
            return
        with self.database.writing() as connection:
            for row in connection.execute(wanted).all():
                # Another process may have met the person under the new mark already: theirs is the conversation that goes on.
                with suppress(IntegrityError), connection.begin_nested():
                    connection.execute(update(CONTACTS).where(CONTACTS.c.id == row.id).values(person_mark=self._mark_of(row)))

    def _mark_of(self, row: Any) -> str:
        return self.sealing.person_mark(row.channel, row.account, self.sealing.open_person(row.person))

    # How they are forgotten.

    def tickets_of(self, channel: str, account: str, person: str) -> tuple[str, ...]:
        """Numbers of the tickets of a person's conversation that still know the person."""
        theirs = (CONTACTS.c.channel == channel) & (CONTACTS.c.account == account)
        theirs &= CONTACTS.c.person_mark == self.sealing.person_mark(channel, account, person)
        wanted = select(TICKETS.c.number).join(CONTACTS, CONTACTS.c.conversation_mark == TICKETS.c.conversation)
        with self.database.reading() as connection:
            return tuple(connection.execute(wanted.where(theirs, TICKETS.c.erased_at.is_(None))).scalars())

    def erase(self, channel: str, account: str, person: str, up_to: int) -> str | None:
        """Drop the person, what they sent up to that message of the inbox, what was said and what is still to be said to them.

        The conversation's id, by which others know of it; None where nobody is known. Its tickets are to be erased before:
        they are found by the conversation. WeChat demands it of whoever stops following (取消关注事件).
        """
        mark, now = self.sealing.person_mark(channel, account, person), self.clock()
        with self.database.writing() as connection:
            row = self._row(connection, channel, account, mark)
            if row is None:
                return None
            conversation_id = self.sealing.open_conversation(row["conversation"])
            connection.execute(delete(OUTBOX).where(OUTBOX.c.contact_id == row["id"]))
            theirs = INBOX.c.contact_id == row["id"]
            done_at = func.coalesce(INBOX.c.done_at, literal(now, UtcDateTime()))
            connection.execute(update(INBOX).where(theirs, INBOX.c.id < up_to).values(message=None, answer=None, done_at=done_at))
            # That there was a message stays known until its retries are over; nothing leads from it to the person.
            connection.execute(update(INBOX).where(theirs).values(contact_id=None))
            connection.execute(delete(UTTERANCES).where(UTTERANCES.c.mark == row["conversation_mark"]))
            connection.execute(delete(CONVERSATIONS).where(CONVERSATIONS.c.mark == row["conversation_mark"]))
            connection.execute(delete(CONTACTS).where(CONTACTS.c.id == row["id"]))
            self._audit.append(connection, SYSTEM, "contact.erased", detail=channel)
        self.database.wipe()
        return conversation_id

    def forget(self, idle: timedelta) -> None:
        """Drop what was kept long enough: answered messages after a day, persons who have not written for so long and have no ticket."""
        now = self.clock()
        old = now - KEPT_FOR_RETRIES
        has_ticket = exists().where(TICKETS.c.conversation == CONTACTS.c.conversation_mark, TICKETS.c.erased_at.is_(None))
        gone = select(CONTACTS.c.id).where(CONTACTS.c.last_in_at < now - idle, ~has_ticket)
        with self.database.writing() as connection:
            connection.execute(delete(INBOX).where(INBOX.c.at < old))
            connection.execute(delete(OUTBOX).where(OUTBOX.c.finished_at < old))
            ids = connection.execute(gone).scalars().all()
            for chunk in (ids[i : i + 500] for i in range(0, len(ids), 500)):
                connection.execute(delete(OUTBOX).where(OUTBOX.c.contact_id.in_(chunk)))
                connection.execute(update(INBOX).where(INBOX.c.contact_id.in_(chunk)).values(contact_id=None))
                connection.execute(delete(CONTACTS).where(CONTACTS.c.id.in_(chunk)))

    def _row(self, connection: Connection, channel: str, account: str, mark: str) -> Mapping[str, Any] | None:
        wanted = select(CONTACTS).where(CONTACTS.c.channel == channel, CONTACTS.c.account == account, CONTACTS.c.person_mark == mark)
        row: Mapping[str, Any] | None = connection.execute(locking(wanted)).mappings().first()
        return row


def read_window(row: Mapping[str, Any]) -> Window | None:
    """The window of a row of CONTACTS."""
    return None if row["window_until"] is None else Window(row["window_left"], row["window_until"])
