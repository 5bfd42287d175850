"""Starts Rasa and the service, waits until a question can be answered, and ends both together."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from pathlib import Path

from actions.officers.register import FIRST_LOGIN
from actions.stop import stop_by_signal
from bot.settings import Settings
from bot.start import preflight
from bot.start.artefacts import build_all
from bot.start.child import child_process
from bot.start.first_officer import first_administrator
from bot.start.preflight import CannotStart
from bot.start.rasa_process import rasa_command, rasa_environment

_READY_WITHIN_SECONDS = 300.0


def run(settings: Settings) -> None:
    """Everything from checks to the end. Raises CannotStart with one clear line."""
    preflight.check(settings)
    asyncio.run(_run(settings))


async def _run(settings: Settings) -> None:
    started = time.monotonic()
    stop = stop_by_signal()
    if not await _unless(stop, build_all(settings, _report)):
        return
    environment = rasa_environment(settings)
    logs = settings.log_folder
    async with (
        _logged(rasa_command(settings), environment, logs / "rasa.log") as rasa,
        _logged([sys.executable, "-m", "bot", "serve"], environment, logs / "service.log") as service,
    ):
        death = asyncio.gather(_death("Rasa", rasa, logs / "rasa.log"), _death("the service", service, logs / "service.log"))
        try:
            _report("starting Rasa and the service")
            if not await _unless(stop, _first(death, _until_ready(settings))):
                return
            password = await asyncio.to_thread(first_administrator, settings)
            _report(f"ready after {time.monotonic() - started:.0f} s, logs in {logs}")
            _report(f"chat page  http://{_reachable(settings.host)}:{settings.port}/")
            _report(f"desk       http://{_reachable(settings.host)}:{settings.port}/desk")
            if password is not None:
                _report(f"           sign in as {FIRST_LOGIN} with the one-time password {password}, shown only now")
            _report(f"API        http://{_reachable(settings.host)}:{settings.port}/api/openapi.json   (Ctrl-C stops)")
            await _unless(stop, death)
        finally:
            death.cancel()
            with contextlib.suppress(asyncio.CancelledError, CannotStart):
                await death
            _report("stopping")


@contextlib.asynccontextmanager
async def _logged(command: Sequence[str], environment: Mapping[str, str], log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as output:
        async with child_process(command, output, output, environment) as child:
            yield child


async def _death(name: str, process: asyncio.subprocess.Process, log: Path) -> None:
    code = await process.wait()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise CannotStart(f"{name} ended with exit code {code}; see {log}" + (f": {lines[-1][:200]}" if lines else ""))


async def _until_ready(settings: Settings) -> None:
    url = f"http://{_reachable(settings.host)}:{settings.port}/healthz"
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while not await asyncio.to_thread(_answers, url):
        if time.monotonic() > deadline:
            raise CannotStart(f"not ready after {_READY_WITHIN_SECONDS:.0f} s; see {settings.log_folder}")
        await asyncio.sleep(0.2)


def _answers(url: str) -> bool:
    # Our own address is never asked for through a proxy.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


async def _first(*awaitables: Awaitable[object]) -> None:
    """Wait for whichever ends first; its exception, if any, is raised."""
    done, _ = await asyncio.wait([asyncio.ensure_future(a) for a in awaitables], return_when=asyncio.FIRST_COMPLETED)
    done.pop().result()


async def _unless(stop: asyncio.Event, work: Awaitable[object]) -> bool:
    """True when the work ended by itself, False when we were told to stop first. The work's exceptions are raised."""
    stopped = asyncio.create_task(stop.wait())
    working = asyncio.ensure_future(work)
    await asyncio.wait((stopped, working), return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
    return False


def _reachable(host: str) -> str:
    """A host to open in a browser for an address to listen on."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104


def _report(line: str) -> None:
    print(line, flush=True)
