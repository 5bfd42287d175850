"""The answers."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from actions.officers.model import Permission
from desk.refusals import BadForm
from desk.texts import LANGUAGES
from desk.visit import LANGUAGE_COOKIE, MOUNTED, Guest, Visit

_YEAR_SECONDS = 365 * 24 * 3600


async def begin(visit: Visit) -> web.Response:
    """GET /desk: on to the first page that the officer has."""
    sees_tickets = visit.may(Permission.SEE_TICKETS, visit.officer.bureau)
    return visit.redirect("/tickets" if sees_tickets else "/account")


async def choose_language(guest: Guest) -> web.Response:
    """POST /desk/language: kept in this browser; back to the page that was open."""
    chosen = (await guest.form()).get("language", "")
    if chosen not in LANGUAGES:
        raise BadForm
    before = urlsplit(guest.request.headers.get("Referer", "")).path
    here = before.removeprefix(MOUNTED) if before == MOUNTED or before.startswith(MOUNTED + "/") else ""
    response = guest.redirect(here or "/tickets")
    response.set_cookie(LANGUAGE_COOKIE, chosen, path=MOUNTED, max_age=_YEAR_SECONDS, httponly=True, samesite="Strict")
    return response
