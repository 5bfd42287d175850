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

from actions.background import running
from actions.questions import Asked, Remark
from actions.questions.likeness import Encode, Likeness
from actions.questions.register import Questions
from actions.tickets.database import Database, DatabaseUnavailable

_KEEP_EVERY_SECONDS = 0.5
_KEEP_AGAIN_SECONDS = 5.0
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
        self._waiting: deque[Asked] = deque()

    def note(self, asked: Asked) -> None:
        """Keep a question soon. Where too many wait, the oldest is given up."""
        if len(self._waiting) >= _MOST_WAITING:
            self._waiting.popleft()
            self._logger.error("question_lost", reason="too many wait")
        self._waiting.append(asked)

    async def keep(self, remark: Remark) -> bool:
        """Keep a thumb; False where that failed."""
        if not await self.flush():  # the question that it is about may be waiting
            return False
        try:
            await self._in_thread(self._questions.remark, remark)
        except DatabaseUnavailable as error:
            self._logger.error("remark_not_kept", reason=str(error))
            return False
        return True

    async def flush(self) -> bool:
        """Keep what waits; what cannot be kept now waits on. Whether nothing does."""
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_MOST_AT_ONCE, len(self._waiting)))]
            try:
                await self._in_thread(self._questions.record, batch)
            except DatabaseUnavailable as error:
                self._waiting.extendleft(reversed(batch))
                self._logger.error("questions_not_kept", waiting=len(self._waiting), reason=str(error))
                return False
            except Exception as error:  # whatever it was, the next batch gets its chance; its text may hold their words
                self._logger.error("questions_lost", number=len(batch), reason=type(error).__name__)
        return True

    async def keep_on(self, stop: asyncio.Event) -> None:
        """Keep what comes until told to stop, and then what still waits."""
        while not stop.is_set():
            seconds = _KEEP_EVERY_SECONDS if await self.flush() else _KEEP_AGAIN_SECONDS
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), seconds)
        if not await self.flush():
            self._logger.error("questions_lost", number=len(self._waiting), reason="stopped")

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
        stop = asyncio.Event()
        keeping = asyncio.create_task(desk.keep_on(stop))
        try:
            async with running(desk.sweep(keep_days)):
                yield desk
        finally:
            stop.set()  # not cancelled: a batch that is on its way to the thread would be lost
            await keeping
