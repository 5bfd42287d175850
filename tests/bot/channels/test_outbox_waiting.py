"""The clockwork of the outbox ends when it is told to, whatever comes in at that moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.exchange.outbox_delivery import OutboxDelivery


@pytest.mark.parametrize("steps", range(4))
async def test_whoever_waits_for_news_can_be_stopped_in_the_moment_in_which_some_come(steps: int) -> None:
    nothing: Any = None
    delivery = OutboxDelivery({}, nothing, nothing, nothing, nothing)

    async def go_on() -> None:
        while True:
            await delivery.wait(30)

    waiting = asyncio.create_task(go_on())
    await asyncio.sleep(0.01)
    delivery.poke()
    for _ in range(steps):
        await asyncio.sleep(0)
    waiting.cancel()
    done, _ = await asyncio.wait({waiting}, timeout=0.5)
    waiting.cancel()
    assert done
