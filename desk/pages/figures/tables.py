"""Figures as tables in the officer's language: the same ones are shown, drawn and exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions.figures.model import AssessmentRow, QuestionFigures, TicketFigures
from actions.figures.sheets import Cell, Sheet
from desk.visit import Visit


def question_sheets(visit: Visit, figures: QuestionFigures) -> tuple[Sheet, ...]:
    """What was asked."""
    plan = visit.desk.registry.plan.by_id
    clauses = {f"{plan[c].number} {plan[c].title}" if c in plan else visit.t("figures.no-clause"): n for c, n in figures.by_clause.items()}
    statuses = {visit.t(f"figures.status.{status}"): number for status, number in figures.by_status.items()}
    days = tuple((day.isoformat(), *counts) for day, counts in figures.by_day.items())
    told = tuple((visit.desk.entry_title(entry) or entry, number) for entry, number in figures.most_told)
    number = visit.t("figures.number")
    day_heads = (visit.t("figures.day"), visit.t("figures.answered"), visit.t("figures.not-answered"))
    thumbs = ((visit.t("figures.up"), figures.up), (visit.t("figures.down"), figures.down))
    return (
        _sheet(visit, "status", (visit.t("figures.status"), number), _rows(statuses)),
        _sheet(visit, "days", day_heads, days),
        _sheet(visit, "topics", (visit.t("figures.topic"), number), _rows(clauses)),
        _sheet(visit, "channels", (visit.t("figures.channel"), number), _rows(_channels(visit, figures.by_channel))),
        _sheet(visit, "most-told", (visit.t("figures.entry"), number), told),
        _sheet(visit, "satisfaction", (visit.t("figures.rating"), number), thumbs if figures.up or figures.down else ()),
    )


def ticket_sheets(visit: Visit, figures: TicketFigures) -> tuple[Sheet, ...]:
    """Tickets."""
    tracks = visit.desk.registry.office.current.track_by_id
    unnamed = visit.t("figures.unnamed")
    by_track = {tracks[t].name if t in tracks else visit.t("figures.no-track"): n for t, n in figures.by_track.items()}
    by_state = {visit.t(f"figures.state.{state}"): n for state, n in figures.by_state.items()}
    by_outcome = {visit.t(f"figures.outcome.{outcome}") if outcome else unnamed: n for outcome, n in figures.by_outcome.items()}
    number = visit.t("figures.number")
    times = tuple(
        (visit.t(f"figures.{name}"), found.number, _hours(found.median), _hours(found.most))
        for name, found in (("first-answer", figures.first_answer), ("close", figures.close))
        if found.number
    )
    time_heads = (visit.t("figures.time"), number, visit.t("figures.median"), visit.t("figures.most"))
    deadlines = ((visit.t("figures.kept"), figures.kept), (visit.t("figures.missed"), figures.missed))
    return (
        _sheet(visit, "states", (visit.t("figures.state"), number), _rows(by_state)),
        _sheet(visit, "bureaus", (visit.t("figures.bureau"), number), _rows(figures.by_bureau)),
        _sheet(visit, "industries", (visit.t("figures.industry"), number), _rows(figures.by_industry, unnamed)),
        _sheet(visit, "districts", (visit.t("figures.district"), number), _rows(figures.by_district, unnamed)),
        _sheet(visit, "tracks", (visit.t("figures.track"), number), _rows(by_track)),
        _sheet(visit, "outcomes", (visit.t("figures.outcome"), number), _rows(by_outcome)),
        _sheet(visit, "times", time_heads, times),
        _sheet(visit, "deadlines", (visit.t("figures.deadline"), number), deadlines if figures.kept or figures.missed else ()),
    )


def assessment_sheet(visit: Visit, rows: Sequence[AssessmentRow]) -> Sheet:
    """Per bureau and month."""
    heads = ("bureau", "month", "received", "answered", "closed", "hours", "kept", "missed")
    cells = tuple((r.bureau, r.month, r.received, r.answered, r.closed, _hours(r.first_answer_hours), r.kept, r.missed) for r in rows)
    return _sheet(visit, "assessment", tuple(visit.t(f"figures.head.{head}") for head in heads), cells)


def _sheet(visit: Visit, name: str, heads: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Sheet:
    return Sheet(name, visit.t(f"figures.sheet.{name}"), heads, rows)


def _rows(counted: Mapping[str, int], unnamed: str = "") -> tuple[tuple[Cell, ...], ...]:
    return tuple((name or unnamed, number) for name, number in counted.items())


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _channels(visit: Visit, counted: Mapping[str, int]) -> dict[str, int]:
    known = {"web", "wechat", "wecom", "portal"}
    return {visit.t(f"figures.channel.{name}") if name in known else name: number for name, number in counted.items()}
