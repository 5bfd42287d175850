"""The comparison as a table, in plain text or Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import Comparison, Goal, Of, Spread

_HEAD = ("", "ours", "starter", "ours / starter", "goal", "")
_NOTES = (
    "ours: POST /api/chat, every reply 200 and answered; starter: `rasa init`, REST channel, every reply a message.",
    "Figures are medians of rounds that alternate between the sides, with the smallest and the largest in brackets.",
    "Memory: all processes of a side, alone on the machine, after the same number of turns.",
)


def plain(comparisons: Sequence[Comparison], machine: str) -> str:
    """For a terminal."""
    rows = [_HEAD, *(_cells(one) for one in comparisons)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join((machine, "", *lines, "", *_NOTES, verdict(comparisons)))


def markdown(comparisons: Sequence[Comparison], machine: str) -> str:
    """For a document."""
    rows = [_HEAD, ("---", "---:", "---:", "---:", "---", "---"), *(_cells(one) for one in comparisons)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    notes = "\n".join(f"- {note}" for note in _NOTES)
    return f"{machine}\n\n{table}\n\n{notes}\n\n{verdict(comparisons)}"


def verdict(comparisons: Sequence[Comparison]) -> str:
    """One line on the goals."""
    missed = [one.subject for one in comparisons if one.is_reached is False]
    wanted = sum(one.goal is not None for one in comparisons)
    return f"{len(missed)} of {wanted} goals NOT REACHED: {'; '.join(missed)}" if missed else f"all {wanted} goals reached"


def _cells(one: Comparison) -> tuple[str, ...]:
    reached = {None: "", True: "ok", False: "NOT REACHED"}[one.is_reached]
    subject = f"{one.subject} ({one.unit})"
    return (subject, _spread(one.ours), _spread(one.starter), f"{one.ratio:.2f}", _goal(one.goal), reached)


def _goal(goal: Goal | None) -> str:
    if goal is None:
        return ""
    return f"{'ours' if goal.of is Of.OURS else 'ratio'} {'>=' if goal.at_least else '<='} {goal.limit:g}"


def _spread(spread: Spread) -> str:
    return f"{_number(spread.median)} [{_number(spread.low)} - {_number(spread.high)}]"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    sized = enumerate(zip(row, widths, strict=True))
    return [cell.rjust(width) if 1 <= column <= 3 else cell.ljust(width) for column, (cell, width) in sized]
