"""Messages as they come in: each is told from its retries by a constraint of the database, and answered once, whichever process dies."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.contacts.model import Allowance, Answer, Arrival, Message, Offered, Progress, Unfinished
from actions.contacts.outbox import let_go, put_answer, take_along, take_back, waiting_rows
from actions.contacts.register import KEPT_FOR_RETRIES, Contacts
from actions.contacts.tables import CONTACTS, INBOX
from actions.tickets.database import locking

LEASE = timedelta(seconds=6)
"""After this long without a sign of life of the process that answers it, a message is anybody's."""
CHOICES_KEPT = timedelta(hours=1)
"""How long a typed number stands for a choice."""


class AnsweredElsewhere(Exception):
    """Another process has answered the message: this one was held to be dead."""


class Inbox:
    """All messages of a day. Blocking; safe to use from several threads and processes. Every method may raise DatabaseUnavailable."""

    def __init__(self, contacts: Contacts, whole_url: Callable[[int], str] = lambda inbox_id: "") -> None:
        """`whole_url`: where the answer to a message of the inbox can be read whole; empty where nowhere."""
        self._whole_url = whole_url
        self._contacts = contacts
        self._sealing = contacts.sealing
        self._database = contacts.database
        self.holder = secrets.token_hex(8)
        """This process, for others."""

    def arrive(self, message: Message, allowance: Allowance, has_followed: bool = False) -> Arrival:
        """See `arrive_in`."""
        with self._database.writing() as connection:
            return self.arrive_in(connection, message, allowance, has_followed)

    def arrive_in(self, connection: Connection, message: Message, allowance: Allowance, has_followed: bool = False) -> Arrival:
        """Keep a message before it is acknowledged, and find the person. Inserted, not looked up: of two at once, one is the retry."""
        now = self._contacts.clock()
        key = self._sealing.message_mark(message.channel, message.account, message.key)
        row = {"channel": message.channel, "account": message.account, "key": key, "message": self._sealing.message(message), "at": now}
        person = self._contacts.known(connection, message.channel, message.account, message.person)
        row |= {"contact_id": person["id"] if person else None, "holder": self.holder, "claimed_until": now + LEASE}
        try:
            with connection.begin_nested():
                (inbox_id,) = connection.execute(insert(INBOX).values(**row)).inserted_primary_key
        except IntegrityError:
            return self._known(connection, message, key, now)
        if person is None:  # not before: a retry of somebody who has left brings nobody back
            person = self._contacts.found_or_made(connection, message.channel, message.account, message.person)
            connection.execute(update(INBOX).where(INBOX.c.id == inbox_id).values(contact_id=person["id"]))
        self._contacts.note_arrival(connection, person, allowance, message.scene, has_followed)
        return Arrival(int(inbox_id), Progress.NEW, self._contacts.read(person))

    def _known(self, connection: Connection, message: Message, key: str, now: datetime) -> Arrival:
        """A retry of a message; whose process has died, it is ours."""
        this = (INBOX.c.channel == message.channel) & (INBOX.c.account == message.account) & (INBOX.c.key == key)
        row = connection.execute(locking(select(INBOX).where(this))).mappings().one()
        if row["done_at"] is not None:
            return Arrival(row["id"], Progress.ANSWERED, None)
        if row["holder"] != self.holder and row["claimed_until"] > now:
            return Arrival(row["id"], Progress.ELSEWHERE, None)
        connection.execute(update(INBOX).where(this).values(holder=self.holder, claimed_until=now + LEASE))
        person = self._contacts.found_or_made(connection, message.channel, message.account, message.person)
        return Arrival(row["id"], Progress.NEW, self._contacts.read(person))

    def complete(self, inbox_id: int, contact_id: int, answer: Answer | None, goes_along: bool, most_bytes: int) -> Answer | None:
        """See `complete_in`. Raises AnsweredElsewhere."""
        with self._database.writing() as connection:
            return self.complete_in(connection, inbox_id, contact_id, answer, goes_along, most_bytes)

    def complete_in(
        self, connection: Connection, inbox_id: int, contact_id: int, answer: Answer | None, goes_along: bool, most_bytes: int
    ) -> Answer | None:
        """A message is answered, by None where nothing is to be said. What is said now.

        Where it `goes_along` with the platform's request, so does what could not be said before, as far as there is room in
        `most_bytes`. Else it is put into the outbox. Raises AnsweredElsewhere: then nothing of it is to be kept.
        """
        now = self._contacts.clock()
        person = connection.execute(locking(select(CONTACTS).where(CONTACTS.c.id == contact_id))).mappings().first()
        if person is None:
            return None  # they have left since
        waiting = waiting_rows(connection, contact_id)
        said = take_along(connection, self._sealing, waiting, answer, now, most_bytes) if goes_along else answer
        said = said and replace(said, whole_url=self._whole_url(inbox_id))
        kept = said and self._sealing.answer(said)
        undone = (INBOX.c.id == inbox_id) & INBOX.c.done_at.is_(None)
        if not connection.execute(update(INBOX).where(undone).values(done_at=now, message=None, answer=kept)).rowcount:
            raise AnsweredElsewhere
        if waiting:
            let_go(connection, contact_id, now)
        if said is not None and not goes_along:
            put_answer(connection, self._sealing, contact_id, inbox_id, said, now)
        if said is not None and (said.choices or person["choices"] is not None):
            self._keep_choices(connection, contact_id, said.choices, now)
        return said

    def close(self, inbox_id: int) -> None:
        """A message is done with, and nothing is said."""
        with self._database.writing() as connection:
            values = {"done_at": self._contacts.clock(), "message": None, "answer": None}
            connection.execute(update(INBOX).where(INBOX.c.id == inbox_id).values(**values))

    def send_later(self, inbox_id: int, contact_id: int, answer: Answer) -> None:
        """What should have gone along came too late for it: put it into the outbox."""
        with self._database.writing() as connection:
            if connection.execute(locking(select(CONTACTS.c.id).where(CONTACTS.c.id == contact_id))).first():
                put_answer(connection, self._sealing, contact_id, inbox_id, answer, self._contacts.clock())

    def again(self, inbox_id: int) -> Answer | None:
        """What a retry of an answered message is answered: the same, unless it is being sent or was sent by another way."""
        with self._database.writing() as connection:
            row = connection.execute(select(INBOX).where(INBOX.c.id == inbox_id)).mappings().first()
            if row is None or row["answer"] is None or row["done_at"] is None:
                return None
            if not take_back(connection, inbox_id, self._contacts.clock()):
                return None
            return self._sealing.open_answer(row["answer"])

    def whole_answer(self, inbox_id: int) -> str | None:
        """The text of what a message was answered; None once it is not kept any more."""
        recent = INBOX.c.at > self._contacts.clock() - KEPT_FOR_RETRIES
        with self._database.reading() as connection:
            sealed = connection.execute(select(INBOX.c.answer).where(INBOX.c.id == inbox_id, recent)).scalar()
        return None if sealed is None else self._sealing.open_answer(sealed).text

    # Which process answers what.

    def hold(self, inbox_ids: Sequence[int]) -> None:
        """Those are still being answered by this process."""
        ours = INBOX.c.id.in_(inbox_ids) & (INBOX.c.holder == self.holder) & INBOX.c.done_at.is_(None)
        with self._database.writing() as connection:
            connection.execute(update(INBOX).where(ours).values(claimed_until=self._contacts.clock() + LEASE))

    def unfinished(self, channels: Collection[str], own: frozenset[int], limit: int = 50) -> tuple[Unfinished, ...]:
        """Messages of these channels whose process has died, oldest first; they are this process's from now on.

        `own`: those that it answers already.
        """
        now = self._contacts.clock()
        free = INBOX.c.done_at.is_(None) & (INBOX.c.claimed_until < now) & INBOX.c.message.isnot(None) & INBOX.c.channel.in_(channels)
        wanted = select(INBOX).where(free).order_by(INBOX.c.id).limit(limit + len(own))
        with self._database.reading() as connection:
            if all(row.id in own for row in connection.execute(wanted)):
                return ()
        with self._database.writing() as connection:
            rows: list[Mapping[str, Any]] = [row for row in connection.execute(locking(wanted)).mappings() if row["id"] not in own]
            taken = INBOX.c.id.in_([row["id"] for row in rows])
            connection.execute(update(INBOX).where(taken).values(holder=self.holder, claimed_until=now + LEASE))
        return tuple(Unfinished(row["id"], self._sealing.open_message(row["message"]), row["at"]) for row in rows)

    def _keep_choices(self, connection: Connection, contact_id: int, choices: Sequence[Offered], now: datetime) -> None:
        values = {"choices": self._sealing.choices(choices) if choices else None, "choices_until": now + CHOICES_KEPT if choices else None}
        connection.execute(update(CONTACTS).where(CONTACTS.c.id == contact_id).values(**values))
