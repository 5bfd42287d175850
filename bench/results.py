"""What one run measured of one side, and the comparison of both."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.figures import Comparison, Goal, Of, Spread, percentile
from bench.load import Window
from bench.memory import Memory
from bench.plan import Plan


@dataclass(frozen=True, slots=True)
class Round:
    """One side loaded while the other idles."""

    alone: Window
    """With one conversation."""
    together: Mapping[int, Window]
    """By the number of conversations at once."""


@dataclass(frozen=True, slots=True)
class Start:
    """One side started while the other is down."""

    seconds_to_ready: float
    memory: Memory
    """After its first turns."""


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured of one side."""

    rounds: tuple[Round, ...]
    conversations: tuple[tuple[float, ...], ...]
    """Milliseconds of each turn of each long conversation."""
    starts: tuple[Start, ...]


def compare(ours: Results, starter: Results, plan: Plan) -> tuple[Comparison, ...]:
    """The lines of the report, with our goals."""

    def line(subject: str, unit: str, figure: Callable[[Results], Spread], goal: Goal | None = None) -> Comparison:
        return Comparison(subject, unit, figure(ours), figure(starter), goal)

    early, late = plan.early_turn, plan.late_turn
    return (
        line("one turn, p50", "ms", lambda side: _of_turns(side, 50), Goal(0.35)),
        line("one turn, p95", "ms", lambda side: _of_turns(side, 95)),
        line("throughput, 1 conversation", "turns/s", lambda side: Spread(tuple(r.alone.turns_per_second for r in side.rounds))),
        *(
            line(
                f"throughput, {at_once} conversations at once",
                "turns/s",
                lambda side, at_once=at_once: _throughput(side, at_once),  # type: ignore[misc]
                Goal(4.0, at_least=True) if at_once == max(plan.at_once) else None,
            )
            for at_once in plan.at_once
        ),
        line(f"turn {early} of a conversation", "ms", lambda side: _of_place(side, early, plan.around)),
        line(f"turn {late} of a conversation", "ms", lambda side: _of_place(side, late, plan.around)),
        line(f"turn {late} to turn {early}", "times", lambda side: _growth(side, plan), Goal(1.5, of=Of.OURS)),
        line("ready after a second start", "s", lambda side: Spread(tuple(s.seconds_to_ready for s in side.starts)), Goal(0.8)),
        line("memory, shared pages once (PSS)", "MiB", lambda side: Spread(tuple(s.memory.shared_once for s in side.starts)), Goal(1.3)),
        line("memory, as ps says (RSS)", "MiB", lambda side: Spread(tuple(s.memory.resident for s in side.starts))),
    )


def _of_turns(side: Results, percent: float) -> Spread:
    return Spread(tuple(percentile(one.alone.milliseconds, percent) for one in side.rounds))


def _throughput(side: Results, at_once: int) -> Spread:
    return Spread(tuple(one.together[at_once].turns_per_second for one in side.rounds))


def _of_place(side: Results, turn: int, around: int) -> Spread:
    return Spread(tuple(turn_with_neighbours(one, turn, around) for one in side.conversations))


def _growth(side: Results, plan: Plan) -> Spread:
    late = _of_place(side, plan.late_turn, plan.around)
    early = _of_place(side, plan.early_turn, plan.around)
    return Spread(tuple(after / before for after, before in zip(late.rounds, early.rounds, strict=True)))


def turn_with_neighbours(milliseconds: tuple[float, ...], turn: int, around: int) -> float:
    """Median of a turn, counted from 1, and so many turns before and after it."""
    return statistics.median(milliseconds[turn - 1 - around : turn + around])
