"""One bureau's part in one ticket: the row that the assessment sheet is counted from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection

from actions.figures.period import Period
from actions.figures.tickets import IS_WITHDRAWN
from actions.office.workdays import local_date
from actions.routing import ANSWERING, Role
from actions.tickets.model import ANSWERS, EventKind
from actions.tickets.tables import TICKET_BUREAUS, TICKET_EVENTS, TICKETS


@dataclass(frozen=True, slots=True)
class Stint:
    """A bureau that has to answer, as principal or as the district's, and what it did. Moments are in UTC."""

    bureau: str
    received_at: datetime
    """When the ticket was opened; for a principal bureau that it was reassigned to, the last time that it was."""
    answered_at: datetime | None
    """When this very bureau first accepted it, wrote or closed it since."""
    first_answered_at: datetime | None
    """When any bureau did."""
    closed_at: datetime | None
    """When the ticket was closed, by whichever bureau; None also where erasure ended it."""
    due: date | None
    """Last deadline of the ticket's track."""
    is_withdrawn: bool
    """Erasure ended it, at the person's wish."""


def stints(connection: Connection, period: Period, bureau: str = "") -> Iterator[Stint]:
    """Those that began in the period; of all bureaus where none is named."""
    begins, ends = period.begins, period.ends
    moved = select(TICKET_EVENTS.c.ticket_id).where(
        TICKET_EVENTS.c.kind == EventKind.REASSIGNED.value, TICKET_EVENTS.c.at >= begins, TICKET_EVENTS.c.at < ends
    )
    opened = and_(TICKETS.c.opened_at >= begins, TICKETS.c.opened_at < ends)
    # Two questions: with "or" between them, neither could be answered by its index.
    for of_interest in (opened, and_(TICKETS.c.opened_at < begins, TICKETS.c.id.in_(moved))):
        for row in connection.execute(_parts(of_interest, bureau)):
            name, received, answered, first, closed, due, is_withdrawn = row
            stint = Stint(name, received, answered, first, None if is_withdrawn else closed, due, bool(is_withdrawn))
            if begins <= stint.received_at < ends:
                yield stint


def handed_on(connection: Connection, period: Period, bureau: str = "") -> dict[tuple[str, int], int]:
    """How many tickets each bureau gave to another in each month, by bureau and month of the period's year.

    Others stand there too, by whatever name: whoever has a terminal of the server can hand a ticket on.
    """
    events = TICKET_EVENTS.c
    given = select(events.by, events.at).where(
        events.kind == EventKind.REASSIGNED.value, events.at >= period.begins, events.at < period.ends
    )
    if bureau:
        given = given.where(events.by == bureau)
    found: dict[tuple[str, int], int] = {}
    for by, at in connection.execute(given):
        place = (by, local_date(at).month)
        found[place] = found.get(place, 0) + 1
    return found


def _parts(of_interest: Any, bureau: str) -> Any:
    """Bureau, received, answered by it, answered by any, closed, due, withdrawn."""
    is_move = TICKET_EVENTS.c.kind == EventKind.REASSIGNED.value
    moves = select(
        TICKET_EVENTS.c.ticket_id, func.max(TICKET_EVENTS.c.at).label("at"), func.max(TICKET_EVENTS.c.sequence).label("sequence")
    )
    last = moves.where(is_move).group_by(TICKET_EVENTS.c.ticket_id).subquery()
    is_mover = and_(TICKET_BUREAUS.c.role == Role.PRINCIPAL.value, last.c.at.isnot(None))
    is_answer = and_(
        TICKET_EVENTS.c.ticket_id == TICKETS.c.id,
        TICKET_EVENTS.c.kind.in_([kind.value for kind in ANSWERS]),
        or_(TICKET_BUREAUS.c.role != Role.PRINCIPAL.value, last.c.sequence.is_(None), TICKET_EVENTS.c.sequence > last.c.sequence),
    )
    received = case((is_mover, last.c.at), else_=TICKETS.c.opened_at)
    own = case((TICKET_EVENTS.c.by == TICKET_BUREAUS.c.bureau, TICKET_EVENTS.c.at))
    answers = (func.min(moment, type_=TICKET_EVENTS.c.at.type) for moment in (own, TICKET_EVENTS.c.at))
    wanted = select(TICKET_BUREAUS.c.bureau, received, *answers, TICKETS.c.closed_at, TICKETS.c.due, IS_WITHDRAWN.label("is_withdrawn"))
    joined = TICKETS.join(TICKET_BUREAUS).outerjoin(last, last.c.ticket_id == TICKETS.c.id).outerjoin(TICKET_EVENTS, is_answer)
    wanted = wanted.select_from(joined).where(of_interest, TICKET_BUREAUS.c.role.in_([role.value for role in ANSWERING]))
    if bureau:
        wanted = wanted.where(TICKET_BUREAUS.c.bureau == bureau)
    return wanted.group_by(TICKETS.c.id, TICKET_BUREAUS.c.bureau, TICKET_BUREAUS.c.role, last.c.at)
