"""The portal channel's handlers: parse, take the lead, render."""

from __future__ import annotations

import hmac
import json
from pathlib import Path

from aiohttp import web

import actions.office.sheet
from actions.office.consent import worded
from actions.office.sheet import render_sheet
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.model import NoSuchTicket
from actions.tickets.register import SubmissionConflict, utc_now
from actions.tickets.service_sheet import service_sheet
from bot.channels.portal.schema import read_lead_request, write_consent, write_lead_reply
from bot.http.errors import Conflict, NotAvailable
from bot.http.middlewares import REQUEST_ID
from bot.keys import LOGGER, TICKETS

# Two steps up from a sheet: it is found behind a proxy that serves the site under a path of its own, too.
_STYLE_FROM_SHEET = "../sheet.css"
_STYLE = Path(actions.office.sheet.__file__).with_name("sheet.css")


async def take_lead(request: web.Request) -> web.Response:
    """POST /api/leads: a lead in one request. A repeated Idempotency-Key gets what the first got, status and all."""
    desk = request.app[TICKETS]
    key = request.headers.get("Idempotency-Key")
    lead = read_lead_request(await request.read(), key, desk.registry, utc_now())
    try:
        opened = await desk.take(lead)
    except SubmissionConflict as error:
        raise Conflict("idempotency_conflict", "这个 Idempotency-Key 已用于另一份内容。") from error
    except DatabaseUnavailable as error:
        request.app[LOGGER].error("lead_not_taken", request_id=request[REQUEST_ID], reason=str(error))
        raise NotAvailable("leads_unavailable", "暂时不能登记，这次没有保存任何信息，请稍后再试。") from error
    track = desk.registry.office.current.track_by_id.get(opened.ticket.track)
    sheet = desk.settings.public_url + desk.sheet_path(opened.ticket.number) if track and track.has_sheet else None
    return _json(write_lead_reply(opened, sheet), 201)


async def consent(request: web.Request) -> web.Response:
    """GET /api/consent: what an enquirer must have agreed to before POST /api/leads."""
    desk = request.app[TICKETS]
    told = desk.registry.office.current.consent
    return _json(write_consent(told, worded(told, desk.settings.retention_days)), 200)


async def sheet(request: web.Request) -> web.Response:
    """GET /sheets/{number}/{mark}: the printable service sheet of a ticket."""
    desk = request.app[TICKETS]
    number = request.match_info["number"]
    if not hmac.compare_digest(desk.sheet_path(number).encode(), request.path.encode()):
        raise web.HTTPNotFound
    try:
        standing = await desk.in_thread(desk.registry.tickets.standing, number)
    except NoSuchTicket as error:
        raise web.HTTPNotFound from error
    except DatabaseUnavailable as error:
        raise NotAvailable("sheet_unavailable", "暂时不能打开，请稍后再试。") from error
    written = service_sheet(standing.ticket, desk.registry.office.current, desk.registry.plan)
    if written is None:
        raise web.HTTPNotFound
    return web.Response(text=render_sheet(written, _STYLE_FROM_SHEET), content_type="text/html", headers={"Cache-Control": "no-store"})


async def sheet_style(request: web.Request) -> web.FileResponse:
    """GET /sheets/sheet.css."""
    return web.FileResponse(_STYLE)


def _json(value: object, status: int) -> web.Response:
    return web.json_response(text=json.dumps(value, ensure_ascii=False), status=status)
