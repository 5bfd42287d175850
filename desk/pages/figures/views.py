"""The pages."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from actions.figures.assessment import Assessment
from actions.figures.period import PERIODS
from actions.office.workdays import local_date
from actions.officers.model import Permission
from actions.tickets.history import utc_now
from desk.pages.figures.asked import FIRST_YEAR, Wanted, read_wanted
from desk.pages.figures.assessment_tables import month_table, satisfaction_table, year_table
from desk.pages.figures.cards import question_cards, ticket_cards
from desk.pages.figures.daily import daily_chart, step
from desk.pages.figures.districts import tile_map
from desk.pages.figures.question_tables import question_tables, series
from desk.pages.figures.ticket_tables import district_table, ticket_tables
from desk.visit import Visit

CLAUSE = "safeguard-4"
"""The plan's clause on assessment: 三（四）."""


async def overview(visit: Visit) -> web.Response:
    """GET /desk/figures."""
    wanted = read_wanted(visit)
    questions = await visit.run(visit.desk.figures.questions, wanted.period)
    tickets = await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)
    return visit.render(
        "figures/overview.html",
        **_around(visit, wanted),
        questions=questions,
        question_cards=question_cards(visit, questions),
        question_tables={table.sheet.name: table for table in question_tables(visit, questions)},
        chart=daily_chart(visit, wanted.period, questions.by_day) if questions.total.total else None,
        series=series(visit),
        step=step(wanted.period),
        tickets=tickets,
        ticket_cards=ticket_cards(visit, tickets),
        ticket_tables={table.sheet.name: table for table in ticket_tables(visit, tickets, wanted)},
    )


async def district_map(visit: Visit) -> web.Response:
    """GET /desk/figures/map: where companies want to go."""
    wanted = read_wanted(visit)
    tickets = await visit.run(visit.desk.figures.tickets, wanted.period, wanted.bureau)
    drawn = tile_map(dict(tickets.by_district))
    links = {tile.name: wanted.tickets(district=tile.name) for tile in drawn.tiles if tile.number}
    table = district_table(visit, tickets, wanted)
    return visit.render("figures/map.html", **_around(visit, wanted), map=drawn, links=links, table=table, opened=tickets.opened)


async def assessment(visit: Visit) -> web.Response:
    """GET /desk/figures/assessment: per bureau and month of a year, to be printed."""
    wanted = read_wanted(visit)
    found = await read_assessment(visit, wanted)
    this_year = local_date(utc_now()).year
    return visit.render(
        "figures/assessment.html",
        **_around(visit, wanted),
        found=found,
        years=range(this_year, FIRST_YEAR - 1, -1),
        year_table=year_table(visit, found),
        month_tables=[(bureau.bureau, month_table(visit, bureau)) for bureau in found.bureaus],
        satisfaction=satisfaction_table(visit, found.satisfaction),
        clause=visit.desk.registry.plan.by_id[CLAUSE],
        plan=visit.desk.registry.plan,
    )


async def read_assessment(visit: Visit, wanted: Wanted) -> Assessment:
    """The sheet that is asked for."""
    return await visit.run(visit.desk.figures.assessment, wanted.year, wanted.bureau, visit.bureau_names)


def _around(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    bureaus = visit.bureau_names if visit.may(Permission.SEE_FIGURES) else []
    return {"wanted": wanted, "periods": PERIODS, "bureaus": bureaus, "counted_at": utc_now()}
