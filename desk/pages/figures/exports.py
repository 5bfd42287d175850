"""Tables to take away. Each export is in the audit log."""

from __future__ import annotations

from aiohttp import web

from actions.figures.sheets import Cell, Sheet, as_csv, as_xlsx
from actions.tickets.history import utc_now
from desk.pages.figures.asked import Wanted, read_wanted
from desk.pages.figures.assessment_tables import month_sheet, satisfaction_table, year_table
from desk.pages.figures.cards import card_sheet, question_cards, ticket_cards
from desk.pages.figures.question_tables import question_tables
from desk.pages.figures.shown import sheet
from desk.pages.figures.ticket_tables import ticket_tables
from desk.pages.figures.views import read_assessment
from desk.refusals import NotFound
from desk.render import moment
from desk.visit import Visit

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BY_YEAR = "assessment"
"""Sheets whose name begins so are of a year, the others of a period."""


async def one(visit: Visit) -> web.Response:
    """GET /desk/figures/export/{name}.csv."""
    wanted = read_wanted(visit)
    name = visit.request.match_info["name"]
    sheets = await (_of_year(visit, wanted) if name.startswith(_BY_YEAR) else _of_period(visit, wanted))
    found = next((sheet for sheet in sheets if sheet.name == name), None)
    if found is None:
        raise NotFound
    return await _download(visit, wanted, as_csv(found), "text/csv", f"{name}-{_days(name, wanted)}.csv")


async def everything(visit: Visit) -> web.Response:
    """GET /desk/figures/export.xlsx."""
    wanted = read_wanted(visit)
    sheets = (_about(visit, wanted), *await _of_period(visit, wanted), *await _of_year(visit, wanted))
    return await _download(visit, wanted, await visit.run(as_xlsx, sheets), XLSX, f"figures-{_days('', wanted)}.xlsx")


async def _of_period(visit: Visit, wanted: Wanted) -> tuple[Sheet, ...]:
    questions = await visit.run(visit.desk.figures.questions, wanted.period)
    tickets = await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)
    cards = (*question_cards(visit, questions), *ticket_cards(visit, tickets))
    tables = (*question_tables(visit, questions), *ticket_tables(visit, tickets, wanted))
    return (card_sheet(visit, cards), *(table.sheet for table in tables))


async def _of_year(visit: Visit, wanted: Wanted) -> tuple[Sheet, ...]:
    found = await read_assessment(visit, wanted)
    return (year_table(visit, found).sheet, month_sheet(visit, found), satisfaction_table(visit, found.satisfaction).sheet)


def _about(visit: Visit, wanted: Wanted) -> Sheet:
    """What the sheets are about, so that a file that is passed on speaks for itself."""
    rows: list[tuple[Cell, ...]] = [
        (visit.t("figures.from"), wanted.period.first),
        (visit.t("figures.to"), wanted.period.last),
        (visit.t("figures.bureau"), wanted.bureau or visit.t("figures.all-bureaus")),
        (visit.t("figures.year"), wanted.year),
        (visit.t("figures.counted-at"), moment(utc_now())),
        *((visit.t("figures.note"), visit.t(f"figures.note.{name}")) for name in ("basis", "times", "deadlines", "assessment")),
    ]
    return sheet(visit, "about", ("item", "value"), rows)


def _days(name: str, wanted: Wanted) -> str:
    return str(wanted.year) if name.startswith(_BY_YEAR) else f"{wanted.period.first.isoformat()}-{wanted.period.last.isoformat()}"


async def _download(visit: Visit, wanted: Wanted, body: bytes, kind: str, file: str) -> web.Response:
    await visit.run(visit.desk.officers.audit.note, visit.officer.login, "figures.exported", file, wanted.bureau)
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{file}"'})
