"""A person's way through 微信客服 to the bot and back: the fake WeCom, the real exchange, a double for Rasa."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.channels.wecom.service import Running, service
from tests.bot.channels.wecom_kf.conftest import CUSTOMER
from tests.bot.rasa_double import RasaDouble
from tests.fakes.wecom_api import AGENTID, SECRET
from tests.fakes.wecom_kf_server import FakeWecomKf
from tests.fakes.wecom_server import AES_KEY, TOKEN

Serving = Callable[..., AbstractAsyncContextManager[Running]]
CHOICES = [{"title": "用地优惠", "payload": "用地方面有哪些优惠政策？"}, {"title": "用电", "payload": "用电方面有哪些优惠政策？"}]


@pytest.fixture
async def kf() -> AsyncIterator[FakeWecomKf]:
    """In real time, with small pages."""
    async with FakeWecomKf(page=3) as fake:
        yield fake


@pytest.fixture
def serving(kf: FakeWecomKf, rasa: RasaDouble, migrated: Path, data_dir: Path) -> Serving:
    data_dir.mkdir()
    database = shutil.copy(migrated, data_dir / "tickets.sqlite")

    @asynccontextmanager
    async def running(**changed: str) -> AsyncIterator[Running]:
        own = {"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(data_dir), "DATABASE_URL": f"sqlite:///{database}"}
        async with service({**own, **kf.environment(), **changed}) as one:
            kf.callback = f"{one.url}/wecom/kf"
            yield one

    return running


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 8
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_question_is_answered_and_the_session_is_ours(kf: FakeWecomKf, rasa: RasaDouble, serving: Serving) -> None:
    async with serving() as running:
        rasa.utterances = [{"text": "**用地**价格见第7条。"}]
        heard = await kf.write(CUSTOMER, "用地价格是多少")
        assert heard is not None
        assert (heard.text, heard.attempts, heard.error) == (None, 1, "")
        await _until(lambda: bool(kf.sent))
    assert kf.screen(CUSTOMER) == ["用地价格见第7条。"]
    assert kf.sessions[CUSTOMER].state == 1
    assert [one["message"] for one in rasa.received] == ["用地价格是多少"]
    assert not any(CUSTOMER in str(line) or "用地" in str(line) for line in running.log)


async def test_a_tap_means_what_was_offered_and_opens_five_messages_again(kf: FakeWecomKf, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.utterances = [{"text": "您想问哪方面？", "buttons": CHOICES}]
        await kf.write(CUSTOMER, "优惠")
        for answers in range(1, 8):
            await _until(lambda answers=answers: len(kf.screen(CUSTOMER)) == answers)  # type: ignore[misc]
            await kf.tap(CUSTOMER, "2")
        await _until(lambda: len(kf.screen(CUSTOMER)) == 8)
    assert [one["message"] for one in rasa.received] == ["优惠", *["用电方面有哪些优惠政策？"] * 7]


async def test_many_messages_on_many_pages_are_each_answered_once_and_in_order(kf: FakeWecomKf, rasa: RasaDouble, serving: Serving) -> None:
    people = [f"wm{number:02}" for number in range(5)]
    async with serving():
        for number in range(4):
            for person in people:
                await kf.write(person, f"问题{number}", tells=False)
        await asyncio.gather(*(kf.call() for _ in range(3)))
        await _until(lambda: len(rasa.received) == 20)
        await asyncio.sleep(0.2)
    assert len(rasa.received) == 20
    senders = {one["sender"] for one in rasa.received}
    assert len(senders) == 5
    for sender in senders:
        assert [one["message"] for one in rasa.received if one["sender"] == sender] == [f"问题{number}" for number in range(4)]
    assert [asked.get("cursor") for asked in kf.synced][:3] == [None, "c3", "c6"]


async def test_what_came_while_the_service_was_off_is_fetched_at_its_start_and_nothing_twice(
    kf: FakeWecomKf, rasa: RasaDouble, serving: Serving
) -> None:
    async with serving():
        await kf.write(CUSTOMER, "用地")
        await _until(lambda: len(kf.sent) == 1)
    await kf.write(CUSTOMER, "用电", tells=False)
    async with serving():
        await _until(lambda: len(kf.sent) == 2)
        await kf.call()
        await _until(lambda: len(kf.synced) >= 3)
        await asyncio.sleep(0.1)
    assert [one["message"] for one in rasa.received] == ["用地", "用电"]
    assert "token" not in kf.synced[1]


async def test_whoever_opens_the_talk_is_greeted(kf: FakeWecomKf, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        await kf.enter(CUSTOMER, "fair-2026")
        await _until(lambda: bool(kf.sent))
    assert [one["message"] for one in rasa.received] == ["你好"]
    assert "code" in kf.sent[0]
    assert kf.screen(CUSTOMER) == ["您好"]


async def test_what_cannot_be_fetched_at_once_is_fetched_later(
    kf: FakeWecomKf, rasa: RasaDouble, serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom_kf.pulling._FIRST_PAUSE_SECONDS", 0.05)
    kf.refuses_to_sync = 2
    async with serving() as running:
        await kf.write(CUSTOMER, "用地")
        await _until(lambda: bool(kf.sent))
    assert [line["reason"] for line in running.log if line["event"] == "wecom_kf_delayed"] == ["-1 WeCom is busy"] * 2
    assert len(rasa.received) == 1


async def test_what_cannot_be_kept_is_fetched_again_and_answered_once(
    kf: FakeWecomKf, rasa: RasaDouble, serving: Serving, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wecom_kf.pulling._FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("bot.exchange.exchange._SECONDS_TO_KEEP", 0.2)
    async with serving() as running:
        with contextlib.closing(sqlite3.connect(data_dir / "tickets.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await kf.write(CUSTOMER, "用地")
            await _until(lambda: any(line.get("reason") == "the database is away" for line in running.log))
            assert rasa.received == []
            other.execute("ROLLBACK")
        await _until(lambda: bool(kf.sent))
        await _until(lambda: len(kf.synced) > 1)
        await asyncio.sleep(0.1)
    assert len(rasa.received) == len(kf.sent) == 1
    assert [asked.get("cursor") for asked in kf.synced[:2]] == [None, None]


async def test_the_application_and_the_other_go_side_by_side(kf: FakeWecomKf, rasa: RasaDouble, serving: Serving) -> None:
    kf.secrets.add(SECRET)
    own = {"WECOM_AGENTID": AGENTID, "WECOM_SECRET": SECRET, "WECOM_TOKEN": TOKEN, "WECOM_AES_KEY": AES_KEY}
    async with serving(**own) as running:
        await kf.write(CUSTOMER, "用地")
        await _until(lambda: bool(kf.sent))
        kf.token, kf.aes_key, kf.callback = TOKEN, AES_KEY, f"{running.url}/wecom"
        assert (await kf.say("wang.fang", "用电")).text == "您好"
    assert len({one["sender"] for one in rasa.received}) == 2
