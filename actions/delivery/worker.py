"""The delivery worker: claims what is due, sends it, writes down what became of it.

Any number of workers may run, in one process or in several. One that is told to stop finishes what it holds, or puts it
back; one that is killed leaves a claim behind that runs out.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from actions.delivery import outbox
from actions.delivery.model import DeliveryFailed, Parcel, Receipt, Sender
from actions.delivery.outbox import Claimed
from actions.delivery.retry import GiveUp, Hold, RetryIn, decide
from actions.office.model import Directory, EndpointKind
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets, utc_now

_AT_ONCE = 8
_AT_ONCE_A_BUREAU = 2
_LOOK_EVERY_SECONDS = 1.0
_FINISH_WITHIN_SECONDS = 5.0


InThread = Callable[..., Awaitable[Any]]
"""Calls blocking code beside the event loop: `in_thread(work, *arguments)`."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take."""

    delays_seconds: Sequence[float]
    """Between the attempts of one delivery."""
    timeout_seconds: float
    """Of one attempt; a claim lasts a little longer."""

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: an attempt, connecting and writing down its outcome."""
        return timedelta(seconds=self.timeout_seconds * 1.5 + 5)


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
        self._database = database
        self._tickets = tickets
        self._key = key
        self._senders = senders
        self._directory = directory
        self._timing = timing
        self._in_thread = in_thread
        self._logger = logger
        self._clock = clock
        self._under_way: dict[asyncio.Task[None], Claimed] = {}
        self._poked = asyncio.Event()

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
                for one in claimed:
                    task = asyncio.create_task(self._deliver(one))
                    self._under_way[task] = one
                    task.add_done_callback(self._under_way.pop)
                if not claimed:
                    await self._something(stopping)
                elif len(self._under_way) >= _AT_ONCE:
                    await asyncio.wait({stopping, *self._under_way}, return_when=asyncio.FIRST_COMPLETED)
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
        if not self._under_way:
            return
        held = dict(self._under_way)
        _, late = await asyncio.wait(held, timeout=_FINISH_WITHIN_SECONDS)
        for task in late:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            with contextlib.suppress(DatabaseUnavailable):
                await self._in_thread(self._give_back, held[task])

    async def _claim(self) -> list[Claimed]:
        room = _AT_ONCE - len(self._under_way)
        if room <= 0:
            return []
        counts = Counter(claimed.bureau for claimed in self._under_way.values())
        busy = [bureau for bureau, number in counts.items() if number >= _AT_ONCE_A_BUREAU]
        try:
            claimed: list[Claimed] = await self._in_thread(self._claim_now, min(room, _AT_ONCE_A_BUREAU), busy)
        except DatabaseUnavailable as error:
            self._logger.error("outbox_unavailable", reason=str(error))
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            return []
        return claimed

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            try:
                receipt = await self._send(claimed)
            except DeliveryFailed as failure:
                await self._in_thread(self._failed, claimed, failure)
            else:
                await self._in_thread(self._delivered, claimed, receipt)
        except DatabaseUnavailable as error:
            # The claim runs out, and the delivery is sent again under the same id.
            self._logger.error("outcome_not_kept", webhook_id=claimed.webhook_id, reason=str(error))
        except Exception:  # one delivery's trouble must not end the worker
            self._logger.exception("delivery_broke", webhook_id=claimed.webhook_id)

    async def _send(self, claimed: Claimed) -> Receipt:
        bureau = self._directory().by_name.get(claimed.bureau)
        endpoint = bureau.endpoint if bureau else None
        if endpoint is None:
            raise DeliveryFailed("单位清单中已没有这个单位的接口", disables=True)
        sender = self._senders.get(endpoint.kind)
        if sender is None:
            raise DeliveryFailed("没有设置邮件服务器（SMTP_HOST）", disables=True)
        return await sender.send(Parcel(claimed.webhook_id, self._key.decrypt(claimed.body), endpoint))

    # What follows touches the database, in a thread.

    def _claim_now(self, limit: int, busy: list[str]) -> list[Claimed]:
        with self._database.writing() as connection:
            return outbox.claim(connection, self._clock(), self._timing.lease, limit, busy)

    def _give_back(self, claimed: Claimed) -> None:
        with self._database.writing() as connection:
            outbox.give_back(connection, claimed, self._clock())

    def _delivered(self, claimed: Claimed, receipt: Receipt) -> None:
        with self._database.writing() as connection:
            outbox.record_delivered(connection, claimed, self._clock(), receipt.status)
        self._logger.info("delivered", webhook_id=claimed.webhook_id, bureau=claimed.bureau, attempt=claimed.attempt)

    def _failed(self, claimed: Claimed, failure: DeliveryFailed) -> None:
        if not failure.was_tried:
            due_at = self._clock() + timedelta(seconds=failure.retry_after_seconds or _LOOK_EVERY_SECONDS)
            with self._database.writing() as connection:
                outbox.record_postponed(connection, claimed, failure.message, due_at)
            return
        decision = decide(claimed.in_row, failure, self._timing.delays_seconds, random.random())  # noqa: S311 - jitter, not a secret
        told = {"webhook_id": claimed.webhook_id, "bureau": claimed.bureau, "attempt": claimed.attempt, "reason": failure.message}
        match decision:
            case RetryIn(seconds):
                now = self._clock()
                with self._database.writing() as connection:
                    outbox.record_retry(connection, claimed, now, failure.status, failure.message, now + timedelta(seconds=seconds))
                self._logger.warning("delivery_failed", retry_in_seconds=round(seconds), **told)
            case Hold():
                self._tickets.hold(claimed, failure.status, failure.message)
                self._logger.error("endpoint_disabled", **told)
            case GiveUp():
                self._tickets.give_up(claimed, failure.status, failure.message)
                self._logger.error("delivery_given_up", **told)
