"""The pages."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from actions.figures.model import PERIODS
from actions.office.workdays import local_date
from actions.officers.model import Permission
from desk.pages.figures.asked import Wanted, read_wanted, read_year
from desk.pages.figures.districts import HEIGHT, SIZE, WIDTH, elsewhere, tiles
from desk.pages.figures.tables import assessment_sheet, question_sheets, ticket_sheets
from desk.visit import Visit

CLAUSE = "safeguard-4"
"""The plan's clause on assessment: 三（四）."""


async def overview(visit: Visit) -> web.Response:
    """GET /desk/figures."""
    wanted = read_wanted(visit)
    questions = await visit.run(visit.desk.figures.questions, wanted.period)
    tickets = await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)
    sheets = (*question_sheets(visit, questions), *ticket_sheets(visit, tickets))
    values: dict[str, Any] = {"questions": questions, "tickets": tickets, "sheets": {sheet.name: sheet for sheet in sheets}}
    return visit.render("figures/overview.html", **values, **_chooser(visit, wanted))


async def district_map(visit: Visit) -> web.Response:
    """GET /desk/figures/map: where companies want to go."""
    wanted = read_wanted(visit)
    numbers = (await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)).by_district
    drawn: dict[str, Any] = {"tiles": tiles(numbers), "elsewhere": elsewhere(numbers), "size": SIZE, "tile": (WIDTH, HEIGHT)}
    return visit.render("figures/map.html", **drawn, **_chooser(visit, wanted))


async def assessment(visit: Visit) -> web.Response:
    """GET /desk/figures/assessment: per bureau and month of a year, to be printed."""
    year = read_year(visit)
    bureau = "" if visit.may(Permission.SEE_FIGURES) else visit.officer.bureau
    rows = await visit.run(visit.desk.figures.assessment, year, bureau)
    clause = visit.desk.registry.plan.by_id[CLAUSE]
    this = local_date(datetime.now(timezone.utc)).year
    values: dict[str, Any] = {"sheet": assessment_sheet(visit, rows), "year": year, "years": range(this, this - 5, -1), "clause": clause}
    return visit.render("figures/assessment.html", **values)


def _chooser(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    sees_all = visit.may(Permission.SEE_FIGURES)
    bureaus = [bureau.name for bureau in visit.desk.registry.office.current.directory.bureaus] if sees_all else []
    return {"wanted": wanted, "periods": PERIODS, "bureaus": bureaus, "query": urlencode(wanted.query)}
