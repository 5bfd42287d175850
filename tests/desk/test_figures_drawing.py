"""What is drawn of the figures: bars, columns, tiles."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from actions.figures.period import Period
from desk.charts.axis import ticks
from desk.charts.bars import Segment, bars
from desk.charts.columns import HEIGHT, Stack, column_chart
from desk.charts.columns import WIDTH as CHART_WIDTH
from desk.pages.figures.daily import spans, step
from desk.pages.figures.districts import MAIN_PLATFORM, ShadeRange, tile_map
from desk.services import Desk


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (4, (0, 1, 2, 3, 4)),
        (5, (0, 2, 4, 6)),
        (17, (0, 5, 10, 15, 20)),
        (100, (0, 50, 100)),
        (4001, (0, 2000, 4000, 6000)),
    ],
)
def test_an_axis_has_few_round_marks_and_reaches_the_most(most: int, expected: tuple[int, ...]) -> None:
    assert ticks(most) == expected


@pytest.mark.parametrize("most", [*range(200), 999, 1000, 1001, 10**9])
def test_an_axis_never_ends_below_the_most(most: int) -> None:
    found = ticks(most)
    assert found[0] == 0
    assert most <= found[-1]
    assert 2 <= len(found) <= 6


def test_bars_are_in_one_scale_and_what_is_nothing_is_not_drawn() -> None:
    assert bars([(6, 2), (0, 4), (0, 0)]) == (
        (Segment(0, 75, 0), Segment(75, 25, 1)),
        (Segment(0, 50, 1),),
        (),
    )
    assert bars([(0,)]) == ((),)
    assert bars([]) == ()
    assert [bar[0].width for bar in bars([(1,), (3,)])] == [33.33, 100]


def test_columns_stand_on_the_axis_one_upon_the_other() -> None:
    chart = column_chart([Stack("一", (3, 1, 0), "a"), Stack("二", (0, 0, 0), "b")])
    first, second = chart.columns
    lower, upper = first.pieces
    assert lower.y + lower.height == chart.base
    assert upper.y + upper.height == pytest.approx(lower.y)
    assert lower.height == pytest.approx(3 * upper.height, abs=0.05)
    assert second.pieces == ()
    assert (first.told, second.told) == ("a", "b")
    assert [tick.number for tick in chart.ticks] == [0, 1, 2, 3, 4]
    assert chart.ticks[0].y == chart.base


@pytest.mark.parametrize("number", [1, 12, 62, 120])
def test_columns_fit_side_by_side_and_their_marks_do_not_crowd(number: int) -> None:
    chart = column_chart([Stack(str(place), (place,), "") for place in range(number)])
    ends = [(column.x, column.x + column.width) for column in chart.columns]
    assert all(before[1] <= after[0] for before, after in pairwise(ends))
    assert ends[0][0] >= chart.left
    assert ends[-1][1] <= CHART_WIDTH
    assert len(chart.marks) <= 12
    assert all(0 <= piece.y <= HEIGHT for column in chart.columns for piece in column.pieces)


@pytest.mark.parametrize(
    ("period", "unit", "number"),
    [
        (Period(date(2026, 11, 1), date(2026, 11, 30)), "day", 30),
        (Period(date(2026, 10, 1), date(2026, 12, 31)), "week", 14),
        (Period(date(2024, 1, 1), date(2024, 12, 31)), "week", 53),
        (Period(date(2020, 1, 15), date(2026, 11, 25)), "month", 83),
    ],
)
def test_columns_cover_each_day_of_a_period_once(period: Period, unit: str, number: int) -> None:
    found = spans(period)
    assert step(period) == unit
    assert len(found) == number
    assert (found[0].first, found[-1].last) == (period.first, period.last)
    assert all(before.last + timedelta(days=1) == after.first for before, after in pairwise(found))
    assert all(span.first.weekday() == 0 for span in found[1:]) or unit != "week"
    assert all(span.first.day == 1 for span in found[1:]) or unit != "month"


def test_every_district_that_the_office_knows_has_a_tile_of_its_own(desk: Desk) -> None:
    directory = desk.registry.office.current.directory
    named = {district for bureau in directory.bureaus for district in bureau.districts}
    drawn = tile_map({})
    assert named == {tile.name for tile in drawn.tiles}
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(drawn.tiles)
    assert all(tile.x + tile.width <= drawn.width and tile.y + tile.height <= drawn.height for tile in drawn.tiles)
    assert [tile.name for tile in drawn.tiles if tile.is_apart] == [MAIN_PLATFORM]


def test_tiles_are_shaded_in_steps_and_the_rest_is_counted_apart() -> None:
    drawn = tile_map({"廉江市": 10, "雷州市": 1, "吴川市": 6, "火星": 5, "": 2})
    shades = {tile.name: tile.shade for tile in drawn.tiles}
    assert (shades["廉江市"], shades["吴川市"], shades["雷州市"], shades["徐闻县"]) == (4, 3, 1, 0)
    assert drawn.elsewhere == 7
    assert drawn.ranges == (ShadeRange(0, 0, 0), ShadeRange(1, 1, 2), ShadeRange(2, 3, 5), ShadeRange(3, 6, 7), ShadeRange(4, 8, 10))


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 99])
def test_the_legend_says_of_each_number_the_shade_that_it_has(most: int) -> None:
    by_legend = {number: found.shade for found in tile_map({"廉江市": most}).ranges for number in range(found.first, found.last + 1)}
    for number in range(most + 1):
        shade = next(tile.shade for tile in tile_map({"廉江市": most, "雷州市": number}).tiles if tile.name == "雷州市")
        assert by_legend[number] == shade


def test_without_tickets_the_legend_has_nothing_but_none() -> None:
    assert tile_map({}).ranges == (ShadeRange(0, 0, 0),)
