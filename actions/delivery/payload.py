"""What a bureau is told of a ticket: the payload of `payload.schema.json`, version 1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from actions.office.model import Track
from actions.office.workdays import steps_due
from actions.routing import ANSWERING, Assignment, Role
from actions.tickets.model import EventKind, Ticket, TicketEvent
from knowledge.plan import Clause

VERSION = 1
TYPES: Mapping[EventKind, str] = {
    EventKind.OPENED: "ticket.opened",
    EventKind.REASSIGNED: "ticket.reassigned",
    EventKind.CLOSED: "ticket.closed",
    EventKind.REPEATED: "ticket.updated",
    EventKind.ACCEPTED: "ticket.updated",
    EventKind.COMMENTED: "ticket.updated",
    EventKind.REOPENED: "ticket.updated",
    EventKind.ENLISTED: "ticket.updated",
    EventKind.ERASED: "ticket.updated",
}
"""Events that bureaus are told of. The others are for the officers at the desk only."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a payload says that is not the ticket's own."""

    clause: Clause | None
    track: Track | None
    public_url: str
    """Without a slash at its end; empty: no links."""


def type_of(event: TicketEvent, is_new: bool) -> str:
    """The type of what a bureau is told; `is_new`: it has not been told of the ticket before, although others have."""
    return TYPES[EventKind.OPENED if is_new else event.kind]


def write_payload(ticket: Ticket, event: TicketEvent, to: Assignment, bureau_id: str, around: Surroundings, is_new: bool = False) -> bytes:
    """JSON in UTF-8. Only principal and district bureaus get name and phone. `is_new`: see `type_of`."""
    is_told_who = to.role in ANSWERING and ticket.person is not None
    ticket_fields = {
        "version": VERSION,
        "sequence": event.sequence,
        "ticket": ticket.number,
        "state": event.state.value,
        "to": {"bureau": to.bureau, "role": to.role.value, "reason": to.reason},
        "bureaus": {role.value: list(ticket.route.bureaus(role)) for role in Role},
        "clause": around.clause and {"id": around.clause.id, "number": around.clause.number, "title": around.clause.title},
        "track": around.track and _track(around.track, ticket),
        "enterprise": {
            "company": ticket.company,
            "industry": ticket.industry,
            "investment_yuan": ticket.investment_yuan,
            "land_square_metres": ticket.land_square_metres,
            "district": ticket.district,
            "time": ticket.time,
            "details": dict(ticket.details),
        },
        "need": ticket.need,
        "question": ticket.question,
        "contact": {"name": ticket.person.name, "phone": ticket.person.phone} if is_told_who and ticket.person else None,
        "consent": {"version": ticket.consent.version, "given_at": _moment(ticket.consent.given_at)},
        "change": None if is_new or event.kind is EventKind.OPENED else {"kind": event.kind.value, "text": event.text, "by": event.by},
        "links": {
            "desk": f"{around.public_url}/desk/tickets/{ticket.number}" if around.public_url else None,
            "callback": f"{around.public_url}/api/callbacks/{quote(bureau_id)}" if around.public_url else None,
        },
    }
    payload = {"type": type_of(event, is_new), "timestamp": _moment(event.at), "data": ticket_fields}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _track(track: Track, ticket: Ticket) -> dict[str, Any]:
    return {
        "id": track.id,
        "name": track.name,
        "team": track.is_team,
        "due": ticket.due and ticket.due.isoformat(),
        "due_is_office_setting": True,
        "steps": [
            {"name": step.name, "bureau": step.bureau, "due": due and due.isoformat()} for step, due in steps_due(track, ticket.opened_at)
        ],
    }


def _moment(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
