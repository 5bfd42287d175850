"""The answers."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from actions.office.workdays import SHANGHAI
from actions.officers.records import Form
from actions.tickets.personal import PersonalKeyError
from desk.numbers import whole_number
from desk.pages.audit.wanted import Asked, named_actions, read_asked, read_mark
from desk.refusals import BadForm
from desk.visit import Visit

PAGE = 100
_TYPES: dict[Form, str] = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


async def listing(visit: Visit) -> web.Response:
    """GET /desk/audit: newest first."""
    return await _listing(visit, read_asked(visit.request.query))


async def verify(visit: Visit) -> web.Response:
    """POST /desk/audit/verify: whether the log is as it was written; that it was verified is on record itself."""
    noted = read_mark((await visit.form()).get("noted", "").strip())
    audit = visit.desk.officers.audit
    try:
        broken = await visit.run(audit.verify, noted)
        await visit.run(audit.note, visit.officer.login, "log.verified", detail=str(broken or ""))
        head = await visit.run(audit.head)
    except PersonalKeyError:
        return await _listing(visit, read_asked({}), verified={"broken": visit.t("audit.no-key"), "head": None})
    return await _listing(visit, read_asked({}), verified={"broken": broken, "head": head})


async def export(visit: Visit) -> web.StreamResponse:
    """POST /desk/audit/export: what the filter finds, oldest first; that it was exported is on record itself."""
    form = await visit.form()
    asked = read_asked(form)
    wanted, kind = asked.wanted, _form(form.get("form", ""))
    audit = visit.desk.officers.audit
    await visit.run(audit.note, visit.officer.login, "log.exported", detail=f"{kind} {asked.query}".strip())
    name = f"audit-log-{datetime.now(SHANGHAI):%Y%m%d-%H%M}.{kind}"
    # What is sent in pieces passes nobody who would add these.
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    response = web.StreamResponse(headers=headers)
    response.content_type, response.charset = _TYPES[kind], "utf-8"
    pieces = audit.export(wanted, kind)
    piece = await visit.run(lambda: next(pieces, ""))  # before anything is sent: a database out of reach still gets its page
    await response.prepare(visit.request)
    while piece:
        await response.write(piece.encode())
        piece = await visit.run(lambda: next(pieces, ""))
    await response.write_eof()
    return response


async def _listing(visit: Visit, asked: Asked, verified: dict[str, object] | None = None) -> web.Response:
    place = whole_number(visit.request.query.get("before", ""))
    rows = await visit.run(visit.desk.officers.audit.page, asked.wanted, place, PAGE + 1)
    older = rows[PAGE - 1].sequence if len(rows) > PAGE else None
    named = named_actions(visit.desk.renderer.texts)
    return visit.render("audit/list.html", rows=rows[:PAGE], older=older, asked=asked, named=named, verified=verified)


def _form(written: str) -> Form:
    """Raises BadForm."""
    for form in _TYPES:
        if form == written:
            return form
    raise BadForm
