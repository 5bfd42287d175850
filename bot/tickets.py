"""Leads and tickets in the running service: blocking work beside the event loop, office files followed, old tickets erased."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import ParamSpec, TypeVar

import structlog

from actions.background import running
from actions.delivery.delivering import delivering
from actions.delivery.worker import Worker
from actions.lead.model import Lead
from actions.registry import Registry, open_registry
from actions.settings import TicketSettings
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.register import Opened, utc_now
from knowledge.errors import LibraryError

_SWEEP_EVERY_SECONDS = 6 * 60 * 60
_LOOK_EVERY_SECONDS = 1.0
_THREADS_FOR_POSTGRESQL = 4
P = ParamSpec("P")
T = TypeVar("T")


class TicketDesk:
    """The registry for the event loop."""

    def __init__(self, registry: Registry, settings: TicketSettings, threads: ThreadPoolExecutor, at_once_in_background: int = 1) -> None:
        self.registry = registry
        self.settings = settings
        self._threads = threads
        self._background = asyncio.Semaphore(at_once_in_background)
        self._worker: Worker | None = None

    def wakes(self, worker: Worker) -> None:
        """This worker is to be told of what was put into the outbox."""
        self._worker = worker

    async def in_thread(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call blocking code. Its exceptions come out here."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*arguments, **named))

    async def in_background(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The same for what nobody waits for: little of it at a time, so that whoever waits stands behind little of it.

        With a locked database each call takes seconds, and an enquirer must be told so within the time for a turn.
        """
        async with self._background:
            return await self.in_thread(work, *arguments, **named)

    async def take(self, lead: Lead) -> Opened:
        """Open a ticket, and have it delivered at once. Raises SubmissionConflict, DatabaseUnavailable."""
        return await self.changing(self.registry.tickets.open_ticket, lead)

    async def changing(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call blocking code that may have put something into the outbox."""
        outcome = await self.in_thread(work, *arguments, **named)
        self.poke()
        return outcome

    def poke(self) -> None:
        """Something was put into the outbox. To be called on the event loop."""
        if self._worker:
            self._worker.poke()

    def sheet_path(self, number: str) -> str:
        """Where a ticket's service sheet is shown: the mark in it cannot be guessed."""
        return f"/sheets/{number}/{self.registry.key.mark('sheet', number)}"


@asynccontextmanager
async def ticket_desk(settings: TicketSettings, logger: structlog.stdlib.BoundLogger) -> AsyncIterator[TicketDesk]:
    """A desk with a delivery worker, while the context lasts. Raises what `open_registry` raises."""
    with open_registry(settings, os.environ) as registry:
        if registry.key_was_made:
            logger.warning("personal_key_made", file=str(settings.personal_key_file), hint="keep a copy apart from the backups")
        # SQLite has one writer at a time: one thread waits for nobody.
        threads = 1 if registry.database.is_sqlite else _THREADS_FOR_POSTGRESQL
        with ThreadPoolExecutor(threads, thread_name_prefix="tickets") as pool:
            desk = TicketDesk(registry, settings, pool, max(1, threads // 2))
            async with delivering(registry, settings, desk.in_background, logger) as worker:
                desk.wakes(worker)
                async with running(_sweep(desk, logger), _follow(desk, logger)):
                    yield desk


async def _sweep(desk: TicketDesk, logger: structlog.stdlib.BoundLogger) -> None:
    """Erase what was kept long enough, now and every few hours."""
    tickets = desk.registry.tickets
    while True:
        try:
            erased = await desk.in_background(tickets.erase_closed_before, utc_now() - timedelta(days=desk.settings.retention_days))
            await desk.in_background(tickets.forget_passing)
            if erased:
                logger.info("tickets_erased", number=erased)
        except DatabaseUnavailable as error:
            logger.error("tickets_not_erased", reason=str(error))
        except Exception:  # whatever it was, the next round gets its chance
            logger.exception("tickets_not_erased")
        await asyncio.sleep(_SWEEP_EVERY_SECONDS)


async def _follow(desk: TicketDesk, logger: structlog.stdlib.BoundLogger) -> None:
    """Use the office's files as they are saved; a faulty one is told of and the last good ones stay."""
    while True:
        try:
            outcome = await desk.in_background(desk.registry.office.refresh)
        except Exception:  # whatever it was, what is in use stays, and the next change gets its chance
            logger.exception("office_not_refreshed")
            outcome = False
        if isinstance(outcome, LibraryError):
            logger.error("office_refused", reason=str(outcome))
        elif outcome:
            logger.info("office_refreshed")
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
