"""`python -m bench [--quick] [--markdown]`: the table on stdout, progress on stderr. A missed goal is a finding, not a failure."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

from bench.errors import BenchError
from bench.machine import describe_machine
from bench.measure import measure
from bench.plan import FULL, QUICK
from bench.report import markdown, plain
from bench.results import compare
from bot.settings import SettingError, read_settings
from bot.start.preflight import CannotStart

_T = TypeVar("_T")


def main() -> int:
    """0 when there are figures, 1 with a line on stderr when there are none, 130 when interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="A turn of ours beside a turn of the `rasa init` bot.")
    parser.add_argument("--quick", action="store_true", help="tiny rounds, to see that it works; no figures to report")
    parser.add_argument("--markdown", action="store_true", help="the table as Markdown")
    parsed = parser.parse_args()
    plan = QUICK if parsed.quick else FULL
    machine = describe_machine()
    try:
        ours, starter = asyncio.run(_until_interrupted(measure(read_settings(os.environ), plan, _report)))
    except (BenchError, CannotStart, SettingError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except asyncio.CancelledError:
        print("bench: interrupted, everything is stopped", file=sys.stderr)
        return 130
    table = (markdown if parsed.markdown else plain)(compare(ours, starter, plan), machine)
    print(table + ("\n\nA quick run: these are not figures to report." if parsed.quick else ""))
    return 0


async def _until_interrupted(work: Coroutine[Any, Any, _T]) -> _T:
    """The work; the first SIGINT or SIGTERM cancels it, so that it ends what it started, and later ones change nothing."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def interrupt() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: None)
        _report("stopping")
        task.cancel()

    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, interrupt)
    return await task


def _report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
