"""The history of tickets: one step at a time, each with its new state and the deliveries that tell of it in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.delivery import outbox
from actions.delivery.payload import TYPES, Surroundings, type_of, write_payload
from actions.office.model import Office
from actions.routing import Assignment, Route
from actions.tickets.database import Database, DatabaseUnavailable, locking
from actions.tickets.model import ANSWERS, AtDesk, EventKind, NoSuchTicket, Reply, State, Ticket, TicketEvent, TicketMoved, next_state
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import bureau_rows, read_event, read_reply, read_ticket, storable, write_route
from actions.tickets.tables import REPLIES, TICKET_BUREAUS, TICKET_EVENTS, TICKETS, UtcDateTime
from knowledge.plan import Plan

_TRIES = 5
LONGEST_NAME = 64
"""Characters of a name in the history; longer ones are cut."""
T = TypeVar("T")


class _Overtaken(Exception):
    """Another transaction changed the ticket meanwhile; to be tried again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket with what has happened to it."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    replies: tuple[Reply, ...]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


class History:
    """Reads tickets and adds to what has happened to them. Blocking; safe to use from several threads."""

    def __init__(
        self,
        database: Database,
        key: PersonalKey,
        plan: Plan,
        office: Callable[[], Office],
        public_url: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`office` gives the bureaus and tracks in use, which change when officers change them."""
        self.database = database
        self.key = key
        self.plan = plan
        self.office = office
        self.clock = clock
        self._public_url = public_url

    def until_kept(self, work: Callable[[Connection], T]) -> T:
        """Do the work in a transaction; again, from the start, where another one was faster."""
        for tries_left in reversed(range(_TRIES)):
            try:
                with self.database.writing() as connection:
                    return work(connection)
            except (IntegrityError, _Overtaken) as error:  # noqa: PERF203 - a second round is rare
                if not tries_left:
                    raise DatabaseUnavailable(type(error).__name__) from error
        raise AssertionError("unreachable")

    def happen(
        self,
        connection: Connection,
        ticket: Ticket,
        kind: EventKind,
        by: str,
        text: str,
        also_told: Collection[Assignment] = (),
        only_told: Collection[str] | None = None,
        newcomer: str = "",
        at_desk: AtDesk | None = None,
    ) -> Ticket:
        """Add to the history, move the state, and put what bureaus have to know into the outbox. Raises TransitionRefused.

        `newcomer`: a bureau that is told of the ticket as a new one.
        """
        now = self.clock()
        by, text = storable(by)[:LONGEST_NAME], storable(text)
        state = next_state(ticket.state, kind)
        closed_at = (ticket.closed_at or now) if state is State.CLOSED else None
        moved = (
            update(TICKETS)
            .where(TICKETS.c.id == ticket.id, TICKETS.c.sequence == ticket.sequence)
            .values(sequence=ticket.sequence + 1, state=state.value, updated_at=now, closed_at=closed_at)
        )
        if kind in ANSWERS:
            moved = moved.values(first_answered_at=func.coalesce(TICKETS.c.first_answered_at, literal(now, UtcDateTime())))
        if connection.execute(moved).rowcount != 1:
            raise _Overtaken
        event = TicketEvent(0, ticket.sequence + 1, kind, now, by, text, state)
        row = {
            "ticket_id": ticket.id,
            "sequence": event.sequence,
            "kind": kind.value,
            "at": now,
            "by": by,
            "text": text,
            "state": state.value,
        }
        connection.execute(insert(TICKET_EVENTS).values(row))
        after = replace(self.by_id(connection, ticket.id), route=ticket.route)
        if kind in TYPES:
            # A bureau's own server knows what it has called back itself; of what its officers do at the desk it knows nothing.
            knows = by if at_desk is None else ""
            told = [a for a in (*after.route.assignments, *also_told) if a.bureau != knows and (only_told is None or a.bureau in only_told)]
            self._tell(connection, after, event, told, newcomer)
        if at_desk is not None:
            at_desk.record(connection)
        return after

    def set_route(self, connection: Connection, ticket_id: int, route: Route) -> None:
        """Whose the ticket is, in words and as it is looked up by."""
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket_id).values(route=write_route(route)))
        connection.execute(delete(TICKET_BUREAUS).where(TICKET_BUREAUS.c.ticket_id == ticket_id))
        connection.execute(insert(TICKET_BUREAUS), bureau_rows(ticket_id, route))

    def _tell(self, connection: Connection, ticket: Ticket, event: TicketEvent, told: Collection[Assignment], newcomer: str) -> None:
        office = self.office()
        around = Surroundings(self.plan.by_id.get(ticket.clause), office.track_by_id.get(ticket.track), self._public_url)
        for assignment in told:
            bureau = office.directory.by_name.get(assignment.bureau)
            if bureau is None or bureau.endpoint is None:
                continue  # its tickets are seen at the desk only
            is_new = assignment.bureau == newcomer
            body = self.key.encrypt(write_payload(ticket, event, assignment, bureau.id, around, is_new))
            outbox.enqueue(connection, ticket.id, bureau.name, type_of(event, is_new), body, event.at)

    def find(self, connection: Connection, number: str, to_change: bool = False, at_desk: AtDesk | None = None) -> Ticket:
        """The ticket of a number; `to_change`: whoever else wants to change it waits. Raises NoSuchTicket, TicketMoved."""
        wanted = select(TICKETS).where(TICKETS.c.number == number)
        row = connection.execute(locking(wanted) if to_change else wanted).mappings().first()
        if row is None:
            raise NoSuchTicket(number)
        if at_desk is not None and at_desk.sequence not in (None, row["sequence"]):
            raise TicketMoved(number)
        return read_ticket(row, self.key)

    def lock(self, connection: Connection, ticket_id: int) -> None:
        """Before a delivery of it is touched: in another order, two transactions could wait for each other."""
        connection.execute(locking(select(TICKETS.c.id).where(TICKETS.c.id == ticket_id)))

    def by_id(self, connection: Connection, ticket_id: int) -> Ticket:
        """The ticket of a row that is there."""
        return read_ticket(connection.execute(select(TICKETS).where(TICKETS.c.id == ticket_id)).mappings().one(), self.key)

    def standing(self, connection: Connection, ticket: Ticket) -> Standing:
        """A ticket with its history."""
        events = connection.execute(select(TICKET_EVENTS).where(TICKET_EVENTS.c.ticket_id == ticket.id).order_by(TICKET_EVENTS.c.sequence))
        replies = connection.execute(select(REPLIES).where(REPLIES.c.ticket_id == ticket.id).order_by(REPLIES.c.id))
        return Standing(ticket, tuple(map(read_event, events.mappings())), tuple(map(read_reply, replies.mappings())))
