"""What waits to be said to persons, as it is sent: officers' words put into the outbox, parcels claimed, and what became of them.

Sent at least once: a process that dies between sending and noting it sends again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Connection

from actions.contacts.model import Answer, Parcel, Words
from actions.contacts.outbox import DROPPED, SENT, WAITING, finish, is_claimed, put, read_waiting, waiting_rows
from actions.contacts.register import Contacts, read_window
from actions.contacts.tables import CONTACTS, OUTBOX
from actions.contacts.window import spent
from actions.contacts.wording import fitting, joined, officers_words
from actions.conversations.model import Author
from actions.conversations.tables import UTTERANCES
from actions.conversations.words import read_utterance
from actions.tickets.database import locking
from actions.tickets.personal import PersonalKey

CLAIMED_FOR = timedelta(seconds=60)
_HEARD = (Author.OFFICER.value, Author.SYSTEM.value)
_LATE_COMMITS = 1_000
"""Ids of words are given before they are committed: so many below the last one seen are looked at again."""


class Sending:
    """The outbox. Blocking; safe to use from several threads and processes. Methods may raise DatabaseUnavailable, PersonalKeyError."""

    def __init__(self, contacts: Contacts, key: PersonalKey) -> None:
        self._contacts = contacts
        self._database = contacts.database
        self._key = key

    def latest_words(self) -> int:
        """Id of the latest words in any conversation: while it stays the same there is nothing to collect."""
        with self._database.reading() as connection:
            return int(connection.execute(select(func.max(UTTERANCES.c.id))).scalar() or 0)

    def collect(self, after: int, most_bytes: Mapping[str, int]) -> int:
        """Put what officers and the service said to persons after that id into the outbox, each once; how much it was.

        `most_bytes`: the longest text of each channel; those of channels that are switched off wait until they are on again.
        """
        joint = UTTERANCES.join(CONTACTS, CONTACTS.c.conversation_mark == UTTERANCES.c.mark)
        unsaid = (UTTERANCES.c.id > after - _LATE_COMMITS) & (UTTERANCES.c.id > CONTACTS.c.said_up_to) & UTTERANCES.c.author.in_(_HEARD)
        marks = select(UTTERANCES.c.mark).select_from(joint).where(unsaid, CONTACTS.c.channel.in_(tuple(most_bytes))).distinct()
        with self._database.reading() as connection:
            found = connection.execute(marks).scalars().all()
        return sum(self._collect_one(mark, most_bytes) for mark in sorted(found))

    def _collect_one(self, mark: str, most_bytes: Mapping[str, int]) -> int:
        with self._database.writing() as connection:
            person = connection.execute(locking(select(CONTACTS).where(CONTACTS.c.conversation_mark == mark))).mappings().first()
            if person is None:
                return 0
            said = (UTTERANCES.c.mark == mark) & (UTTERANCES.c.id > person["said_up_to"]) & UTTERANCES.c.author.in_(_HEARD)
            rows = connection.execute(select(UTTERANCES).where(said).order_by(UTTERANCES.c.id)).mappings().all()
            for row in rows:
                about = {"utterance_id": row["id"]}  # of the first of several: one is enough to tell that they are there
                for words in officers_words(read_utterance(row, self._key).said, most_bytes[person["channel"]]):
                    put(connection, self._contacts.sealing, person["id"], Words.OFFICER, Answer(words), self._contacts.clock(), **about)
                    about = {}
            if rows:
                up_to = {"said_up_to": rows[-1]["id"]}
                connection.execute(update(CONTACTS).where(CONTACTS.c.id == person["id"]).values(**up_to))
            return len(rows)

    def due(self, channel: str, limit: int = 100) -> tuple[int, ...]:
        """Ids of persons of a channel to whom something is to be said now, those first who wait for longest."""
        now = self._contacts.clock()
        free = or_(OUTBOX.c.claimed_until.is_(None), OUTBOX.c.claimed_until < now)
        waits = (OUTBOX.c.state == WAITING) & OUTBOX.c.is_held.is_(False) & (OUTBOX.c.due_at <= now) & free
        wanted = select(OUTBOX.c.contact_id).join(CONTACTS).where(waits, CONTACTS.c.channel == channel)
        wanted = wanted.group_by(OUTBOX.c.contact_id).order_by(func.min(OUTBOX.c.id)).limit(limit)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def claim(self, contact_id: int, most_bytes: int) -> Parcel | None:
        """What is to be said to a person as one message, in order; None where that cannot be now.

        Where the window is closed it is held until the person writes again: a platform that is asked all the same either refuses
        or, as WeCom does, drops it without a word.
        """
        now = self._contacts.clock()
        with self._database.writing() as connection:
            person = connection.execute(locking(select(CONTACTS).where(CONTACTS.c.id == contact_id))).mappings().first()
            rows = waiting_rows(connection, contact_id)
            if person is None or not rows or any(is_claimed(row, now) for row in rows):
                return None
            window = read_window(person)
            if rows[0]["is_held"] or window is None or not window.is_open(now):
                self._hold(connection, contact_id)
                return None
            if rows[0]["due_at"] > now:
                # What was said later must not overtake it.
                later = (OUTBOX.c.contact_id == contact_id) & (OUTBOX.c.state == WAITING) & (OUTBOX.c.due_at < rows[0]["due_at"])
                connection.execute(update(OUTBOX).where(later).values(due_at=rows[0]["due_at"]))
                return None
            return self._parcel(connection, person, rows, now, most_bytes)

    def sent(self, parcel: Parcel) -> None:
        """The platform took it."""
        with self._database.writing() as connection:
            finish(connection, parcel.ids, SENT, self._contacts.clock())
            person = connection.execute(locking(select(CONTACTS).where(CONTACTS.c.id == parcel.contact_id))).mappings().first()
            if person is not None and (window := read_window(person)):
                left = {"window_left": spent(window).left}
                connection.execute(update(CONTACTS).where(CONTACTS.c.id == parcel.contact_id).values(**left))

    def drop(self, parcel: Parcel) -> None:
        """The platform will never take it."""
        with self._database.writing() as connection:
            finish(connection, parcel.ids, DROPPED, self._contacts.clock())

    def hold(self, parcel: Parcel) -> None:
        """The platform takes nothing before the person writes again."""
        with self._database.writing() as connection:
            self._hold(connection, parcel.contact_id)

    def put_off(self, parcel: Parcel, delay: timedelta) -> None:
        """The platform may take it later."""
        later = {"due_at": self._contacts.clock() + delay, "claimed_until": None, "attempts": parcel.attempts + 1}
        with self._database.writing() as connection:
            connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(parcel.ids), OUTBOX.c.state == WAITING).values(**later))

    def _hold(self, connection: Connection, contact_id: int) -> None:
        waiting = (OUTBOX.c.contact_id == contact_id) & (OUTBOX.c.state == WAITING)
        connection.execute(update(OUTBOX).where(waiting).values(is_held=True, claimed_until=None))

    def _parcel(self, connection: Connection, person: Any, rows: Any, now: datetime, most_bytes: int) -> Parcel:
        waiting = [read_waiting(row, self._contacts.sealing) for row in rows]
        number = fitting([one.answer for one in waiting], most_bytes)
        taken: list[Mapping[str, Any]] = list(rows[:number])
        ids = tuple(row["id"] for row in taken)
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(claimed_until=now + CLAIMED_FOR))
        answer = joined([one.answer for one in waiting[:number]])
        sealing, attempts = self._contacts.sealing, max(row["attempts"] for row in taken)
        since = taken[0]["created_at"]
        return Parcel(person["id"], person["account"], sealing.open_person(person["person"]), ids, answer, attempts, since)
