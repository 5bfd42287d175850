"""Starts a bot with all its processes, waits until it answers, and ends every one of them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from bench.bots import Bot
from bench.errors import BadReply, NotStarted

_READY_WITHIN_SECONDS = 240.0
_STOP_WITHIN_SECONDS = 25.0
_POLL_SECONDS = 0.1
_MARK = "BENCH_PROCESS"


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is ready."""

    process: psutil.Process
    """The one that was started; the others are below it."""
    seconds_to_ready: float
    """From the start of the process to the first good reply to a real message."""


@contextlib.asynccontextmanager
async def running(bot: Bot, session: aiohttp.ClientSession, log: Path) -> AsyncIterator[Running]:
    """A bot, ready, while the context lasts. Raises NotStarted."""
    started = time.perf_counter()
    async with started_process(bot.command, bot.folder, bot.environment, log) as process:
        await _until_it_answers(bot, session, process, log)
        yield Running(psutil.Process(process.pid), time.perf_counter() - started)


@contextlib.asynccontextmanager
async def started_process(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process in a session of its own, so that Ctrl-C reaches only us; it and all below it end with the context."""
    log.parent.mkdir(parents=True, exist_ok=True)
    mark = secrets.token_hex(8)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env={**environment, _MARK: mark},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), _STOP_WITHIN_SECONDS)
        for left in await asyncio.to_thread(_marked, mark):
            with contextlib.suppress(psutil.NoSuchProcess):
                left.kill()
        await process.wait()


async def _until_it_answers(bot: Bot, session: aiohttp.ClientSession, process: asyncio.subprocess.Process, log: Path) -> None:
    deadline = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        if process.returncode is not None:
            raise NotStarted(f"{bot.name} ended with exit code {process.returncode}; see the end of {log}")
        with contextlib.suppress(BadReply, aiohttp.ClientError, asyncio.TimeoutError):
            await bot.say(session, bot.sentences[0], None)
            return
        await asyncio.sleep(_POLL_SECONDS)
    raise NotStarted(f"{bot.name} gave no good reply to “{bot.sentences[0]}” in {_READY_WITHIN_SECONDS:.0f} s; see {log}")


def _marked(mark: str) -> list[psutil.Process]:
    """Every process that was started with this mark in its environment, orphans and those in other sessions included."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(_MARK) == mark:
                found.append(process)
    return found
