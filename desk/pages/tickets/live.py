"""What others do to a ticket while an officer has it open: told beside what they are typing, which stays."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from actions.tickets.database import DatabaseUnavailable
from desk.live import stream
from desk.numbers import whole_number
from desk.pages.tickets.case import SEQUENCE_DIGITS, find
from desk.visit import Visit

_SEEN_EVERY_SECONDS = 10.0


async def live(visit: Visit) -> web.StreamResponse:
    """GET /desk/tickets/{number}/live: tells the page when something happens to the ticket, or somebody comes or goes.

    An open stream is what tells the others that this officer looks at the ticket.
    """
    number = (await find(visit)).ticket.number
    desk, officer, loop = visit.desk, visit.officer, asyncio.get_running_loop()
    seen_at = -_SEEN_EVERY_SECONDS

    def glance(is_due: bool) -> str:
        if is_due:
            desk.presences.look(number, officer.login, officer.name, officer.bureau)
        others = desk.presences.others(number, officer.login)
        return " ".join([str(desk.sight.sequence(number)), *(other.login for other in others)])

    async def look() -> str:
        nonlocal seen_at
        is_due = loop.time() - seen_at >= _SEEN_EVERY_SECONDS
        if is_due:
            seen_at = loop.time()
        return await visit.run(glance, is_due)

    try:
        return await stream(visit, look)
    finally:
        with suppress(DatabaseUnavailable):  # it lapses by itself
            await visit.run(desk.presences.leave, number, officer.login)


async def beside(visit: Visit) -> web.Response:
    """GET /desk/tickets/{number}/beside?sequence=…: who else looks at it, and what has happened since the page was made."""
    standing = await find(visit)
    number, since = standing.ticket.number, whole_number(visit.request.query.get("sequence", ""), SEQUENCE_DIGITS)
    others = await visit.run(visit.desk.presences.others, number, visit.officer.login)
    after = standing.ticket.sequence if since is None else since
    happened = [event for event in standing.events if event.sequence > after]
    return visit.render("tickets/_beside.html", ticket=standing.ticket, others=others, happened=happened)
