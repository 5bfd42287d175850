"""A page's address and who may use it: every address of the desk is one line in a table, and a test goes through them for each role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from aiohttp import web

from actions.officers.model import Permission


class Access(Enum):
    """Who may use an address, where it takes no particular permission."""

    PUBLIC = "public"
    """Anybody: signing in."""
    SIGNED_IN = "signed-in"
    """Whoever is signed in, also while their password must be changed."""


PUBLIC = Access.PUBLIC
SIGNED_IN = Access.SIGNED_IN

View = Callable[[Any], Awaitable[web.StreamResponse]]
"""Takes a Visit; a Guest where the address is public."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address."""

    method: str
    path: str
    """Below /desk, such as /tickets/{number}."""
    view: View
    access: Permission | Access
    """With a Permission, roles that lack it altogether are refused; the view itself asks for the bureau at hand."""
