"""How everything about a person is dropped from a ticket, by their wish or when its time has come."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from actions.conversations.tables import CONVERSATIONS, UTTERANCES
from actions.delivery import outbox
from actions.routing import Assignment, Role
from actions.tickets.history import History
from actions.tickets.model import SYSTEM, AtDesk, EventKind, Ticket
from actions.tickets.rows import erased_columns
from actions.tickets.tables import REPLIES, TICKET_EVENTS, TICKETS


class Erasing:
    """Erases persons; counts, place, industry, clause and times stay for the statistics."""

    def __init__(self, history: History) -> None:
        self._history = history

    def erase(self, number: str, by: str, at_desk: AtDesk | None = None) -> None:
        """Drop everything about the person and what they wrote; bureaus that were told are told to do the same. Raises NoSuchTicket."""

        def erasing(connection: Connection) -> None:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            if ticket.erased_at is None:
                self._erase(connection, ticket, by, at_desk)

        self._history.until_kept(erasing)
        self._history.database.wipe()

    def erase_closed_before(self, moment: datetime) -> int:
        """Erase the person from tickets that were closed before; how many there were."""
        due = select(TICKETS.c.number).where(TICKETS.c.closed_at < moment, TICKETS.c.erased_at.is_(None))
        with self._history.database.reading() as connection:
            numbers = [row.number for row in connection.execute(due)]

        def erasing(connection: Connection, number: str) -> bool:
            ticket = self._history.find(connection, number, to_change=True)
            is_due = ticket.erased_at is None and ticket.closed_at is not None and ticket.closed_at < moment
            if is_due:  # it may have been reopened since
                self._erase(connection, ticket, SYSTEM)
            return is_due

        erased = sum(self._history.until_kept(partial(erasing, number=number)) for number in numbers)
        self._history.database.wipe()
        return erased

    def _erase(self, connection: Connection, ticket: Ticket, by: str, at_desk: AtDesk | None = None) -> None:
        now = self._history.clock()
        outbox.abandon(connection, ticket.id, now)
        told = outbox.told_bureaus(connection, ticket.id)  # after that, no worker can begin to tell another one
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(**erased_columns(ticket), erased_at=now))
        connection.execute(update(TICKET_EVENTS).where(TICKET_EVENTS.c.ticket_id == ticket.id).values(text=""))
        connection.execute(delete(REPLIES).where(REPLIES.c.ticket_id == ticket.id))
        if ticket.conversation:
            connection.execute(delete(UTTERANCES).where(UTTERANCES.c.mark == ticket.conversation))
            # Where an officer speaks just now, the rest of it goes with the retention.
            ended = (CONVERSATIONS.c.mark == ticket.conversation) & CONVERSATIONS.c.taken_by.is_(None)
            connection.execute(delete(CONVERSATIONS).where(ended))
        former = [Assignment(name, Role.SUPPORTING, "曾收到本工单") for name in sorted(told.difference(ticket.route.bureaus(*Role)))]
        text = "请删除已收到的联系人信息和需求内容。"
        erased = self._history.by_id(connection, ticket.id)
        self._history.happen(connection, erased, EventKind.ERASED, by, text, also_told=former, only_told=told, at_desk=at_desk)
