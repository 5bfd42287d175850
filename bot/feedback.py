"""Keeps remarks on answers beside the event loop, and forgets them in time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone

import structlog
from sqlalchemy.exc import SQLAlchemyError

from actions.feedback import Remark, open_remarks
from actions.feedback.store import Remarks
from bot.settings import Settings

_SWEEP_EVERY_SECONDS = 6 * 60 * 60


class FeedbackDesk:
    """Takes remarks from the event loop; a remark that cannot be kept is logged, and the turn goes on."""

    def __init__(self, remarks: Remarks, thread: ThreadPoolExecutor, logger: structlog.stdlib.BoundLogger) -> None:
        self._remarks = remarks
        self._thread = thread
        self._logger = logger

    async def keep(self, remark: Remark) -> bool:
        """Keep a remark; False where that failed."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._remarks.add, remark)
        except SQLAlchemyError as error:
            self._logger.error("remark_not_kept", reason=type(error).__name__)
            return False
        return True

    async def sweep(self, days: int) -> None:
        """Forget what is older than so many days, now and every few hours."""
        while True:
            before = datetime.now(timezone.utc) - timedelta(days=days)
            try:
                dropped = await asyncio.get_running_loop().run_in_executor(self._thread, self._remarks.drop_before, before)
                if dropped:
                    self._logger.info("remarks_forgotten", number=dropped)
            except SQLAlchemyError as error:
                self._logger.error("remarks_not_forgotten", reason=type(error).__name__)
            await asyncio.sleep(_SWEEP_EVERY_SECONDS)


@asynccontextmanager
async def feedback_desk(settings: Settings, logger: structlog.stdlib.BoundLogger) -> AsyncIterator[FeedbackDesk]:
    """A desk with the database of the settings, swept while the context lasts. Raises SQLAlchemyError where it cannot be opened."""
    with (
        ThreadPoolExecutor(1, thread_name_prefix="feedback") as thread,
        contextlib.closing(open_remarks(settings.feedback_file)) as remarks,
    ):
        desk = FeedbackDesk(remarks, thread, logger)
        sweeping = asyncio.create_task(desk.sweep(settings.feedback_days))
        try:
            yield desk
        finally:
            sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sweeping
