"""The answers."""

from __future__ import annotations

import io
import re

from aiohttp import web

from actions.officers.chain import Mark
from desk.refusals import BadForm
from desk.visit import Visit

PAGE = 100
_LONGEST = 64


async def listing(visit: Visit) -> web.Response:
    """GET /desk/audit: newest first."""
    return await _listing(visit)


async def verify(visit: Visit) -> web.Response:
    """POST /desk/audit/verify: whether the log is as it was written."""
    typed = (await visit.form()).get("noted", "").strip()
    noted = _mark(typed) if typed else None
    audit = visit.desk.officers.audit
    head = await visit.run(audit.head)
    broken = await visit.run(audit.verify, noted)
    return await _listing(visit, verified={"broken": broken, "head": head})


async def export(visit: Visit) -> web.Response:
    """POST /desk/audit/export: all of it as JSON lines; the export is in the log too."""
    audit = visit.desk.officers.audit
    await visit.run(audit.note, visit.officer.login, "log.exported")
    out = io.StringIO()
    await visit.run(audit.export, out)
    headers = {"Content-Disposition": 'attachment; filename="audit-log.jsonl"'}
    return web.Response(text=out.getvalue(), content_type="application/x-ndjson", headers=headers)


async def _listing(visit: Visit, verified: dict[str, object] | None = None) -> web.Response:
    query = visit.request.query
    officer, subject = query.get("officer", "")[:_LONGEST], query.get("subject", "")[:_LONGEST]
    before = query.get("before", "")
    place = int(before) if re.fullmatch("[0-9]{1,18}", before, re.ASCII) else None
    rows = await visit.run(visit.desk.officers.audit.page, officer.strip(), subject.strip(), place, PAGE + 1)
    older = rows[PAGE - 1].sequence if len(rows) > PAGE else None
    return visit.render("audit/list.html", rows=rows[:PAGE], older=older, asked={"officer": officer, "subject": subject}, verified=verified)


def _mark(text: str) -> Mark:
    """Raises BadForm."""
    number, _, code = text.partition(":")
    if not re.fullmatch(r"[0-9]{1,18}", number, re.ASCII) or not re.fullmatch(r"[0-9a-f]{64}", code):
        raise BadForm
    return Mark(int(number), code)
