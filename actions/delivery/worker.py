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

from actions.delivery.books import Books, Timing
from actions.delivery.model import DeliveryFailed, Parcel, Receipt, Sender
from actions.delivery.outbox import Claimed
from actions.office.model import Directory, EndpointKind
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets, utc_now

__all__ = ["InThread", "Timing", "Worker"]

_AT_ONCE = 32
_AT_ONCE_A_BUREAU = 2
"""A bureau that hangs takes so much of the whole, and spares its own server the rest."""
_CLAIMS_AT_ONCE = 8
"""In one transaction, for which new leads have to wait."""
_LOOK_EVERY_SECONDS = 1.0
_FINISH_WITHIN_SECONDS = 5.0
_WRITE_WITHIN_SECONDS = 10.0

InThread = Callable[..., Awaitable[Any]]
"""Calls blocking code beside the event loop: `in_thread(work, *arguments)`."""


class Worker:
    """One worker. `work` runs until it is cancelled or told to stop."""

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
        self._under_way: dict[asyncio.Task[None], str] = {}
        """With the bureau of each."""
        self._sending: set[asyncio.Task[Receipt | DeliveryFailed]] = set()
        self._poked = asyncio.Event()
        self._ending = asyncio.Event()

    def poke(self) -> None:
        """Look now: something was put into the outbox."""
        self._poked.set()

    async def work(self, stop: asyncio.Event) -> None:
        """Send what is due until `stop` is set; then finish what is under way."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._poked.clear()
                claimed = await self._claim()
                for one, until in claimed:
                    task = asyncio.create_task(self._deliver(one, until))
                    self._under_way[task] = one.bureau
                    task.add_done_callback(self._under_way.pop)
                if not claimed or len(self._under_way) >= _AT_ONCE:
                    await self._something(stopping)
        finally:
            stopping.cancel()
            await self._finish()

    async def _something(self, stopping: asyncio.Task[Any]) -> None:
        """Wait until it is worth looking again."""
        poked = asyncio.create_task(self._poked.wait())
        await asyncio.wait({stopping, poked, *self._under_way}, timeout=_LOOK_EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        poked.cancel()

    async def _finish(self) -> None:
        """What is under way ends or is put back; its outcome is written down in any case."""
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=_FINISH_WITHIN_SECONDS)
        self._ending.set()
        for sending in tuple(self._sending):
            sending.cancel()
        if self._under_way:
            await asyncio.wait(set(self._under_way), timeout=_WRITE_WITHIN_SECONDS)

    async def _claim(self) -> list[tuple[Claimed, datetime]]:
        """What is claimed now, each with the time at which its claim runs out."""
        room = min(_AT_ONCE - len(self._under_way), _CLAIMS_AT_ONCE)
        if room <= 0:
            return []
        try:
            claimed: list[tuple[Claimed, datetime]] = await self._in_thread(
                self._books.claim, room, Counter(self._under_way.values()), _AT_ONCE_A_BUREAU
            )
        except DatabaseUnavailable as error:
            self._logger.error("outbox_unavailable", reason=str(error))
            return []
        except Exception:  # whatever it was: a worker that ended here would leave everything lying, unnoticed
            self._logger.exception("claiming_broke")
            return []
        return claimed

    async def _deliver(self, claimed: Claimed, until: datetime) -> None:
        if self._clock() + timedelta(seconds=self._timing.longest_seconds) > until:
            # The machine stood still meanwhile: before this attempt ends, somebody else may begin another one.
            await self._keep(claimed, self._books.give_back)
            return
        sending = asyncio.create_task(self._send(claimed))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        await asyncio.wait({sending})
        # Only sending is ever cancelled: an outcome that is known is written down, come what may.
        outcome = None if sending.cancelled() else sending.result()
        if outcome is None:
            await self._keep(claimed, self._books.give_back)
        elif isinstance(outcome, Receipt):
            await self._keep(claimed, self._books.delivered, outcome)
        else:
            await self._keep(claimed, self._books.failed, outcome)

    async def _send(self, claimed: Claimed) -> Receipt | DeliveryFailed:
        try:
            return await asyncio.wait_for(self._send_parcel(claimed), self._timing.longest_seconds)
        except DeliveryFailed as failure:
            return failure
        except asyncio.TimeoutError:
            return DeliveryFailed("没有在规定时间内送达（超时）。")
        except Exception:  # it counts as a failed attempt, or it would be tried without a pause and for ever
            self._logger.exception("sending_broke", webhook_id=claimed.webhook_id)
            return DeliveryFailed("本系统推送时出错，请管理员查看运行日志。")

    async def _send_parcel(self, claimed: Claimed) -> Receipt:
        bureau = self._directory().by_name.get(claimed.bureau)
        endpoint = bureau.endpoint if bureau else None
        if endpoint is None:
            raise DeliveryFailed("单位清单中已没有这个单位的接口", disables=True)
        sender = self._senders.get(endpoint.kind)
        if sender is None:
            raise DeliveryFailed("没有设置邮件服务器（SMTP_HOST）", disables=True)
        return await sender.send(Parcel(claimed.webhook_id, self._key.decrypt(claimed.body), endpoint))

    async def _keep(self, claimed: Claimed, record: Callable[..., None], *told: Any) -> None:
        """Write down what became of it; where the database cannot be used, again and again, until the worker ends."""
        is_first = True
        while True:
            try:
                await self._in_thread(record, claimed, *told)
            except DatabaseUnavailable as error:
                if is_first:
                    self._logger.error("outcome_not_kept", webhook_id=claimed.webhook_id, reason=str(error))
                is_first = False
                if self._ending.is_set():
                    return  # the claim runs out, and the delivery is sent again under the same id
            except Exception:  # one delivery's trouble must not end the worker; its claim runs out
                self._logger.exception("delivery_broke", webhook_id=claimed.webhook_id)
                return
            else:
                return
            ending = asyncio.create_task(self._ending.wait())
            await asyncio.wait({ending}, timeout=_LOOK_EVERY_SECONDS)
            ending.cancel()
