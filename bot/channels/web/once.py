"""The same answer to the same message: pages send one again, under the same `client_id`, whenever they did not see its answer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

_MOST_REMEMBERED = 2_000

Reply = dict[str, Any]
"""The body of an answer."""


class Kept(Protocol):
    """Where answers outlive the process."""

    async def find(self, conversation: str, client_id: str) -> Reply | None:
        """The answer that was given, if any."""

    async def keep(self, conversation: str, client_id: str, reply: Reply) -> None:
        """Keep an answer. Whatever prevents it is logged, not raised: the answer is there."""


class Once:
    """Takes each message once: a repeat waits for the first, or gets what it got. What failed was not taken, and may be tried again."""

    def __init__(self, kept: Kept | None = None) -> None:
        self._kept = kept
        self._taking: dict[tuple[str, str], asyncio.Task[Reply]] = {}
        self._taken: OrderedDict[tuple[str, str], Reply] = OrderedDict()

    async def take(self, conversation: str, client_id: str, work: Callable[[], Awaitable[Reply]]) -> Reply:
        """`conversation`: mark of it, empty for one that the message begins. Raises what `work` raises."""
        key = (conversation, client_id)
        if key in self._taken:
            return self._taken[key]
        task = self._taking.get(key)
        if task is None:
            task = self._taking[key] = asyncio.create_task(self._take(key, work))
            task.add_done_callback(lambda done: self._end(key, done))
        return await asyncio.shield(task)  # whoever goes away takes nobody's answer along

    async def _take(self, key: tuple[str, str], work: Callable[[], Awaitable[Reply]]) -> Reply:
        reply = await self._kept.find(*key) if self._kept else None
        if reply is None:
            reply = await work()
            if self._kept:
                await self._kept.keep(*key, reply)
        self._taken[key] = reply
        if len(self._taken) > _MOST_REMEMBERED:
            self._taken.popitem(last=False)
        return reply

    def _end(self, key: tuple[str, str], done: asyncio.Task[Reply]) -> None:
        del self._taking[key]
        if not done.cancelled():
            done.exception()  # seen, also where everybody who waited has gone away
