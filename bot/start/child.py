"""Child processes that never outlive the code that started them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import IO

from bot.settings import PROJECT

_STOP_WITHIN_SECONDS = 10.0
Output = IO[bytes] | int


@contextlib.asynccontextmanager
async def child_process(
    command: Sequence[str], output: Output, errors: Output, environment: Mapping[str, str]
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A child in a session of its own, so that Ctrl-C reaches only us; ended with the context, by force if it must be."""
    child = await asyncio.create_subprocess_exec(
        *command, cwd=PROJECT, env=dict(environment), stdout=output, stderr=errors, start_new_session=True
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.terminate()
            try:
                await asyncio.wait_for(child.wait(), _STOP_WITHIN_SECONDS)
            except asyncio.TimeoutError:
                os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
