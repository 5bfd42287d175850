"""Writing what must not be lost: again and again while the database is away, and what many write at once, together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.engine import Connection

from actions.contacts.batch import Change, write_together
from actions.tickets.database import DatabaseUnavailable
from bot.tickets import TicketDesk

P = ParamSpec("P")
T = TypeVar("T")
_FIRST_PAUSE_SECONDS = 0.3
_LONGEST_PAUSE_SECONDS = 3.0
_MOST_TOGETHER = 32
_BREATH_SECONDS = 0.01
"""Between two of them: SQLite has one writer at a time, and those who wait for it look now and then whether it is free."""


class Keeping:
    """Writes for the event loop."""

    def __init__(self, desk: TicketDesk) -> None:
        self._desk = desk
        self._waiting: list[tuple[Change, asyncio.Future[Any]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def call(self, seconds: float, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call blocking code until the database takes it. Raises DatabaseUnavailable after so many seconds."""
        return await _until_kept(seconds, partial(self._desk.in_thread, work, *arguments, **named))

    async def write(self, seconds: float, change: Callable[[Connection], T]) -> T:
        """The same for a change that is written together with those of others. Raises DatabaseUnavailable, and what `change` raises."""

        async def written() -> T:
            done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
            self._waiting.append((change, done))
            if self._writing is None:
                self._writing = asyncio.create_task(self._write())
            return await done

        return await _until_kept(seconds, written)

    async def end(self) -> None:
        """Let what is being written be written."""
        if self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write(self) -> None:
        """While some are written, the next ones gather: nobody waits for company."""
        while self._waiting:
            together, self._waiting = self._waiting[:_MOST_TOGETHER], self._waiting[_MOST_TOGETHER:]
            try:
                changes = [change for change, _ in together]
                outcomes = await self._desk.in_thread(write_together, self._desk.registry.database, changes)
            except Exception as error:
                outcomes = [error] * len(together)
            for (_, done), outcome in zip(together, outcomes, strict=True):
                if done.done():
                    continue  # whoever waited was cut off
                if isinstance(outcome, Exception):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)
            if self._waiting:
                await asyncio.sleep(_BREATH_SECONDS)
        self._writing = None


async def _until_kept(seconds: float, attempt: Callable[[], Awaitable[T]]) -> T:
    loop = asyncio.get_running_loop()
    until, pause = loop.time() + seconds, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await attempt()
        except DatabaseUnavailable:
            if loop.time() + pause > until:
                raise
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
