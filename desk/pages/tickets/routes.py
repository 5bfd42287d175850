"""The addresses."""

from __future__ import annotations

from actions.officers.model import Permission
from desk.pages.tickets import forms, listing, live, ticket
from desk.pages.tickets.acts import ACCEPT, CLOSE, ENLIST, ERASE, NOTE, REASSIGN, REOPEN, REPLY, TICK, Act
from desk.route import Route, View


def _form(act: Act, view: View) -> Route:
    return Route("POST", f"/tickets/{{number}}/{act.name}", view, act.permission)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/tickets", listing.listing, Permission.SEE_TICKETS),
    Route("GET", "/tickets/live", listing.live, Permission.SEE_TICKETS),
    Route("GET", "/tickets/{number}", ticket.ticket, Permission.SEE_TICKETS),
    Route("GET", "/tickets/{number}/live", live.live, Permission.SEE_TICKETS),
    Route("GET", "/tickets/{number}/beside", live.beside, Permission.SEE_TICKETS),
    Route("GET", "/tickets/{number}/print", ticket.printed, Permission.SEE_TICKETS),
    Route("GET", "/tickets/{number}/sheet", ticket.sheet, Permission.SEE_TICKETS),
    Route("POST", "/tickets/{number}/person", ticket.person, Permission.SEE_PERSON),
    _form(ACCEPT, forms.accept),
    _form(REPLY, forms.reply),
    _form(NOTE, forms.note),
    _form(ENLIST, forms.enlist),
    _form(TICK, forms.tick),
    _form(CLOSE, forms.close),
    _form(REOPEN, forms.reopen),
    _form(REASSIGN, forms.reassign),
    _form(ERASE, forms.erase),
)
