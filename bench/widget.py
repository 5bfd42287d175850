"""`python -m bench.widget [--quick]`: streams that are held open, how soon an officer's word is there, how soon the widget is seen.

The service is `python -m bot serve` as it comes, with what `make artefacts` has built; each visitor has an address of their own,
as behind a proxy. Rasa is not asked: listening needs none. The table goes to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import aiohttp
import psutil
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.conversations.model import Author, Said, Turn
from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from actions.registry import open_registry
from actions.settings import PROJECT, read_ticket_settings
from bench.errors import BenchError, NotStarted
from bench.machine import describe_machine
from bench.processes import started_process
from bench.widget_paint import Paint, painted
from bench.widget_visitor import Visitor

_READY_WITHIN_SECONDS = 120.0
_CALM = 0.05
_BUILT = ("encoder", "index")
_OFFICER = Officer(1, "bench", "", "市税务局", Role.OFFICER, True, False, False)


def main() -> int:
    """0 when there are figures, 1 with a line on stderr when there are none."""
    parser = argparse.ArgumentParser(prog="python -m bench.widget", description="Open streams, and first paint of the widget.")
    parser.add_argument("--quick", action="store_true", help="few streams and looks, to see that it works; no figures to report")
    quick = parser.parse_args().quick
    machine = describe_machine()
    place = PROJECT / "var" / "bench"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="widget-", dir=place) as folder:
        try:
            print("\n".join([*asyncio.run(_measured(Path(folder), 20 if quick else 500, 2 if quick else 20)), "", machine]))
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    return 0


async def _measured(folder: Path, streams: int, looks: int) -> list[str]:
    for part in _BUILT:
        if not (PROJECT / "var" / part).exists():
            raise NotStarted(f"var/{part} is not there: run `make artefacts`")
        (folder / part).symlink_to(PROJECT / "var" / part)
    async with AsyncExitStack() as stack:
        ours = f"http://127.0.0.1:{_free_port()}"
        site = await stack.enter_async_context(_site(ours))
        sites = folder / "sites.yml"
        sites.write_text(f'sites: [{{key: bench, name: bench, origins: ["http://localhost:{site.port}"]}}]\n', encoding="utf-8")
        environment = os.environ | {
            "PORT": ours.rsplit(":", 1)[1],
            "RASA_PORT": str(_free_port()),
            "ACTION_PORT": str(_free_port()),
            "DATA_DIR": str(folder),
            "WIDGET_SITES": str(sites),
            "TRUSTED_PROXIES": "127.0.0.1/32",
        }
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        log = folder / "service.log"
        process = await stack.enter_async_context(started_process([sys.executable, "-m", "bot", "serve"], PROJECT, environment, log))
        await _until_up(f"{ours}/", session, process, log)
        lines = await _streams(ours, session, psutil.Process(process.pid), environment, streams)
        paints = await painted(f"http://localhost:{site.port}/", f"{ours}/widget", looks)
    return [*lines, *_told(paints)]


async def _streams(
    ours: str, session: aiohttp.ClientSession, process: psutil.Process, environment: dict[str, str], number: int
) -> list[str]:
    """Open so many at once, and let officers speak in some of them."""
    await _until_calm(process)
    before = process.memory_info().rss
    async with AsyncExitStack() as stack:
        started = time.perf_counter()
        visitors = [Visitor(ours, session, place) for place in range(number)]
        await asyncio.gather(*(stack.enter_async_context(visitor.listening()) for visitor in visitors))
        await asyncio.gather(*(asyncio.wait_for(visitor.connected.wait(), 30) for visitor in visitors))
        opened = time.perf_counter() - started
        grown = process.memory_info().rss - before
        idle = await _share_of_a_core(process, 5)
        spoken_to = visitors[:: max(1, number // 50)]
        with open_registry(read_ticket_settings(environment), environment) as registry:
            conversations = Conversations(registry.database, registry.key)
            now = datetime.now(timezone.utc)
            conversations.record([Turn(each.conversation_id, "web", now, (Said(Author.ENQUIRER, "您好"),)) for each in spoken_to])
            seconds = [await _heard(conversations, each) for each in spoken_to]
        still = sum(visitor.is_open for visitor in visitors)
    return [
        "| Streams | |",
        "| --- | ---: |",
        f"| asked for at once | {number} |",
        f"| open after {opened:.1f} s, and still at the end | {still} |",
        f"| memory for each | {grown / number / 1024:.0f} KiB |",
        f"| processor while nothing is said | {idle:.1%} of a core |",
        f"| an officer's word is there, median / slowest of {len(seconds)} | {_milliseconds(seconds)} |",
    ]


async def _until_calm(process: psutil.Process) -> None:
    """After its start the service looks through the library once; that is not to be measured."""
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while await _share_of_a_core(process, 2) > _CALM and time.monotonic() < deadline:
        pass


async def _share_of_a_core(process: psutil.Process, seconds: float) -> float:
    before = process.cpu_times()
    await asyncio.sleep(seconds)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / seconds


async def _heard(conversations: Conversations, visitor: Visitor) -> float:
    """Seconds from an officer's sending to the page's having it."""
    mark = conversation_mark(visitor.conversation_id)
    await asyncio.to_thread(conversations.take_over, mark, _OFFICER, _OFFICER.bureau, False, lambda connection: None)
    sent = time.perf_counter()
    await asyncio.to_thread(conversations.say, mark, _OFFICER, "您好", lambda connection: None)
    return await asyncio.wait_for(visitor.heard.get(), 10) - sent


def _told(paints: Sequence[Paint]) -> list[str]:
    return [
        "",
        "| First paint, median / slowest | |",
        "| --- | ---: |",
        f"| of the button, after its script has come | {_milliseconds([paint.button for paint in paints])} |",
        f"| of the page in the frame, after it was asked for | {_milliseconds([paint.frame for paint in paints])} |",
    ]


def _milliseconds(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.0f} / {max(seconds) * 1000:.0f} ms"


@asynccontextmanager
async def _site(ours: str) -> AsyncIterator[TestServer]:
    """A page with nothing in it but the widget."""

    async def page(request: web.Request) -> web.Response:
        script = f'<script src="{ours}/widget.js" data-site="bench"></script>'
        text = f'<!doctype html><html lang="zh-CN"><title>x</title><body>{script}</body></html>'
        return web.Response(text=text, content_type="text/html")

    application = web.Application()
    application.router.add_get("/", page)
    served = TestServer(application, host="localhost")
    async with served:
        yield served


async def _until_up(url: str, session: aiohttp.ClientSession, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.returncode is None:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(url):
                return
        await asyncio.sleep(0.2)
    *_, last = ["nothing", *log.read_text(encoding="utf-8", errors="replace").splitlines()]
    raise NotStarted(f"{url} did not answer; the last that it said: {last}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
