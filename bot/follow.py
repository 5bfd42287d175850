"""Keeps the running service's knowledge up to date with its files, and logs what became of each change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import structlog

from actions.background import running
from knowledge.live import LiveKnowledge, Refreshed, Refused

_LOOK_EVERY_SECONDS = 0.25


@asynccontextmanager
async def following(knowledge: LiveKnowledge, logger: structlog.stdlib.BoundLogger) -> AsyncIterator[None]:
    """Follow the files while the context lasts, on a thread that no question waits for."""
    with ThreadPoolExecutor(1, thread_name_prefix="follow") as thread:
        async with running(_follow(knowledge, logger, thread)):
            yield


async def _follow(knowledge: LiveKnowledge, logger: structlog.stdlib.BoundLogger, thread: ThreadPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(thread, knowledge.prepare)
    while True:
        try:
            outcome = await loop.run_in_executor(thread, knowledge.refresh)
        except Exception:  # whatever it was, what is in use keeps answering, and the next change gets its chance
            logger.exception("knowledge_not_refreshed")
            outcome = None
        if isinstance(outcome, Refreshed):
            logger.info("knowledge_refreshed", changed=outcome.changed, candidates=outcome.candidates)
        elif isinstance(outcome, Refused):
            logger.error("knowledge_refused", changed=outcome.changed, reason=str(outcome.error))
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
