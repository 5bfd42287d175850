"""The assessment sheet as tables: all bureaus over the year, each bureau by month, and satisfaction by month."""

from __future__ import annotations

from collections.abc import Mapping

from actions.figures.assessment import Assessment, BureauYear, Row
from actions.figures.model import Share
from actions.figures.sheets import Cell, Sheet
from desk.pages.figures.shown import Shown, sheet
from desk.pages.figures.ticket_tables import rounded
from desk.visit import Visit

_HEADS = ("received", "answered", "days", "prompt", "closed-of-these", "deadlines", "handed-on")


def year_table(visit: Visit, found: Assessment) -> Shown:
    """One row a bureau; each leads to its months on the page."""
    rows = [(bureau.bureau, *_cells(bureau.year)) for bureau in found.bureaus]
    links = tuple(f"#bureau-{place}" for place, _ in enumerate(rows, 1))
    return Shown(sheet(visit, "assessment-year", ("bureau", *_HEADS), rows), links=links, is_chinese=True)


def month_table(visit: Visit, bureau: BureauYear) -> Shown:
    """One bureau's months, and the year below them."""
    rows = [(visit.t("figures.month", n=month), *_cells(row)) for month, row in bureau.months.items()]
    rows.append((visit.t("figures.whole-year"), *_cells(bureau.year)))
    return Shown(sheet(visit, "assessment", ("month", *_HEADS), rows))


def month_sheet(visit: Visit, found: Assessment) -> Sheet:
    """All bureaus' months in one table, to be taken away."""
    rows = [(bureau.bureau, f"{found.year}-{month:02}", *_cells(row)) for bureau in found.bureaus for month, row in bureau.months.items()]
    return sheet(visit, "assessment", ("bureau", "month", *_HEADS), rows)


def satisfaction_table(visit: Visit, satisfaction: Mapping[int, Share]) -> Shown:
    """Of the assistant's answers: it belongs to no bureau."""
    rows = [(visit.t("figures.month", n=month), share) for month, share in satisfaction.items()]
    heads = ("month", "satisfied")
    return Shown(sheet(visit, "assessment-satisfaction", heads, rows), note=visit.t("figures.note.satisfaction"))


def _cells(row: Row) -> tuple[Cell, ...]:
    return (row.received, row.answered, rounded(row.days_to_answer), row.prompt, row.closed, row.deadlines, row.handed_on)
