"""How far the messages of a platform that has them fetched were read.

WeCom, 读取消息: whoever asks without a cursor gets the last three days again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from actions.contacts.tables import CURSORS
from actions.tickets.database import Database
from actions.tickets.history import utc_now


class Cursors:
    """Of all accounts. Blocking; safe to use from several threads and processes. Methods may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def of(self, channel: str, account: str) -> str:
        """Where reading goes on; empty where nothing was read yet."""
        wanted = select(CURSORS.c.cursor).where(CURSORS.c.channel == channel, CURSORS.c.account == account)
        with self._database.reading() as connection:
            return str(connection.execute(wanted).scalar() or "")

    def accounts(self, channel: str) -> tuple[str, ...]:
        """Those of which something was read."""
        wanted = select(CURSORS.c.account).where(CURSORS.c.channel == channel).order_by(CURSORS.c.account)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())

    def move(self, channel: str, account: str, before: str, after: str) -> bool:
        """What lay between is kept. Whether nobody else had moved it since: else reading goes on where they are."""
        this = (CURSORS.c.channel == channel) & (CURSORS.c.account == account)
        values = {"cursor": after, "updated_at": self._clock()}
        try:
            with self._database.writing() as connection:
                if not before:
                    connection.execute(insert(CURSORS).values(channel=channel, account=account, **values))
                    return True
                return bool(connection.execute(update(CURSORS).where(this, CURSORS.c.cursor == before).values(**values)).rowcount)
        except IntegrityError:
            return False
