"""Who may see a ticket without having opened it in this conversation: whoever knows its number and the phone's last four digits.

Wrong guesses are counted, for the ticket and for the one who guesses; after a few of them nobody is told anything for a while.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from actions.tickets.database import Database
from actions.tickets.model import NoSuchTicket, TicketError
from actions.tickets.number import number_in
from actions.tickets.register import Standing, Tickets, utc_now
from actions.tickets.tables import WRONG_GUESSES

MOST_WRONG_GUESSES = 5
FORGIVEN_AFTER = timedelta(hours=1)


class TooManyGuesses(TicketError):
    """There were too many wrong ones; to be tried again later."""


class TicketLookup:
    """Shows tickets to those who can name number and phone. Blocking."""

    def __init__(self, tickets: Tickets, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._tickets = tickets
        self._database = database
        self._clock = clock

    def look_up(self, number: str, last_four: str, guesser: str) -> Standing:
        """The ticket. `guesser` marks who asks, such as the conversation.

        Raises NoSuchTicket whether number or digits are wrong, TooManyGuesses, DatabaseUnavailable.
        """
        if number_in(number) != number:
            raise NoSuchTicket(number)
        try:
            standing = self._tickets.standing(number)
        except NoSuchTicket:
            standing = None
        person = standing.ticket.person if standing else None
        known = person.phone[-4:] if person else ""
        is_right = bool(known) and hmac.compare_digest(known.encode(), last_four.encode(errors="replace"))
        subjects = (f"guesser:{guesser}", f"ticket:{number}")
        with self._database.writing() as connection:
            self._one_at_a_time(connection, subjects)
            if any(self._wrong(connection, subject) >= MOST_WRONG_GUESSES for subject in subjects):
                raise TooManyGuesses(number)
            if not is_right:
                connection.execute(insert(WRONG_GUESSES), [{"subject": subject, "at": self._clock()} for subject in subjects])
        if standing is None or not is_right:
            raise NoSuchTicket(number)
        return standing

    def _one_at_a_time(self, connection: Connection, subjects: Sequence[str]) -> None:
        """Guesses made at the same moment count too. SQLite's writers wait for each other anyway."""
        if not self._database.is_sqlite:
            for subject in subjects:
                connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))

    def _wrong(self, connection: Connection, subject: str) -> int:
        recent = (WRONG_GUESSES.c.subject == subject) & (WRONG_GUESSES.c.at > self._clock() - FORGIVEN_AFTER)
        return int(connection.execute(select(func.count()).select_from(WRONG_GUESSES).where(recent)).scalar_one())
