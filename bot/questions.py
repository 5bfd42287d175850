"""Questions and thumbs beside the event loop: kept in batches, grouped on a thread of their own, forgotten in time."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import TypeVar

import structlog

from actions.questions import Asked, Remark
from actions.questions.likeness import Encode, Likeness
from actions.questions.register import Questions
from actions.tickets.database import Database, DatabaseUnavailable

_KEEP_EVERY_SECONDS = 0.5
_MOST_AT_ONCE = 200
_MOST_WAITING = 10_000
_SWEEP_EVERY_SECONDS = 6 * 60 * 60
T = TypeVar("T")
R = TypeVar("R")


class QuestionDesk:
    """Takes questions and thumbs from the event loop. A turn never waits for a question to be kept."""

    def __init__(self, questions: Questions, thread: ThreadPoolExecutor, logger: structlog.stdlib.BoundLogger) -> None:
        self._questions = questions
        self._thread = thread
        self._logger = logger
        self._waiting: deque[Asked] = deque(maxlen=_MOST_WAITING)

    def note(self, asked: Asked) -> None:
        """Keep a question soon."""
        self._waiting.append(asked)

    async def keep(self, remark: Remark) -> bool:
        """Keep a thumb; False where that failed."""
        try:
            await self._in_thread(self._questions.remark, remark)
        except DatabaseUnavailable as error:
            self._logger.error("remark_not_kept", reason=str(error))
            return False
        return True

    async def flush(self) -> None:
        """Keep what waits; what cannot be kept now waits on."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_MOST_AT_ONCE, len(self._waiting)))]
            try:
                await self._in_thread(self._questions.record, batch)
            except DatabaseUnavailable as error:
                self._waiting.extendleft(reversed(batch))
                self._logger.error("questions_not_kept", waiting=len(self._waiting), reason=str(error))
                return

    async def keep_on(self) -> None:
        """Keep what comes, as long as the service runs."""
        while True:
            try:
                await self.flush()
            except Exception:  # whatever it was, the next batch gets its chance
                self._logger.exception("questions_lost")
            await asyncio.sleep(_KEEP_EVERY_SECONDS)

    async def sweep(self, days: int) -> None:
        """Forget what is older than so many days, now and every few hours."""
        while True:
            before = datetime.now(timezone.utc) - timedelta(days=days)
            try:
                if dropped := await self._in_thread(self._questions.drop_before, before):
                    self._logger.info("questions_forgotten", number=dropped)
            except DatabaseUnavailable as error:
                self._logger.error("questions_not_forgotten", reason=str(error))
            await asyncio.sleep(_SWEEP_EVERY_SECONDS)

    async def _in_thread(self, work: Callable[[T], R], argument: T) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, argument)


@asynccontextmanager
async def question_desk(
    database: Database, encode: Encode | None, keep_days: int, logger: structlog.stdlib.BoundLogger
) -> AsyncIterator[QuestionDesk]:
    """A desk that works while the context lasts; what waits is kept at its end. Without `encode` nothing is grouped."""
    with ThreadPoolExecutor(1, thread_name_prefix="questions") as thread:
        desk = QuestionDesk(Questions(database, Likeness(encode) if encode else None), thread, logger)
        tasks = [asyncio.create_task(desk.keep_on()), asyncio.create_task(desk.sweep(keep_days))]
        try:
            yield desk
        finally:
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await desk.flush()
