"""Keeps the running service's knowledge up to date with its files, and logs what became of each change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import structlog

from actions.background import running
from actions.tickets.database import DatabaseUnavailable
from knowledge.live import LiveKnowledge, Refreshed, Refused

_LOOK_EVERY_SECONDS = 0.25
_RECORD_AGAIN_SECONDS = 30.0
Record = Callable[[Sequence[str]], int]
"""Keeps versions of files, named by their paths below the knowledge folder; how many were not known yet."""


@asynccontextmanager
async def following(knowledge: LiveKnowledge, logger: structlog.stdlib.BoundLogger, record: Record) -> AsyncIterator[None]:
    """Follow the files while the context lasts, on a thread that no question waits for, and record what became of them."""
    with ThreadPoolExecutor(1, thread_name_prefix="follow") as thread:
        async with running(_follow(knowledge, logger, thread, record)):
            yield


async def _follow(knowledge: LiveKnowledge, logger: structlog.stdlib.BoundLogger, thread: ThreadPoolExecutor, record: Record) -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(thread, knowledge.prepare)
    unrecorded, record_at = set(knowledge.library_files), loop.time()
    while True:
        try:
            outcome = await loop.run_in_executor(thread, knowledge.refresh)
        except Exception:  # whatever it was, what is in use keeps answering, and the next change gets its chance
            logger.exception("knowledge_not_refreshed")
            outcome = None
        if isinstance(outcome, Refreshed):
            logger.info("knowledge_refreshed", changed=outcome.changed, candidates=outcome.candidates)
            unrecorded.update(name for name in outcome.changed if name.startswith(("faq/", "boundaries/")))
            record_at = loop.time()
        elif isinstance(outcome, Refused):
            logger.error("knowledge_refused", changed=outcome.changed, reason=str(outcome.error))
        if unrecorded and loop.time() >= record_at:
            try:
                await loop.run_in_executor(thread, record, sorted(unrecorded))
                unrecorded.clear()
            except (DatabaseUnavailable, OSError) as error:
                logger.error("knowledge_versions_not_recorded", reason=str(error))
                record_at = loop.time() + _RECORD_AGAIN_SECONDS
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
