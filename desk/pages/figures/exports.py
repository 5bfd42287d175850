"""Tables to take away. Each export is in the audit log."""

from __future__ import annotations

from aiohttp import web

from actions.figures.sheets import Sheet, as_csv, as_xlsx
from actions.officers.model import Permission
from desk.pages.figures.asked import read_wanted, read_year
from desk.pages.figures.tables import assessment_sheet, question_sheets, ticket_sheets
from desk.refusals import NotFound
from desk.visit import Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def one(visit: Visit) -> web.Response:
    """GET /desk/figures/export/{name}.csv."""
    name = visit.request.match_info["name"]
    sheet = next((sheet for sheet in await _sheets(visit) if sheet.name == name), None)
    if sheet is None:
        raise NotFound
    return await _download(visit, as_csv(sheet), "text/csv", f"{name}.csv")


async def everything(visit: Visit) -> web.Response:
    """GET /desk/figures/export.xlsx."""
    return await _download(visit, await visit.run(as_xlsx, await _sheets(visit)), XLSX, "figures.xlsx")


async def _sheets(visit: Visit) -> tuple[Sheet, ...]:
    wanted = read_wanted(visit)
    bureau = "" if visit.may(Permission.SEE_FIGURES) else visit.officer.bureau
    questions = await visit.run(visit.desk.figures.questions, wanted.period)
    tickets = await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)
    rows = await visit.run(visit.desk.figures.assessment, read_year(visit), bureau)
    return (*question_sheets(visit, questions), *ticket_sheets(visit, tickets), assessment_sheet(visit, rows))


async def _download(visit: Visit, body: bytes, kind: str, name: str) -> web.Response:
    await visit.run(visit.desk.officers.audit.note, visit.officer.login, "figures.exported", name, visit.officer.bureau)
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
