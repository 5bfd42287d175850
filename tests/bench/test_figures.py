"""The arithmetic of the benchmark and its table; nothing is started here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.figures import Comparison, Goal, Of, Spread, percentile
from bench.load import Window
from bench.memory import Memory
from bench.plan import QUICK
from bench.report import markdown, plain, verdict
from bench.results import Results, Round, Start, compare, turn_with_neighbours


@pytest.mark.parametrize(("percent", "expected"), [(0, 1.0), (50, 2.5), (95, 3.85), (100, 4.0)])
def test_percentile_interpolates(percent: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], percent) == pytest.approx(expected)


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 101), ([1.0], -1)])
def test_percentile_refuses(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        percentile(values, percent)


def test_spread_needs_a_round() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Spread(())


@pytest.mark.parametrize(
    ("goal", "ours", "reached"),
    [
        (Goal(0.5), 5.0, True),
        (Goal(0.5), 5.1, False),
        (Goal(4.0, at_least=True), 39.0, False),
        (Goal(4.0, at_least=True), 40.0, True),
        (Goal(1.5, of=Of.OURS), 1.4, True),
        (None, 1.0, None),
    ],
)
def test_goal(goal: Goal | None, ours: float, reached: bool | None) -> None:
    assert Comparison("one", "ms", Spread((ours,)), Spread((10.0,)), goal).is_reached is reached


def test_turn_with_neighbours_counts_from_one() -> None:
    assert turn_with_neighbours((9.0, 1.0, 2.0, 3.0, 9.0), turn=3, around=1) == 2.0


def side(milliseconds: float) -> Results:
    window = Window((milliseconds,) * 10, 1.0)
    start = Start(milliseconds, Memory(milliseconds, milliseconds))
    return Results((Round(window, {8: window, 32: window}),), ((milliseconds,) * QUICK.longest,), (start,))


def test_report_names_what_is_missed() -> None:
    comparisons = compare(side(10.0), side(10.0), QUICK)
    assert verdict(comparisons).startswith("3 of 5 goals NOT REACHED")
    for table in (plain(comparisons, "a machine"), markdown(comparisons, "a machine")):
        assert "a machine" in table
        assert "NOT REACHED" in table
    reached = [replace(one, goal=None) for one in comparisons]
    assert verdict(reached) == "all 0 goals reached"
