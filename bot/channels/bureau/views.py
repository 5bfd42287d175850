"""The bureau channel's handler: verify, parse, note it on the ticket."""

from __future__ import annotations

from aiohttp import web

from actions.tickets.database import DatabaseUnavailable
from actions.tickets.model import NoSuchTicket, Ticket, TransitionRefused
from bot.channels.bureau.schema import Callback, CallbackType, read_callback, verify
from bot.http.errors import Conflict, NotAvailable, TicketNotFound
from bot.http.middlewares import REQUEST_ID
from bot.keys import LOGGER, TICKETS
from bot.tickets import TicketDesk


async def callback(request: web.Request) -> web.Response:
    """POST /api/callbacks/{bureau}: a bureau accepts a ticket, writes to the enquirer, or closes it."""
    desk = request.app[TICKETS]
    body = await request.read()
    bureau = desk.registry.office.current.directory.by_id.get(request.match_info["bureau"])
    callback_id = verify(body, request.headers, bureau)
    told = read_callback(callback_id, body)
    assert bureau  # else nothing would have been verified
    try:
        ticket = await _note(desk, bureau.name, told)
    except NoSuchTicket as error:
        raise TicketNotFound from error
    except TransitionRefused as error:
        raise Conflict("transition_refused", f"工单现在是 {error.state.value}，不能这样办理。") from error
    except DatabaseUnavailable as error:
        request.app[LOGGER].error("callback_not_kept", request_id=request[REQUEST_ID], reason=str(error))
        raise NotAvailable("tickets_unavailable", "暂时不能记录，请稍后重试。") from error
    return web.json_response({"ticket": ticket.number, "state": ticket.state.value})


async def _note(desk: TicketDesk, bureau: str, told: Callback) -> Ticket:
    tickets = desk.registry.tickets
    if told.type is CallbackType.ACCEPTED:
        return await desk.changing(tickets.accept, told.ticket, bureau, told.comment, told.id)
    note = tickets.comment if told.type is CallbackType.COMMENTED else tickets.close
    return await desk.changing(note, told.ticket, bureau, told.comment, told.id)
