"""The delivery worker: claims what is due, sends it, writes down what became of it.

Any number of workers may run, in one process or in several. One that is told to stop finishes what it holds, or puts it
back; one that is killed leaves a claim behind that runs out.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from actions.delivery.books import Attempted, Books, Held, Timing
from actions.delivery.model import DeliveryFailed, Parcel, Receipt, Sender
from actions.delivery.outbox import Claimed
from actions.office.model import Directory, EndpointKind
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets, utc_now

__all__ = ["InThread", "Timing", "Worker"]

_AT_ONCE = 32
_AT_ONCE_A_BUREAU = 2
"""A bureau that hangs takes so much of the whole, and a slow one is not flooded."""
_CLAIMS_AT_ONCE = 8
"""In one transaction, for which new leads have to wait."""
_LOOK_EVERY_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 0.25
_LAST_TRIES = 3

InThread = Callable[..., Awaitable[Any]]
"""Calls blocking code beside the event loop: `in_thread(work, *arguments)`."""


class Worker:
    """One worker. `work` runs until it is cancelled or told to stop, and only once."""

    def __init__(
        self,
        database: Database,
        tickets: Tickets,
        key: PersonalKey,
        senders: Mapping[EndpointKind, Sender],
        directory: Callable[[], Directory],
        timing: Timing,
        in_thread: InThread,
        logger: structlog.stdlib.BoundLogger,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._books = Books(database, tickets, timing, logger, clock)
        self._key = key
        self._senders = senders
        self._directory = directory
        self._timing = timing
        self._in_thread = in_thread
        self._logger = logger
        self._clock = clock
        self._sending: dict[asyncio.Task[Receipt | DeliveryFailed | None], Claimed] = {}
        self._attempted: list[Attempted] = []
        """To be written down."""
        self._woken = asyncio.Event()

    def poke(self) -> None:
        """Look now: something was put into the outbox."""
        self._woken.set()

    async def work(self, stop: asyncio.Event) -> None:
        """Send what is due until `stop` is set; then finish what is under way."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                began = asyncio.get_running_loop().time()
                held = await self._turn(min(_AT_ONCE - len(self._sending), _CLAIMS_AT_ONCE))
                for one in held or ():
                    self._start(one)
                if held is None:
                    await asyncio.wait({stopping}, timeout=_LOOK_EVERY_SECONDS)
                elif held:
                    # Enquirers wait for their leads, nobody for us: the database is left to them for as long as it took.
                    took = asyncio.get_running_loop().time() - began
                    await asyncio.wait({stopping}, timeout=min(took, _LONGEST_PAUSE_SECONDS))
                else:
                    await self._something(stopping)
        finally:
            stopping.cancel()
            await self._finish()

    async def _something(self, stopping: asyncio.Task[Any]) -> None:
        """Wait until it is worth looking again."""
        woken = asyncio.create_task(self._woken.wait())
        await asyncio.wait({stopping, woken}, timeout=_LOOK_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()

    async def _finish(self) -> None:
        """What is under way ends or is put back; its outcome is written down in any case."""
        ends = asyncio.get_running_loop().time() + self._timing.finish_seconds
        while self._sending and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._sending), timeout=left, return_when=asyncio.FIRST_COMPLETED)
            await self._turn(0)
        late = set(self._sending)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        for _ in range(_LAST_TRIES):
            if await self._turn(0) is not None:
                break
        # What could not be written down is sent again under the same id when its claim has run out.

    async def _turn(self, room: int) -> list[Held] | None:
        """What is claimed now; None where the database cannot be used, and what became of attempts is kept for the next time."""
        attempted = tuple(self._attempted)
        if not attempted and room <= 0:
            return []
        under_way = Counter(claimed.bureau for claimed in self._sending.values())
        try:
            held: list[Held] = await self._in_thread(self._books.turn, attempted, room, under_way, _AT_ONCE_A_BUREAU)
        except DatabaseUnavailable as error:
            self._logger.error("outbox_unavailable", outcomes_waiting=len(attempted), reason=str(error))
            return None
        except Exception:  # whatever it was: a worker that ended here would leave everything lying, unnoticed
            self._logger.exception("outbox_broke", outcomes_dropped=len(attempted))
            del self._attempted[: len(attempted)]  # else it might break on them for ever; their claims run out
            return None
        del self._attempted[: len(attempted)]
        return held

    def _start(self, held: Held) -> None:
        task = asyncio.create_task(self._send(held))
        self._sending[task] = held.claimed
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Receipt | DeliveryFailed | None]) -> None:
        claimed = self._sending.pop(task)
        self._attempted.append(Attempted(claimed, None if task.cancelled() else task.result()))
        self._woken.set()

    async def _send(self, held: Held) -> Receipt | DeliveryFailed | None:
        claimed = held.claimed
        if self._clock() + timedelta(seconds=self._timing.longest_seconds) > held.until:
            return None  # the machine stood still: before this attempt ended, somebody else could begin another one
        try:
            return await asyncio.wait_for(self._send_parcel(claimed), self._timing.longest_seconds)
        except DeliveryFailed as failure:
            return failure
        except asyncio.TimeoutError:
            return DeliveryFailed("没有在规定时间内送达（超时）。")
        except Exception:  # it counts as a failed attempt, or it would be tried for ever
            self._logger.exception("sending_broke", webhook_id=claimed.webhook_id)
            return DeliveryFailed("本系统推送时出错，请管理员查看运行日志。")

    async def _send_parcel(self, claimed: Claimed) -> Receipt:
        bureau = self._directory().by_name.get(claimed.bureau)
        endpoint = bureau.endpoint if bureau else None
        if endpoint is None:
            raise DeliveryFailed("单位清单中已没有这个单位的接口", disables=True)
        return await self._senders[endpoint.kind].send(Parcel(claimed.webhook_id, self._key.decrypt(claimed.body), endpoint))
