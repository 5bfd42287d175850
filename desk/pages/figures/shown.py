"""A table as a page shows it: the same sheet that is exported, with bars, links and a remark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.figures.sheets import Cell, Sheet
from desk.charts.bars import Segment, bars
from desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Shown:
    """One table."""

    sheet: Sheet
    bars: tuple[tuple[Segment, ...], ...] = ()
    """One a row, if any."""
    series: tuple[str, ...] = ()
    """What the pieces of the bars are, where there are several."""
    links: tuple[str, ...] = ()
    """Where the rows' names lead to, if anywhere; empty for a row that leads nowhere."""
    is_chinese: bool = False
    """The rows' names are the plan's or the office's, in whatever language the page is."""
    note: str = ""


def sheet(visit: Visit, name: str, heads: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Sheet:
    """A sheet in the officer's language; `heads` are the ends of keys."""
    title = visit.t(f"figures.sheet.{name}")
    return Sheet(
        name, title, tuple(visit.t(f"figures.head.{head}") for head in heads), tuple(rows), visit.t("figures.of"), visit.t("figures.rate")
    )


def counted(
    visit: Visit,
    name: str,
    head: str,
    rows: Sequence[tuple[str, int]],
    links: Sequence[str] = (),
    is_chinese: bool = False,
    note: str = "",
) -> Shown:
    """Names with how many there are, and a bar each."""
    return Shown(
        sheet(visit, name, (head, "number"), rows),
        bars([(number,) for _, number in rows]),
        links=tuple(links),
        is_chinese=is_chinese,
        note=note,
    )


def channel_name(visit: Visit, channel: str) -> str:
    """What a channel is called; one that is not known yet, by its id."""
    key = f"figures.channel.{channel}"
    return visit.t(key) if key in visit.desk.renderer.texts else channel
