"""The person behind a ticket: masked, until an officer asks for name and phone, which is put on record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from actions.lead.model import Person
from actions.office.sheet import masked_name
from actions.officers.model import Permission
from actions.routing import ANSWERING
from actions.tickets.model import Ticket
from actions.tickets.personal import masked_phone
from desk.visit import Visit

_MAINLAND = re.compile(r"(?:\+86)?(1\d{10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """Name and phone as the page shows them."""

    name: str
    phone: str
    is_masked: bool


def masked(person: Person) -> ShownPerson:
    """张** and 138****1234; of other phones the last four digits."""
    found = _MAINLAND.fullmatch(person.phone)
    phone = f"{found[1][:3]}****{found[1][-4:]}" if found else masked_phone(person.phone)
    return ShownPerson(masked_name(person.name), phone, True)


def unmasked(person: Person) -> ShownPerson:
    """In full; a mainland phone without its country code."""
    return ShownPerson(person.name, person.phone.removeprefix("+86"), False)


def without_name(text: str, person: Person | None) -> str:
    """Words of a conversation as bureaus may read them that are not given the name; numbers were masked when they were kept."""
    name = person.name.strip() if person else ""
    return text.replace(name, masked_name(name)) if len(name) > 1 else text  # a lone surname is part of too many words


def may_see(visit: Visit, ticket: Ticket) -> bool:
    """Whether the officer may see name and phone: supporting bureaus are not given them."""
    return visit.may(Permission.SEE_PERSON, *ticket.route.bureaus(*ANSWERING))
