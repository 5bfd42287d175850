"""A route: the bureaus of a ticket, each with its role and the reason why it was chosen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """A bureau's part in a ticket."""

    PRINCIPAL = "principal"
    """Answers the enquirer; gets name and phone."""
    DISTRICT = "district"
    """Government or committee of the district where the company wants to be; gets name and phone."""
    SUPPORTING = "supporting"
    """Knows of the ticket, without name and phone."""


ANSWERING = (Role.PRINCIPAL, Role.DISTRICT)
"""Those who deal with the enquirer: they get name and phone, take the ticket and end it. Supporting bureaus help, and do neither."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One bureau of a route."""

    bureau: str
    """Canonical name."""
    role: Role
    reason: str
    """For officers: 方案二（三）9“加强用地用林保障”，市自然资源局牵头."""
    clause: str = ""
    """The clause that the reason rests on; empty where it rests on the office's own list."""


@dataclass(frozen=True, slots=True)
class Route:
    """All bureaus of a ticket, principal ones first; never empty."""

    assignments: tuple[Assignment, ...]

    def bureaus(self, *roles: Role) -> tuple[str, ...]:
        """Names of the bureaus with these roles, in order."""
        return tuple(a.bureau for a in self.assignments if a.role in roles)
