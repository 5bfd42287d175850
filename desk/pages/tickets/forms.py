"""The forms of the ticket's page, one view each."""

from __future__ import annotations

from aiohttp import web

from actions.routing import Role
from actions.tickets.model import Outcome
from desk.pages.tickets.acts import ACCEPT, CLOSE, ENLIST, ERASE, NOTE, REASSIGN, REOPEN, REPLY, TICK
from desk.pages.tickets.posting import LONGEST_REASON, Posted, Unusable, take
from desk.refusals import BadForm
from desk.visit import Visit


async def accept(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/accept: text (may be empty)."""

    def do(posted: Posted) -> None:
        text = posted.words("text", is_needed=False)
        posted.tickets.accept(posted.ticket.number, posted.bureau, text, at_desk=posted.on_record("ticket.accepted"))

    return await take(visit, ACCEPT, "tickets.accepted", do)


async def reply(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/reply: text."""

    def do(posted: Posted) -> None:
        posted.tickets.comment(posted.ticket.number, posted.bureau, posted.words("text"), at_desk=posted.on_record("ticket.answered"))

    return await take(visit, REPLY, "tickets.answered", do)


async def note(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/note: text."""

    def do(posted: Posted) -> None:
        posted.tickets.note(posted.ticket.number, posted.officer, posted.words("text"), posted.on_record("ticket.noted"))

    return await take(visit, NOTE, "tickets.noted", do, "#notes")


async def enlist(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/enlist: bureau, reason."""

    def do(posted: Posted) -> None:
        bureau, reason = posted.words("bureau"), posted.words("reason", LONGEST_REASON)
        if bureau in posted.ticket.route.bureaus(*Role):
            raise Unusable("tickets.takes-part-already")
        posted.tickets.enlist(posted.ticket.number, bureau, posted.bureau, reason, posted.on_record("ticket.enlisted", bureau))

    return await take(visit, ENLIST, "tickets.enlisted", do)


async def reassign(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/reassign: bureau, reason."""

    def do(posted: Posted) -> None:
        bureau, reason = posted.words("bureau"), posted.words("reason", LONGEST_REASON)
        if posted.ticket.route.bureaus(Role.PRINCIPAL) == (bureau,):
            raise Unusable("tickets.principal-already")
        posted.tickets.reassign(posted.ticket.number, bureau, posted.bureau, reason, posted.on_record("ticket.reassigned", bureau))

    return await take(visit, REASSIGN, "tickets.reassigned", do)


async def close(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/close: outcome, text (may be empty)."""

    def do(posted: Posted) -> None:
        try:
            outcome = Outcome(posted.fields.get("outcome", ""))
        except ValueError as error:
            raise Unusable("tickets.no-outcome") from error
        text = posted.words("text", is_needed=False)
        record = posted.on_record("ticket.closed", outcome.value)
        posted.tickets.close(posted.ticket.number, posted.bureau, text, outcome=outcome, at_desk=record)

    return await take(visit, CLOSE, "tickets.closed", do)


async def reopen(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/reopen: reason."""

    def do(posted: Posted) -> None:
        reason = posted.words("reason", LONGEST_REASON)
        posted.tickets.reopen(posted.ticket.number, posted.bureau, reason, posted.on_record("ticket.reopened"))

    return await take(visit, REOPEN, "tickets.reopened", do)


async def erase(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/erase: number, typed again."""

    def do(posted: Posted) -> None:
        if posted.words("number", is_needed=False).upper() != posted.ticket.number:
            raise Unusable("tickets.other-number")
        posted.tickets.erase(posted.ticket.number, posted.bureau, posted.on_record("ticket.erased"))

    return await take(visit, ERASE, "tickets.erased", do)


async def tick(visit: Visit) -> web.Response:
    """POST /desk/tickets/{number}/steps: step, done (1, or empty to take the tick back)."""

    def do(posted: Posted) -> None:
        step, is_done = posted.fields.get("step", ""), posted.fields.get("done") == "1"
        track = posted.office.track_by_id.get(posted.ticket.track)
        if track is None or step not in (known.name for known in track.steps):
            raise BadForm
        record = posted.on_record("ticket.step-done" if is_done else "ticket.step-undone", step)
        posted.tickets.tick(posted.ticket.number, step, posted.officer, is_done, record)

    return await take(visit, TICK, "tickets.ticked", do, "#steps")
