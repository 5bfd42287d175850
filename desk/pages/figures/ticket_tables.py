"""Tickets as tables."""

from __future__ import annotations

from collections.abc import Sequence

from actions.figures.model import Share, TicketFigures, Waits
from actions.figures.sheets import Cell
from desk.charts.bars import bars
from desk.pages.figures.asked import Wanted
from desk.pages.figures.shown import Shown, channel_name, counted, sheet
from desk.visit import Visit


def ticket_tables(visit: Visit, figures: TicketFigures, wanted: Wanted) -> tuple[Shown, ...]:
    """By bureau, place, industry and so on; times and deadlines."""
    return (
        _bureaus(visit, figures, wanted),
        district_table(visit, figures, wanted),
        _industries(visit, figures),
        _tracks(visit, figures, wanted),
        _sources(visit, figures),
        counted(visit, "states", "state", [(visit.t(f"figures.state.{state}"), number) for state, number in figures.by_state]),
        _outcomes(visit, figures),
        _times(visit, figures),
        _deadlines(visit, figures),
    )


def district_table(visit: Visit, figures: TicketFigures, wanted: Wanted) -> Shown:
    """Where companies want to go, each name leading to its tickets."""
    links = [wanted.tickets(district=name) if name else "" for name, _ in figures.by_district]
    return counted(visit, "districts", "district", _given(visit, figures.by_district), links, is_chinese=True)


def _bureaus(visit: Visit, figures: TicketFigures, wanted: Wanted) -> Shown:
    rows = [(part.bureau, part.principal, part.district, part.supporting, part.total) for part in figures.by_bureau]
    return Shown(
        sheet(visit, "bureaus", ("bureau", "principal", "district-part", "supporting", "total"), rows),
        bars([(part.principal, part.district, part.supporting) for part in figures.by_bureau]),
        tuple(visit.t(f"figures.head.{head}") for head in ("principal", "district-part", "supporting")),
        tuple(wanted.tickets(bureau=part.bureau) for part in figures.by_bureau),
        is_chinese=True,
        note=visit.t("figures.note.bureaus"),
    )


def _industries(visit: Visit, figures: TicketFigures) -> Shown:
    left = figures.industries - len(figures.by_industry)
    note = visit.t("figures.note.industries") + (visit.t("figures.note.more-industries", n=left) if left else "")
    return counted(visit, "industries", "industry", _given(visit, figures.by_industry), is_chinese=True, note=note)


def _tracks(visit: Visit, figures: TicketFigures, wanted: Wanted) -> Shown:
    tracks = visit.desk.registry.office.current.track_by_id
    names = [tracks[track].name if track in tracks else track or visit.t("figures.no-track") for track, _ in figures.by_track]
    rows = [(name, number) for name, (_, number) in zip(names, figures.by_track, strict=True)]
    links = [wanted.tickets(track=track) if track else "" for track, _ in figures.by_track]
    return counted(visit, "tracks", "track", rows, links, is_chinese=True)


def _sources(visit: Visit, figures: TicketFigures) -> Shown:
    rows = [(channel_name(visit, channel), number) for channel, number in figures.by_channel]
    return counted(visit, "sources", "channel", rows)


def _outcomes(visit: Visit, figures: TicketFigures) -> Shown:
    rows = [(visit.t(f"figures.outcome.{outcome or 'none'}"), number) for outcome, number in figures.by_outcome]
    note = visit.t("figures.note.withdrawn", n=figures.withdrawn) if figures.withdrawn else ""
    return counted(visit, "outcomes", "outcome", rows, note=note)


def _times(visit: Visit, figures: TicketFigures) -> Shown:
    kinds: tuple[tuple[str, Waits], ...] = (("first-answer", figures.first_answer), ("close", figures.close))
    rows: list[tuple[Cell, ...]] = [
        (visit.t(f"figures.time.{name}"), waits.number, waits.pending, rounded(waits.median), rounded(waits.most)) for name, waits in kinds
    ]
    heads = ("time", "measured", "pending", "median", "most")
    return Shown(sheet(visit, "times", heads, rows if figures.opened else ()), note=visit.t("figures.note.times"))


def _deadlines(visit: Visit, figures: TicketFigures) -> Shown:
    found, decided = figures.deadlines, figures.deadlines.share.whole
    rows: list[tuple[Cell, ...]] = [
        (visit.t("figures.kept"), Share(found.kept, decided)),
        (visit.t("figures.missed"), Share(found.missed, decided)),
        (visit.t("figures.ahead"), found.ahead),
        (visit.t("figures.none"), found.none),
    ]
    if not figures.opened:
        rows = []
    drawn = bars([(found.kept,), (found.missed,), (found.ahead,), (found.none,)]) if rows else ()
    return Shown(sheet(visit, "deadlines", ("deadline", "number"), rows), drawn, note=visit.t("figures.note.deadlines"))


def _given(visit: Visit, rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(name or visit.t("figures.not-given"), number) for name, number in rows]


def rounded(value: float | None) -> float | None:
    """To one decimal."""
    return None if value is None else round(value, 1)
