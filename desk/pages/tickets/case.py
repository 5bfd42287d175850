"""The ticket that an address names, if this officer may see it."""

from __future__ import annotations

import re

from actions.officers.model import Permission
from actions.routing import Role
from actions.tickets.model import NoSuchTicket
from actions.tickets.register import Standing
from desk.refusals import NotFound
from desk.visit import Visit

SEQUENCE_DIGITS = 8
"""No ticket has a hundred million events."""
_NUMBER = re.compile(r"[A-Z0-9-]{1,24}", re.ASCII)


def named(visit: Visit) -> str:
    """The number in the address. Raises NotFound for what no ticket can be called."""
    number = visit.request.match_info["number"]
    if not _NUMBER.fullmatch(number):
        raise NotFound
    return number


async def find(visit: Visit) -> Standing:
    """The ticket of the address with its history.

    Raises NotFound, also for another bureau's ticket: whether a number exists is nobody else's business.
    """
    try:
        standing = await visit.run(visit.desk.registry.tickets.standing, named(visit))
    except NoSuchTicket as error:
        raise NotFound from error
    if not visit.may(Permission.SEE_TICKETS, *standing.ticket.route.bureaus(*Role)):
        raise NotFound
    return standing
