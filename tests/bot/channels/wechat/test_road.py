"""A person's way through WeChat to the bot and back: the fake WeChat in safe mode, the real exchange, a double for Rasa."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from aiohttp.test_utils import TestServer

from bot.app import rasa_dialogue
from bot.channels.enabled import enabled_channels
from bot.conversations import conversation_desk
from bot.http.application import shared_application
from bot.settings import read_settings
from bot.tickets import ticket_desk
from tests.bot.channels.wechat.conftest import OPENID
from tests.bot.rasa_double import RasaDouble
from tests.fakes.wechat_server import FakeWechat

Serving = Callable[..., AbstractAsyncContextManager[list[dict[str, Any]]]]
CHOICES = [{"title": "用地优惠", "payload": "用地方面有哪些优惠政策？"}, {"title": "用电", "payload": "用电方面有哪些优惠政策？"}]


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWechat]:
    """In real time, and less patient than WeChat."""
    async with FakeWechat(patience=1.0) as fake:
        yield fake


@pytest.fixture
def serving(wechat: FakeWechat, rasa: RasaDouble, migrated: Path, data_dir: Path) -> Serving:
    """The service with WeChat as its only channel, as `bot.serve` puts it together; gives what it logs."""
    data_dir.mkdir()
    database = shutil.copy(migrated, data_dir / "tickets.sqlite")

    @asynccontextmanager
    async def running(**changed: str) -> AsyncIterator[list[dict[str, Any]]]:
        environment = {"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(data_dir), "DATABASE_URL": f"sqlite:///{database}"}
        settings = read_settings({**environment, **wechat.environment(WECHAT_ANSWER_SECONDS="0.6"), **changed})
        log: list[dict[str, Any]] = []

        def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
            log.append({**fields, "level": method})
            raise structlog.DropEvent

        logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
        async with (
            ticket_desk(settings.tickets, logger) as tickets,
            rasa_dialogue(settings) as dialogue,
            conversation_desk(tickets, dialogue.set_silent, logger) as conversations,
            enabled_channels(settings, dialogue, conversations, tickets, logger) as add_channels,
        ):
            application = shared_application(settings, logger, tickets)
            add_channels(application)
            server = TestServer(application)
            async with server:
                wechat.callback = str(server.make_url("/wechat"))
                yield log

    return running


async def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


async def test_a_question_is_answered_passively_and_costs_no_message(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving() as log:
        rasa.utterances = [{"text": "**用地**价格见第7条。"}]
        heard = await wechat.say(OPENID, "用地价格是多少")
        assert (heard.text, heard.attempts, heard.error) == ("用地价格见第7条。", 1, "")
        assert rasa.received[0]["message"] == "用地价格是多少"
        assert (wechat.api.sent, wechat.api.tokens_fetched) == ([], 0)
    assert not any(OPENID in str(line) or "用地" in str(line) for line in log)


async def test_a_choice_can_be_tapped_or_its_number_typed(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.utterances = [{"text": "您想问哪方面？", "buttons": CHOICES}]
        await wechat.say(OPENID, "优惠")
        await wechat.tap(OPENID, "2")
        await wechat.say(OPENID, "１")
    assert [one["message"] for one in rasa.received] == ["优惠", "用电方面有哪些优惠政策？", "用地方面有哪些优惠政策？"]


async def test_a_late_answer_is_sent_once_and_meanwhile_typing_is_shown(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.delay_seconds = 0.9
        rasa.utterances = [{"text": "用地价格见第7条。", "buttons": CHOICES}]
        heard = await wechat.say(OPENID, "用地价格是多少")
        assert (heard.text, heard.attempts, heard.error) == (None, 1, "")
        await _until(lambda: bool(wechat.api.sent))
        assert wechat.api.typing == [OPENID]
        assert wechat.screen(OPENID) == ["用地价格见第7条。\n[1] 用地优惠\n[2] 用电"]
        rasa.delay_seconds = 0
        await wechat.tap(OPENID, "1")
    assert [one["message"] for one in rasa.received] == ["用地价格是多少", "用地方面有哪些优惠政策？"]
    assert len(wechat.api.sent) == 1


async def test_without_the_right_to_send_a_late_answer_goes_with_the_next(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving(WECHAT_CAN_PUSH="no"):
        rasa.delay_seconds = 0.9
        rasa.utterances = [{"text": "用地价格见第7条。"}]
        assert (await wechat.say(OPENID, "用地价格是多少")).text is None
        await asyncio.sleep(0.6)
        rasa.delay_seconds = 0
        rasa.utterances = [{"text": "用电见第8条。"}]
        heard = await wechat.say(OPENID, "用电呢")
    assert heard.text is not None
    assert "用地价格见第7条。" in heard.text
    assert "用电见第8条。" in heard.text
    assert (wechat.api.sent, wechat.api.typing) == ([], [])


async def test_the_menu_and_a_qr_code_and_a_picture_are_answered(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        assert (await wechat.follow(OPENID, "fair-2026")).text == "您好"
        assert (await wechat.click(OPENID, "用地方面有哪些优惠政策？")).text == "您好"
        picture = await wechat.act(OPENID, {"MsgType": "image", "MediaId": "m", "PicUrl": "http://x", "MsgId": "7"}, (5, 60))
        assert "图片" in str(picture.text)
        assert (await wechat.event(OPENID, "VIEW", "https://x")).text is None
    assert [one["message"] for one in rasa.received] == ["你好", "用地方面有哪些优惠政策？"]


async def test_whoever_leaves_is_forgotten_and_comes_back_as_a_stranger(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        await wechat.say(OPENID, "用地")
        assert (await wechat.unfollow(OPENID)).error == ""
        await wechat.follow(OPENID)
        await wechat.say(OPENID, "用电")
    first, *_, last = (one["sender"] for one in rasa.received)
    assert first != last


async def test_a_restart_between_two_attempts_neither_loses_nor_doubles(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving():
        rasa.utterances = [{"text": "用地价格见第7条。"}]
        fields = {"MsgType": "text", "Content": "用地", "MsgId": "42"}
        assert (await wechat.act(OPENID, fields, (5, 60))).text == "用地价格见第7条。"
    async with serving():
        assert (await wechat.act(OPENID, fields, (5, 60))).text == "用地价格见第7条。"
    assert len(rasa.received) == 1


async def test_many_people_at_once_are_each_answered_once(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    wechat.patience = 30.0  # how fast it is, is measured elsewhere
    async with serving(WECHAT_ANSWER_SECONDS="4.8"):
        people = [f"o_{number:03}" for number in range(60)]
        heard = await asyncio.gather(*(wechat.say(person, f"问题{number}") for number, person in enumerate(people)))
        await _until(lambda: all(len(wechat.screen(person)) == 1 for person in people))
    assert {(each.attempts, each.error) for each in heard} == {(1, "")}
    assert {text for person in people for text in wechat.screen(person)} == {"您好"}
    assert len({one["sender"] for one in rasa.received}) == len(rasa.received) == 60


async def test_a_service_without_an_account_has_no_such_address(wechat: FakeWechat, serving: Serving) -> None:
    async with serving(WECHAT_APPID=""):
        heard = await wechat.say(OPENID, "用地")
    assert heard.error == "HTTP 404"


async def test_a_wrong_signature_reaches_nobody(wechat: FakeWechat, rasa: RasaDouble, serving: Serving) -> None:
    async with serving(WECHAT_TOKEN="another") as log:
        heard = await wechat.say(OPENID, "用地")
    assert heard.error == "HTTP 403"
    assert rasa.received == []
    assert {line["reason"] for line in log if line["event"] == "wechat_refused"} == {"wrong signature"}
