"""A lead: what an enquirer wants from a bureau, and how they can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """The enquirer agreed that name and phone are kept and passed on."""

    version: str
    """Of the text they agreed to, see `actions/consent.yml`."""
    given_at: datetime
    """In UTC."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be called back: personal information, encrypted wherever it is kept."""

    name: str
    phone: str
    """E.164, such as +8613800138000."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Complete and checked; see `actions.lead.fields` for what each field may be."""

    consent: Consent
    person: Person
    company: str
    industry: str
    need: str
    """What is wanted, in the enquirer's words."""
    investment_yuan: int | None = None
    land_square_metres: int | None = None
    district: str = ""
    """As the plan writes it: 廉江市; empty where none was named."""
    time: str = ""
    """When they want to move, in their words."""
    clause: str = ""
    """Clause of the plan that the conversation was about, such as task-09; empty where there was none."""
    bureau: str = ""
    """The bureau that they asked for, or that the assistant named to them; empty where there was none."""
    question: str = ""
    """The question that led here, as it was asked."""
    track: str = ""
    """Id of a green-channel track; empty for an ordinary lead."""
    details: Mapping[str, str] = field(default_factory=dict)
    """The track's own fields, by their ids."""
    channel: str = "web"
    conversation: str = ""
    """One-way mark of the conversation it came from; empty for POST /api/leads."""
    idempotency_key: str = ""
    """What tells a repeated submission of the same lead from another one."""
