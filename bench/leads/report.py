"""The table, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from bench.figures import percentile
from bench.leads.client import AT_ONCE
from bench.leads.measure import Measured, Stretch

GOAL_PER_SECOND = 100.0
GOAL_SHARE = 0.99
"""So much of what is offered has to be taken."""

_COLUMNS = (
    *("database", "offered/s", "taken/s", "p50 ms", "p95 ms", "p99 ms", "not taken"),
    *("deliveries", "delivered p50 s", "delivered p99 s", "CPU ms/lead", "taken/s ÷ commits/s"),
)
_NOTES = (
    f"Offered: leads a second by POST /api/leads, sent when due (open loop), times counted from when they were due; "
    f"“most”: {AT_ONCE} enquirers that each wait for their answer.",
    "Service, client and bureau simulator are processes of their own on the same cores; every bureau has an endpoint at the simulator.",
    "Delivered: from the transaction that took the lead to the recorded 2xx of the bureau.",
    "CPU: of the service's process, for taking and delivering; unlike the times it does not depend on what else the machine does.",
    "Commits/s: one INSERT of 2 kB a transaction on the bare database, same durability, same disk, same run.",
)


def markdown(measured: Sequence[Measured], machine: str) -> str:
    """For a document."""
    rows = [_row(one, stretch) for one in measured for stretch in one.stretches]
    alone = [f"{one.database} alone: {one.commits_per_second:.0f} commits/s." for one in measured]
    notes = "\n".join(f"- {note}" for note in (*_NOTES, *alone))
    head = (_line(_COLUMNS), _line(("---", *["---:"] * (len(_COLUMNS) - 1))))
    return "\n".join((machine, "", *head, *rows, "", notes, "", verdict(measured)))


def verdict(measured: Sequence[Measured]) -> str:
    """One line on the goal, which is about the default database."""
    offered = [stretch for stretch in measured[0].stretches if stretch.offered == GOAL_PER_SECOND]
    reached = [stretch for stretch in offered if stretch.taken_per_second >= GOAL_SHARE * GOAL_PER_SECOND and not stretch.refused]
    said = "reached" if offered and len(reached) == len(offered) else "NOT REACHED" if offered else "not measured"
    return f"goal of {GOAL_PER_SECOND:.0f} leads/s with {measured[0].database}: {said}"


def _row(one: Measured, stretch: Stretch) -> str:
    refused = ", ".join(f"{number} × {reason}" for reason, number in sorted(stretch.refused.items())) or "0"
    cells = (
        one.database,
        f"{stretch.offered:.0f}" if stretch.offered else "most",
        f"{stretch.taken_per_second:.0f}",
        *(_of(stretch.milliseconds, percent, 1) for percent in (50, 95, 99)),
        refused,
        str(stretch.deliveries),
        *(_of(stretch.delivered_seconds, percent, 2) for percent in (50, 99)),
        f"{stretch.processor_seconds / max(1, len(stretch.milliseconds)) * 1000:.1f}",
        f"{stretch.taken_per_second / one.commits_per_second:.2f}",
    )
    return _line(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _of(values: Sequence[float], percent: float, digits: int) -> str:
    return f"{percentile(values, percent):.{digits}f}" if values else "-"
