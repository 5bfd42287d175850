"""The client, the same for both sides: conversations, one after the other or many at once, each turn timed."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

import aiohttp

from bench.bots import Bot

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message and its checked reply."""

    number: int
    """Place in its conversation, from 1."""
    milliseconds: float
    finished_at: float
    """Of time.perf_counter, in seconds."""


@dataclass(frozen=True, slots=True)
class Window:
    """What was counted in one stretch of load."""

    milliseconds: tuple[float, ...]
    """Of each turn that was finished within the stretch."""
    seconds: float

    @property
    def turns_per_second(self) -> float:
        """Of all conversations together."""
        return len(self.milliseconds) / self.seconds


def new_session() -> aiohttp.ClientSession:
    """Connections are kept and not limited in number; cookies are not kept."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())


async def converse(
    bot: Bot, session: aiohttp.ClientSession, turns: int, first: int = 0, repeat_after: int = 0, until: float = math.inf
) -> AsyncIterator[Turn]:
    """One conversation. It begins with sentence `first`, and begins again there every `repeat_after` turns (0: never).

    No turn begins after `until` (of time.perf_counter, in seconds).
    """
    conversation: str | None = None
    for number in range(1, turns + 1):
        place = (number - 1) % repeat_after if repeat_after else number - 1
        text = bot.sentences[(first + place) % len(bot.sentences)]
        began = time.perf_counter()
        if began >= until:
            return
        conversation = await bot.say(session, text, conversation)
        now = time.perf_counter()
        yield Turn(number, (now - began) * 1000, now)


async def load(bot: Bot, session: aiohttp.ClientSession, at_once: int, turns: int, settle: float, seconds: float) -> Window:
    """Keep so many conversations of so many turns going; counted is what ends in the `seconds` after `settle`."""
    opens = time.perf_counter() + settle
    closes = opens + seconds
    conversations = count()

    async def enquirers() -> list[Turn]:
        taken: list[Turn] = []
        while time.perf_counter() < closes:
            taken.extend([turn async for turn in converse(bot, session, turns, first=turns * next(conversations), until=closes)])
        return taken

    taken = await _all(enquirers() for _ in range(at_once))
    return Window(tuple(turn.milliseconds for one in taken for turn in one if opens <= turn.finished_at < closes), seconds)


async def long_conversation(bot: Bot, session: aiohttp.ClientSession, turns: int, first: int, repeat_after: int) -> tuple[float, ...]:
    """Milliseconds of each turn of one long conversation."""
    return tuple([turn.milliseconds async for turn in converse(bot, session, turns, first, repeat_after)])


async def warm_up(bot: Bot, session: aiohttp.ClientSession, turns: int, at_once: int = 8) -> None:
    """A given number of turns, in conversations at once; says every sentence if there are turns enough."""
    each = -(-turns // at_once)

    async def conversation(number: int) -> None:
        async for _ in converse(bot, session, each, first=each * number):
            pass

    await _all(conversation(number) for number in range(at_once))


async def _all(work: Iterable[Coroutine[Any, Any, _T]]) -> list[_T]:
    """The results of all; when one fails, the others are cancelled and its exception is raised."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
