"""A delivery worker with all that it needs, for as long as a context lasts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from actions.delivery.endpoints import senders
from actions.delivery.guard import guarded_session
from actions.delivery.worker import InThread, Timing, Worker
from actions.registry import Registry
from actions.settings import TicketSettings
from actions.tickets.register import utc_now


@asynccontextmanager
async def delivering(
    registry: Registry, settings: TicketSettings, in_thread: InThread, logger: structlog.stdlib.BoundLogger
) -> AsyncIterator[Worker]:
    """Deliver while the context lasts; at its end what is under way is finished or put back."""
    timing = Timing(settings.delivery_delays_seconds, settings.delivery_timeout_seconds)
    async with guarded_session(settings.delivery_allow_networks) as session:
        ways = senders(session, settings.smtp, utc_now, timeout_seconds=settings.delivery_timeout_seconds)
        worker = Worker(
            registry.database, registry.tickets, registry.key, ways, lambda: registry.office.current.directory, timing, in_thread, logger
        )
        stop = asyncio.Event()
        working = asyncio.create_task(worker.work(stop))
        try:
            yield worker
        finally:
            stop.set()
            await working
