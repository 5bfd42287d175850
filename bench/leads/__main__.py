"""`python -m bench.leads [--quick] [--postgres URL]`: the table on stdout, progress on stderr. A missed goal is no failure."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from actions.settings import PROJECT
from bench.errors import BenchError
from bench.leads.measure import Measured, measure_postgres, measure_sqlite
from bench.leads.report import markdown
from bench.machine import describe_machine

_RATES = (50.0, 100.0, 200.0, 400.0)
_SECONDS = 10.0


def main() -> int:
    """0 when there are figures, 1 with a line on stderr when there are none."""
    parser = argparse.ArgumentParser(prog="python -m bench.leads", description="How many leads a second are taken and delivered.")
    parser.add_argument("--quick", action="store_true", help="tiny stretches, to see that it works; no figures to report")
    parser.add_argument("--postgres", metavar="URL", help="an EMPTY database of a PostgreSQL server, to be measured too")
    parsed = parser.parse_args()
    machine = describe_machine()
    rates, seconds = ((20.0,), 1.0) if parsed.quick else (_RATES, _SECONDS)
    # Not in /tmp, which may be memory: figures without a disk mean nothing.
    place = PROJECT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="leads-", dir=place) as folder:
        try:
            measured = asyncio.run(_measure(Path(folder), parsed.postgres, rates, seconds))
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    print(markdown(measured, machine) + ("\n\nA quick run: these are not figures to report." if parsed.quick else ""))
    return 0


async def _measure(folder: Path, postgres: str | None, rates: tuple[float, ...], seconds: float) -> list[Measured]:
    measured = [await measure_sqlite(folder / "sqlite", rates, seconds, _report)]
    if postgres:
        measured.append(await measure_postgres(postgres, folder / "postgres", rates, seconds, _report))
    return measured


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
