"""An officer, their role, and what each role may do: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

SYSTEM = "system"
"""Stands in the audit log where the program itself acts."""
TERMINAL = "terminal"
"""Stands there for whoever has a terminal of the server."""


class Role(Enum):
    """What an officer is trusted with."""

    OFFICER = "officer"
    """Works on the tickets of their own bureau."""
    SUPERVISOR = "supervisor"
    """Also reassigns them, and sees the bureau's figures."""
    ADMINISTRATOR = "administrator"
    """Everything, of all bureaus."""


class Permission(Enum):
    """What may be done at the desk."""

    SEE_TICKETS = "see-tickets"
    """Names and phones masked."""
    SEE_PERSON = "see-person"
    """Name and phone of an enquirer, unmasked."""
    WORK_ON_TICKETS = "work-on-tickets"
    """Accept, answer, note, add a supporting bureau, close."""
    TAKE_OVER = "take-over"
    """Speak to the enquirer in the bot's place."""
    REASSIGN = "reassign"
    SEE_FIGURES = "see-figures"
    SEE_FAQ = "see-faq"
    """Also what was not answered."""
    EDIT_FAQ = "edit-faq"
    """Write a draft and preview what it changes."""
    PUBLISH_FAQ = "publish-faq"
    MANAGE_OFFICERS = "manage-officers"
    MANAGE_ENDPOINTS = "manage-endpoints"
    SEE_AUDIT_LOG = "see-audit-log"


class _Reach(Enum):
    OWN = "own"
    """Of the officer's own bureau."""
    ALL = "all"
    """Of any bureau, and what belongs to none."""


_OFFICER = {
    Permission.SEE_TICKETS: _Reach.OWN,
    Permission.SEE_PERSON: _Reach.OWN,
    Permission.WORK_ON_TICKETS: _Reach.OWN,
    Permission.TAKE_OVER: _Reach.OWN,
    Permission.SEE_FAQ: _Reach.ALL,
    Permission.EDIT_FAQ: _Reach.ALL,
}
_TABLE: Mapping[Role, Mapping[Permission, _Reach]] = {
    Role.OFFICER: _OFFICER,
    Role.SUPERVISOR: {**_OFFICER, Permission.REASSIGN: _Reach.OWN, Permission.SEE_FIGURES: _Reach.OWN},
    Role.ADMINISTRATOR: dict.fromkeys(Permission, _Reach.ALL),
}


@dataclass(frozen=True, slots=True)
class Officer:
    """One officer."""

    id: int
    login: str
    """Lower-case Latin; never given to another person."""
    name: str
    bureau: str
    """Canonical name, as the plan writes it; an administrator may have none: empty."""
    role: Role
    is_active: bool
    must_change_password: bool
    """The password was given to them by another: until they have changed it they may do nothing else."""
    has_second_factor: bool


def may(officer: Officer, permission: Permission, bureau: str | None) -> bool:
    """Whether an officer may do something with what belongs to a bureau.

    `bureau` is None for what belongs to none, such as the FAQ, or to all, such as figures over all bureaus. For a ticket with
    several bureaus, ask for each: one that allows it is enough.
    """
    if not officer.is_active or officer.must_change_password:
        return False
    reach = _TABLE[officer.role].get(permission)
    return reach is _Reach.ALL or (reach is _Reach.OWN and bool(bureau) and bureau == officer.bureau)
