"""How a lead becomes a ticket: once for each idempotency key, and together with the open ticket that it repeats."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from actions.lead.model import Lead
from actions.office.model import Track
from actions.office.workdays import local_date, steps_due
from actions.routing import Role
from actions.routing.route import Wish, route
from actions.tickets.database import locking
from actions.tickets.history import History
from actions.tickets.model import ENQUIRER, EventKind, State, Ticket, TicketError
from actions.tickets.number import new_number
from actions.tickets.rows import bureau_rows, kept, read_ticket, storable_lead, ticket_row, write_details
from actions.tickets.tables import SUBMISSIONS, TICKET_BUREAUS, TICKETS

JOIN_WITHIN = timedelta(days=1)
"""Repeats of the same person and need join the open ticket for so long: same phone, company, subject and bureaus."""


class SubmissionConflict(TicketError):
    """The idempotency key was used for another lead."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a lead."""

    ticket: Ticket
    has_joined: bool
    """It repeats an open ticket, and was added to it."""
    is_theirs: bool = True
    """False where that ticket was opened in another conversation: its number opens it, and is told there only."""


class Opening:
    """Opens tickets."""

    def __init__(self, history: History) -> None:
        self._history = history

    def open(self, lead: Lead) -> Opened:
        """Open a ticket, or add to the open one that the lead repeats. Raises SubmissionConflict."""
        clean = storable_lead(lead)
        return self._history.until_kept(lambda connection: self._open(connection, clean))

    def _open(self, connection: Connection, lead: Lead) -> Opened:
        now = self._history.clock()
        key = self._history.key.mark(lead.idempotency_key) if lead.idempotency_key else ""
        same = replace(lead, idempotency_key="", consent=replace(lead.consent, given_at=datetime.min), details={})
        fingerprint = self._history.key.mark(repr(same), repr(sorted(lead.details.items())))
        if key and (before := connection.execute(select(SUBMISSIONS).where(SUBMISSIONS.c.key == key)).mappings().first()):
            if before["fingerprint"] != fingerprint:
                raise SubmissionConflict("the idempotency key was used for another lead")
            row = connection.execute(select(TICKETS).where(TICKETS.c.id == before["ticket_id"])).mappings().one()
            submitted = read_ticket(row, self._history.key)
            return Opened(submitted, bool(before["joined"]), submitted.conversation == lead.conversation)
        office = self._history.office()
        track = office.track_by_id.get(lead.track)
        way = route(Wish(lead.clause, lead.need, lead.industry, lead.district, lead.bureau), self._history.plan, office.directory, track)
        # Another district, bureau or company is another need: joined, it would be lost on whoever it is for.
        subject = lead.track or lead.clause or _words(lead.need)
        join_key = self._history.key.mark(lead.person.phone, _words(lead.company), subject, *sorted(way.bureaus(*Role)))
        repeated = self._open_one(connection, join_key, now)
        if repeated:
            ticket = self._repeat(connection, repeated, lead)
        else:
            row = ticket_row(lead, way, new_number(local_date(now)), _last_due(track, now), now, self._history.key)
            ticket = self._insert(connection, {**row, "join_key": join_key})
        if key:
            submission = {"key": key, "fingerprint": fingerprint, "ticket_id": ticket.id, "joined": int(repeated is not None), "at": now}
            connection.execute(insert(SUBMISSIONS).values(submission))
        return Opened(ticket, repeated is not None, repeated is None or repeated.conversation == lead.conversation)

    def _open_one(self, connection: Connection, join_key: str, now: datetime) -> Ticket | None:
        is_over = (TICKETS.c.opened_at < now - JOIN_WITHIN) | (TICKETS.c.state == State.CLOSED.value)
        connection.execute(update(TICKETS).where(TICKETS.c.join_key == join_key, is_over).values(join_key=None))
        row = connection.execute(locking(select(TICKETS).where(TICKETS.c.join_key == join_key))).mappings().first()
        return None if row is None else read_ticket(row, self._history.key)

    def _insert(self, connection: Connection, row: dict[str, Any]) -> Ticket:
        (ticket_id,) = connection.execute(insert(TICKETS).values(row)).inserted_primary_key
        ticket = self._history.by_id(connection, ticket_id)
        connection.execute(insert(TICKET_BUREAUS), bureau_rows(ticket_id, ticket.route))
        return self._history.happen(connection, ticket, EventKind.OPENED, ENQUIRER, "")

    def _repeat(self, connection: Connection, ticket: Ticket, lead: Lead) -> Ticket:
        """The repeated lead's newer words are added; the person called is the one of the newer lead.

        The ticket stays with its own conversation: whoever knows a phone and a company must not get at it by repeating their lead.
        """
        told = {
            "need": "" if kept(lead.need) == ticket.need else kept(lead.need),
            "time": "" if lead.time == ticket.time else lead.time,
        }
        text = "再次提交" + "".join(f"；{name}：{words}" for name, words in zip(("需求", "时间"), told.values(), strict=True) if words)
        newer: dict[str, Any] = {
            "person": self._history.key.encrypt_person(lead.person),
            "consent_version": lead.consent.version,
            "consent_given_at": lead.consent.given_at,
            "details": write_details({**ticket.details, **lead.details}),
        }
        newer |= {name: value for name in ("investment_yuan", "land_square_metres") if (value := getattr(lead, name)) is not None}
        newer |= {name: value for name in ("district", "time", "industry") if (value := getattr(lead, name))}
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(newer))
        return self._history.happen(connection, self._history.by_id(connection, ticket.id), EventKind.REPEATED, ENQUIRER, text)


def _words(text: str) -> str:
    """What counts when texts are compared: no width, case, spaces or punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _last_due(track: Track | None, opened: datetime) -> date | None:
    """The last deadline of a track."""
    return max((due for _, due in steps_due(track, opened) if due), default=None) if track else None
