"""A member's way through WeCom to the bot and back: the fake WeCom, the real exchange, a double for Rasa."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.channels.wecom.conftest import MEMBER
from tests.bot.channels.wecom.service import Running, service
from tests.bot.rasa_double import RasaDouble
from tests.fakes.wecom_server import FakeWecom

Serving = Callable[..., AbstractAsyncContextManager[Running]]
CHOICES = [{"title": "用地优惠", "payload": "用地方面有哪些优惠政策？"}, {"title": "用电", "payload": "用电方面有哪些优惠政策？"}]


@pytest.fixture
async def wecom() -> AsyncIterator[FakeWecom]:
    """In real time, and less patient than WeCom."""
    async with FakeWecom(patience=1.0) as fake:
        yield fake


@pytest.fixture
def serving(wecom: FakeWecom, rasa: RasaDouble, migrated: Path, data_dir: Path) -> Serving:
    data_dir.mkdir()
    database = shutil.copy(migrated, data_dir / "tickets.sqlite")

    @asynccontextmanager
    async def running(**changed: str) -> AsyncIterator[Running]:
        own = {"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(data_dir), "DATABASE_URL": f"sqlite:///{database}"}
        async with service({**own, **wecom.environment(WECOM_ANSWER_SECONDS="0.6"), **changed}) as one:
            wecom.callback = f"{one.url}/wecom"
            yield one

    return running


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_question_is_answered_with_the_request_and_nothing_of_it_is_logged(
    wecom: FakeWecom, rasa: RasaDouble, serving: Serving
) -> None:
    async with serving() as running:
        rasa.utterances = [{"text": "**用地**价格见第7条。"}]
        heard = await wecom.say(MEMBER, "用地价格是多少")
        assert (heard.text, heard.attempts, heard.error) == ("用地价格见第7条。", 1, "")
        assert rasa.received[0]["message"] == "用地价格是多少"
        assert (wecom.sent, wecom.tokens_fetched) == ([], 0)
    assert not any(MEMBER in str(line) or "用地" in str(line) for line in running.log)


async def test_a_choice_is_meant_by_its_number_or_its_words(wecom: FakeWecom, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.utterances = [{"text": "您想问哪方面？", "buttons": CHOICES}]
        heard = await wecom.say(MEMBER, "优惠")
        assert str(heard.text).endswith("1. 用地优惠\n2. 用电")
        await wecom.say(MEMBER, "2")
        await wecom.say(MEMBER, "用地优惠")
    assert [one["message"] for one in rasa.received] == ["优惠", "用电方面有哪些优惠政策？", "用地方面有哪些优惠政策？"]


async def test_a_late_answer_is_sent_once(wecom: FakeWecom, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.delay_seconds = 0.9
        rasa.utterances = [{"text": "用地价格见第7条。"}]
        heard = await wecom.say(MEMBER, "用地价格是多少")
        assert (heard.text, heard.attempts, heard.error) == (None, 1, "")
        await _until(lambda: bool(wecom.sent))
    assert wecom.screen(MEMBER) == ["用地价格见第7条。"]
    assert len(rasa.received) == 1


async def test_the_menu_and_whoever_comes_and_a_picture_are_answered(wecom: FakeWecom, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        assert (await wecom.event(MEMBER, "subscribe")).text == "您好"
        assert (await wecom.event(MEMBER, "click", "用地方面有哪些优惠政策？")).text == "您好"
        assert "图片" in str((await wecom.act(MEMBER, {"MsgType": "image", "MediaId": "m", "MsgId": "7"})).text)
        assert (await wecom.event(MEMBER, "enter_agent")).text is None
    assert [one["message"] for one in rasa.received] == ["你好", "用地方面有哪些优惠政策？"]


async def test_a_restart_between_two_attempts_neither_loses_nor_doubles(wecom: FakeWecom, rasa: RasaDouble, serving: Serving) -> None:
    fields = {"MsgType": "text", "Content": "用地", "MsgId": "42"}
    for _ in range(2):
        async with serving():
            assert (await wecom.act(MEMBER, fields)).text == "您好"
    assert len(rasa.received) == 1


async def test_a_service_without_an_organisation_has_no_such_address(wecom: FakeWecom, serving: Serving) -> None:
    async with serving(WECOM_CORPID=""):
        assert (await wecom.say(MEMBER, "用地")).error == "HTTP 404"


async def test_a_wrong_token_reaches_nobody(wecom: FakeWecom, rasa: RasaDouble, serving: Serving) -> None:
    async with serving(WECOM_TOKEN="another") as running:
        assert (await wecom.say(MEMBER, "用地")).error == "HTTP 403"
    assert rasa.received == []
    assert {line["reason"] for line in running.log if line["event"] == "wecom_refused"} == {"wrong signature"}
