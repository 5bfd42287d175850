"""Waiting that ends when it is told to, whatever comes in at that moment."""

from __future__ import annotations

import asyncio

import pytest

from actions.background import set_within


async def test_an_event_that_is_set_in_time_is_told_from_one_that_is_not() -> None:
    event = asyncio.Event()
    assert not await set_within(event, 0.01)
    asyncio.get_running_loop().call_later(0.01, event.set)
    assert await set_within(event, 5)
    assert await set_within(event, 0)


@pytest.mark.parametrize("steps", range(4))
async def test_whoever_waits_in_a_loop_can_be_stopped_in_the_moment_in_which_the_event_is_set(steps: int) -> None:
    event = asyncio.Event()

    async def go_on() -> None:
        while True:
            await set_within(event, 30)
            event.clear()

    waiting = asyncio.create_task(go_on())
    await asyncio.sleep(0.01)
    event.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=0.5)
    waiting.cancel()
    assert done
