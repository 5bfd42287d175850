"""Work that goes on beside something else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def running(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Each of them in a task of its own while the context lasts; cancelled, and waited for, at its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def set_within(event: asyncio.Event, seconds: float) -> bool:
    """Whether an event is set within so many seconds.

    Not `asyncio.wait_for`: in Python 3.11 and before it takes no notice of being cancelled in the moment in which the event is set
    (bpo-42130), and whoever waits in a loop would go on for ever.
    """
    waiting = asyncio.ensure_future(event.wait())
    try:
        done, _ = await asyncio.wait({waiting}, timeout=seconds)
        return bool(done)
    finally:
        waiting.cancel()
