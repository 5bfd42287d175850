"""`python -m bench.desk [--tickets N] [--questions N] [--markdown]`: how long the desk's pages take over a full register, in PostgreSQL."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from bench.desk.measure import MeasuredPage, measure
from bench.machine import describe_machine
from tests.postgres import ServerFailed, running_cluster


def main() -> int:
    """The table on stdout, progress on stderr; 1 where there is no PostgreSQL."""
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description="The desk's pages over a full register.")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40, help="requests of each page")
    parser.add_argument("--markdown", action="store_true", help="the table as Markdown")
    chosen = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder, running_cluster(_made(folder, "postgres")) as url:
            pages = asyncio.run(measure(url, chosen.tickets, chosen.questions, chosen.rounds, _made(folder, "data"), _report))
    except ServerFailed as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(_table(pages, chosen.markdown))
    print(
        f"\n{chosen.tickets:,} tickets, {chosen.questions:,} questions, PostgreSQL, {chosen.rounds} requests a page; {describe_machine()}"
    )
    return 0


def _made(folder: str, name: str) -> Path:
    Path(folder).chmod(0o711)  # the server runs as another user
    place = Path(folder) / name
    place.mkdir()
    return place


def _table(pages: list[MeasuredPage], is_markdown: bool) -> str:
    rows = [("page", "p50 ms", "p95 ms", "goal ms", "")]
    rows += [(p.name, f"{p.p50:.0f}", f"{p.p95:.0f}", f"{p.goal:.0f}", "met" if p.p95 <= p.goal else "missed") for p in pages]
    if is_markdown:
        return "\n".join(
            ["| " + " | ".join(rows[0]) + " |", "| --- | ---: | ---: | ---: | --- |", *("| " + " | ".join(r) + " |" for r in rows[1:])]
        )
    return "\n".join(f"{name:<44}{p50:>8}{p95:>8}{goal:>9}  {met}" for name, p50, p95, goal, met in rows)


def _report(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
