"""One ticket: its page, the same on paper, its service sheet, and the person behind it."""

from __future__ import annotations

from aiohttp import web

from actions.office.sheet import render_sheet
from actions.officers.model import Permission
from actions.routing import ANSWERING
from actions.tickets.service_sheet import service_sheet
from desk.pages.tickets.case import find
from desk.pages.tickets.person import unmasked
from desk.pages.tickets.show import show
from desk.refusals import NotFound
from desk.visit import Visit

_SHEET_STYLE = "/sheets/sheet.css"
"""Where the service serves it for enquirers."""


async def ticket(visit: Visit) -> web.Response:
    """GET /desk/tickets/{number}."""
    return await show(visit, await find(visit))


async def printed(visit: Visit) -> web.Response:
    """GET /desk/tickets/{number}/print: a summary without navigation, masked and without internal notes, as paper gets about."""
    return await show(visit, await find(visit), template="tickets/print.html")


async def sheet(visit: Visit) -> web.Response:
    """GET /desk/tickets/{number}/sheet: the service sheet. Raises NotFound where the ticket has none."""
    standing = await find(visit)
    written = service_sheet(standing.ticket, visit.desk.registry.office.current, visit.desk.registry.plan)
    if written is None:
        raise NotFound
    return web.Response(text=render_sheet(written, _SHEET_STYLE), content_type="text/html")


async def person(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/person: name and phone, together with a row in the audit log that says who saw them."""
    standing = await find(visit)
    number, bureaus = standing.ticket.number, standing.ticket.route.bureaus(*ANSWERING)
    visit.require(Permission.SEE_PERSON, *bureaus)
    own = visit.officer.bureau if visit.officer.bureau in bureaus else bureaus[0]
    found = await visit.run(visit.desk.sight.person, number, visit.on_record("person.seen", number, own))
    shown = unmasked(found) if found else None
    if "HX-Request" in visit.request.headers:
        return visit.render("tickets/_person.html", ticket=standing.ticket, person=shown, may_see_person=True)
    return await show(visit, standing, person=shown)
