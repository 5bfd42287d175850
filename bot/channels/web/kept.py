"""Answers to messages of pages, kept for a day beyond the process: a page that saw none, as the service was restarted, asks again."""

from __future__ import annotations

import json
from datetime import timedelta

import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from actions.contacts.tables import INBOX
from actions.tickets.database import Database, DatabaseUnavailable, to_json
from actions.tickets.history import utc_now
from actions.tickets.personal import PersonalKey, PersonalKeyError
from bot.channels.web.once import Reply
from bot.tickets import TicketDesk

KEPT = timedelta(days=1)
_CHANNEL = "web"
_PURPOSE = "answer on a page"


class KeptReplies:
    """In the table of all channels' messages, encrypted, under marks: neither conversation nor message is found by it without the key."""

    def __init__(self, tickets: TicketDesk, logger: structlog.stdlib.BoundLogger) -> None:
        self._tickets = tickets
        self._rows = _Rows(tickets.registry.database, tickets.registry.key)
        self._logger = logger

    async def find(self, conversation: str, client_id: str) -> Reply | None:
        """The answer that was given; None also where the database cannot be asked, as the enquirer would rather be answered twice."""
        try:
            return await self._tickets.in_thread(self._rows.find, conversation, client_id)
        except (DatabaseUnavailable, PersonalKeyError) as error:
            self._logger.error("reply_not_found", reason=type(error).__name__)
            return None

    async def keep(self, conversation: str, client_id: str, reply: Reply) -> None:
        """Keep an answer, and drop what is older than a day."""
        try:
            await self._tickets.in_thread(self._rows.keep, conversation, client_id, reply)
        except DatabaseUnavailable as error:
            self._logger.error("reply_not_kept", reason=str(error))


class _Rows:
    """The same, blocking."""

    def __init__(self, database: Database, key: PersonalKey) -> None:
        self._database = database
        self._key = key

    def find(self, conversation: str, client_id: str) -> Reply | None:
        """Raises DatabaseUnavailable, PersonalKeyError."""
        this = (INBOX.c.channel == _CHANNEL) & (INBOX.c.account == conversation) & (INBOX.c.key == self._mark(conversation, client_id))
        with self._database.reading() as connection:
            sealed = connection.execute(select(INBOX.c.answer).where(this, INBOX.c.at > utc_now() - KEPT)).scalar()
        reply: Reply | None = json.loads(self._key.decrypt_for(_PURPOSE, bytes(sealed))) if sealed else None
        return reply

    def keep(self, conversation: str, client_id: str, reply: Reply) -> None:
        """Raises DatabaseUnavailable."""
        now = utc_now()
        row = {
            "channel": _CHANNEL,
            "account": conversation,
            "key": self._mark(conversation, client_id),
            "answer": self._key.encrypt_for(_PURPOSE, to_json(reply).encode()),
            "at": now,
            "done_at": now,
            "holder": "",
            "claimed_until": now,
        }
        with self._database.writing() as connection:
            connection.execute(delete(INBOX).where(INBOX.c.channel == _CHANNEL, INBOX.c.at < now - KEPT))
            try:
                with connection.begin_nested():
                    connection.execute(insert(INBOX).values(**row))
            except IntegrityError:
                return  # another copy of the service was faster

    def _mark(self, conversation: str, client_id: str) -> str:
        return self._key.mark("message of a page", conversation, client_id)
