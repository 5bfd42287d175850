"""The main numbers, each with what it is a number of."""

from __future__ import annotations

from dataclasses import dataclass

from actions.figures.model import QuestionFigures, Share, TicketFigures, Waits
from actions.figures.sheets import Cell, Sheet
from desk.pages.figures.shown import sheet
from desk.render import number
from desk.visit import Visit

_HOURS_SHOWN = 48
"""What took longer is told in days."""


@dataclass(frozen=True, slots=True)
class Card:
    """One number."""

    title: str
    value: str
    note: str
    cell: Cell
    """The same, to be taken away."""
    is_late: bool = False
    """It calls for something to be done."""


def question_cards(visit: Visit, figures: QuestionFigures) -> tuple[Card, ...]:
    """What was asked."""
    total = figures.total
    return (
        _count(visit, "asked", total.total),
        _share(visit, "told-share", total.told),
        _count(visit, "abstained", total.abstained),
        _count(visit, "off-topic", total.off_topic),
        _share(visit, "satisfied", figures.satisfaction),
    )


def ticket_cards(visit: Visit, figures: TicketFigures) -> tuple[Card, ...]:
    """Tickets."""
    leads = {"leads": number(figures.opened + figures.repeats), "repeats": number(figures.repeats)}
    return (
        _count(visit, "opened", figures.opened, **leads),
        _count(visit, "closed-meanwhile", figures.closed_meanwhile),
        _waits(visit, "first-answer", figures.first_answer),
        _waits(visit, "close", figures.close),
        _share(visit, "deadlines", figures.deadlines.share),
        _count(visit, "overdue-now", figures.overdue_now),
    )


def card_sheet(visit: Visit, cards: tuple[Card, ...]) -> Sheet:
    """The same as a table to be taken away."""
    return sheet(visit, "summary", ("indicator", "value", "meaning"), [(card.title, card.cell, card.note) for card in cards])


def _count(visit: Visit, name: str, count: int, **values: str) -> Card:
    late = name == "overdue-now" and count > 0
    return Card(visit.t(f"figures.card.{name}"), number(count), visit.t(f"figures.meant.{name}", **values), count, late)


def _share(visit: Visit, name: str, share: Share) -> Card:
    title = visit.t(f"figures.card.{name}")
    if share.fraction is None:
        return Card(title, "–", visit.t(f"figures.unknown.{name}"), None)
    meant = visit.t(f"figures.meant.{name}", part=number(share.part), whole=number(share.whole))
    return Card(title, f"{share.fraction:.1%}", meant, share)


def _waits(visit: Visit, name: str, waits: Waits) -> Card:
    title = visit.t(f"figures.card.{name}")
    pending = visit.t(f"figures.pending.{name}", n=number(waits.pending)) if waits.pending else ""
    if waits.median is None or waits.most is None:
        return Card(title, "–", visit.t(f"figures.unknown.{name}") + pending, None)
    meant = visit.t(f"figures.meant.{name}", n=number(waits.number), most=span(visit, waits.most))
    return Card(title, span(visit, waits.median), meant + pending, round(waits.median, 1))


def span(visit: Visit, hours: float) -> str:
    """A span of time in words."""
    if hours < _HOURS_SHOWN:
        return visit.t("figures.hours", n=f"{hours:.1f}")
    return visit.t("figures.days", n=f"{hours / 24:.1f}")
