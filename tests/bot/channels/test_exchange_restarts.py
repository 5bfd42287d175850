"""Whatever dies while a message is being answered, it is answered once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.settings import Settings
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_platform import TinyPlatform


@pytest.fixture
async def killed(
    tiny_settings: Settings,
    platform: TinyPlatform,
    session: aiohttp.ClientSession,
    rasa: RasaDouble,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[TinyService]:
    """One that was killed while it answered 用地 (key "same"); nobody has seen an answer."""
    monkeypatch.setattr("bot.exchange.exchange._END_WITHIN_SECONDS", 0.0)
    monkeypatch.setattr("actions.contacts.inbox.LEASE", timedelta(seconds=0.3))
    service = TinyService(tiny_settings, platform, session)
    await service.start()
    rasa.delay_seconds = 30.0
    platform.patience, platform.tries = 0.3, 1
    with pytest.raises(AssertionError, match="never acknowledged"):
        await platform.say("小李", "用地", key="same")
    rasa.delay_seconds = 0.0
    await service.stop()
    rasa.received.clear()
    platform.patience, platform.tries = 5.0, 4
    yield service
    await service.stop()


async def test_a_retry_after_a_restart_gets_the_answer(killed: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    await killed.start()
    assert await platform.say("小李", "用地", key="same") == "您好"
    await asyncio.sleep(1.0)
    assert platform.sent == []
    assert len(rasa.received) == 1


async def test_a_message_that_is_not_retried_is_taken_up_at_the_next_start(
    killed: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await asyncio.sleep(0.4)
    await killed.start()
    assert [one["text"] for one in await platform.until_sent(1)] == ["您好"]
    await asyncio.sleep(0.3)
    assert await platform.say("小李", "用地", key="same") is None
    assert len(platform.sent) == len(rasa.received) == 1


async def test_an_answer_that_was_kept_before_the_restart_is_given_to_the_retry_after_it(
    killed: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await killed.start()
    await platform.say("小王", "电价", key="other")
    await killed.stop()
    await killed.start()
    rasa.utterances = [{"text": "别的"}]
    assert await platform.say("小王", "电价", key="other") == "您好"


async def test_an_answer_that_waits_to_be_sent_is_sent_after_the_restart(
    killed: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await killed.start()
    await platform.until_sent(1)
    platform.failures = ["busy"] * 20
    rasa.delay_seconds = 1.2
    assert await platform.say("小王", "电价") is None
    await asyncio.sleep(0.5)
    await killed.stop()
    platform.failures = []
    await killed.start()
    assert [one["to"] for one in await platform.until_sent(2)] == ["小李", "小王"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite is for one process
async def test_of_two_processes_one_answers_and_both_give_the_answer(
    tiny_settings: Settings, platform: TinyPlatform, session: aiohttp.ClientSession, rasa: RasaDouble
) -> None:
    one, other = (TinyService(tiny_settings, platform, session) for _ in range(2))
    await one.start()
    callback = platform.callback
    await other.start()
    rasa.delay_seconds = 0.5
    first = asyncio.create_task(platform.say("小李", "用地", key="same"))
    await asyncio.sleep(0.2)
    assert len(rasa.received) == 1
    platform.callback = callback
    assert [await platform.say("小李", "用地", key="same"), await first] == ["您好", "您好"]
    assert len(rasa.received) == 1
    await one.stop()
    await other.stop()
