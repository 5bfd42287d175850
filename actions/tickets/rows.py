"""Tickets as rows of the tables, and rows as tickets."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from actions.lead.model import Consent, Lead, Person
from actions.questions.masking import masked
from actions.routing import Assignment, Role, Route
from actions.tickets.database import to_json
from actions.tickets.model import EventKind, Outcome, Reply, State, Ticket, TicketEvent
from actions.tickets.personal import PersonalKey

# They part what is masked, and masking would turn them into narrow ones.
_CHINESE_PUNCTUATION = re.compile("([，；？！（）])")


def ticket_row(lead: Lead, route: Route, number: str, due: date | None, now: datetime, key: PersonalKey) -> dict[str, Any]:
    """A new ticket. Free words are masked: a phone in them would be kept unencrypted."""
    return {
        "number": number,
        "state": State.NEW.value,
        "sequence": 0,
        "route": write_route(route),
        "company": lead.company,
        "industry": lead.industry,
        "need": kept(lead.need),
        "question": kept(lead.question),
        "investment_yuan": lead.investment_yuan,
        "land_square_metres": lead.land_square_metres,
        "district": lead.district,
        "time": lead.time,
        "clause": lead.clause,
        "track": lead.track,
        "details": write_details(lead.details),
        "channel": lead.channel,
        "conversation": lead.conversation,
        "consent_version": lead.consent.version,
        "consent_given_at": lead.consent.given_at,
        "person": key.encrypt_person(lead.person),
        "due": due,
        "opened_at": now,
        "updated_at": now,
    }


def kept(text: str) -> str:
    """An enquirer's free words as they are kept: masked."""
    return "".join(part if i % 2 else masked(part) for i, part in enumerate(_CHINESE_PUNCTUATION.split(text)))


def storable(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL refuses."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def storable_lead(lead: Lead) -> Lead:
    """A lead all of whose texts can be kept."""
    texts: dict[str, Any] = {field.name: storable(value) for field in fields(lead) if isinstance(value := getattr(lead, field.name), str)}
    person = Person(storable(lead.person.name), storable(lead.person.phone))
    return replace(lead, **texts, person=person, details={storable(name): storable(value) for name, value in lead.details.items()})


def write_details(details: Mapping[str, str]) -> str:
    """The answers to a track's own questions as JSON."""
    return to_json({name: kept(value) for name, value in details.items()})


def read_ticket(row: Any, key: PersonalKey) -> Ticket:
    """A row of TICKETS as mapping. Raises PersonalKeyError where the key is not the one it was written with."""
    return Ticket(
        id=row["id"],
        number=row["number"],
        state=State(row["state"]),
        sequence=row["sequence"],
        route=read_route(row["route"]),
        company=row["company"],
        industry=row["industry"],
        need=row["need"],
        question=row["question"],
        investment_yuan=row["investment_yuan"],
        land_square_metres=row["land_square_metres"],
        district=row["district"],
        time=row["time"],
        clause=row["clause"],
        track=row["track"],
        details=json.loads(row["details"]),
        channel=row["channel"],
        conversation=row["conversation"],
        consent=Consent(row["consent_version"], row["consent_given_at"]),
        person=None if row["person"] is None else key.decrypt_person(bytes(row["person"])),
        due=row["due"],
        opened_at=row["opened_at"],
        updated_at=row["updated_at"],
        closed_at=row["closed_at"],
        erased_at=row["erased_at"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
    )


_ERASED = {"person": None, "join_key": None, "company": "", "need": "", "question": "", "time": "", "details": "{}", "conversation": ""}


def erased_columns(ticket: Ticket) -> dict[str, Any]:
    """What erasure leaves of a ticket's own words: nothing. Amounts, place, industry, clause, bureaus and dates stay for the statistics.

    Reasons that rest on no clause rest on the enquirer's words, or are an officer's.
    """
    assignments = (a if a.clause else replace(a, reason="") for a in ticket.route.assignments)
    return {**_ERASED, "route": write_route(Route(tuple(assignments)))}


def read_event(row: Any) -> TicketEvent:
    """A row of TICKET_EVENTS as mapping."""
    return TicketEvent(row["id"], row["sequence"], EventKind(row["kind"]), row["at"], row["by"], row["text"], State(row["state"]))


def read_reply(row: Any) -> Reply:
    """A row of REPLIES as mapping."""
    return Reply(row["at"], row["bureau"], row["text"])


def write_route(route: Route) -> str:
    """A route as JSON."""
    return to_json([{"bureau": a.bureau, "role": a.role.value, "reason": a.reason, "clause": a.clause} for a in route.assignments])


def bureau_rows(ticket_id: int, route: Route) -> list[dict[str, Any]]:
    """A route as rows of TICKET_BUREAUS: a bureau that is named twice has its first role."""
    roles = {a.bureau: a.role for a in reversed(route.assignments)}
    return [{"ticket_id": ticket_id, "bureau": bureau, "role": role.value} for bureau, role in roles.items()]


def read_route(text: str) -> Route:
    """What `write_route` wrote."""
    return Route(tuple(Assignment(a["bureau"], Role(a["role"]), a["reason"], a["clause"]) for a in json.loads(text)))
