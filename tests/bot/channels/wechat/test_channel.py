"""What is taken and what is refused: over real HTTP, in every mode, with the reason in the log and nothing else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from actions.settings import SettingError
from bot.channels.contract import Channel, Kind, Outgoing, Received
from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.routes import ROUTES
from bot.channels.wechat.settings import read_wechat_settings
from bot.channels.wechat.views import WECHAT
from bot.keys import EXCHANGE, LOGGER
from tests.bot.channels.tencent.test_fields import BOMB
from tests.bot.channels.wechat.conftest import OPENID, Clock
from tests.fakes.wechat_seal import seal, sign
from tests.fakes.wechat_server import ACCOUNT, AES_KEY, APPID, TOKEN, FakeWechat

Service = TestClient[web.Request, web.Application]
TEXT = {
    "ToUserName": ACCOUNT,
    "FromUserName": OPENID,
    "CreateTime": "1795420800",
    "MsgType": "text",
    "Content": "搬厂有补贴吗",
    "MsgId": "1",
}


class Answering:
    """Stands where the exchange does: one answer a key, which retries wait on."""

    def __init__(self) -> None:
        self.taken: list[Received] = []
        self.answer: Callable[[Received], str | None] = lambda received: f"答复：{received.text}"
        self.seconds = 0.0
        self._answers: dict[str, asyncio.Task[str | None]] = {}

    async def take(self, channel: Channel, received: Received) -> Outgoing | None:
        if received.key not in self._answers:
            self.taken.append(received)
            self._answers[received.key] = asyncio.create_task(self._later(received))
        done, _ = await asyncio.wait([self._answers[received.key]], timeout=channel.limits.answer_seconds)
        text = next(iter(done)).result() if done else None
        return Outgoing(received.account, received.person, text) if text else None

    async def _later(self, received: Received) -> str | None:
        await asyncio.sleep(self.seconds)
        return self.answer(received)


@pytest.fixture
def exchange() -> Answering:
    return Answering()


@pytest.fixture
def log_lines() -> list[dict[str, object]]:
    return []


@pytest.fixture
def opened(
    exchange: Answering, log_lines: list[dict[str, object]], session: aiohttp.ClientSession, data_dir: Path
) -> Callable[[FakeWechat], TestServer]:
    """A service for an account."""

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        log_lines.append({**fields, "level": method})
        raise structlog.DropEvent

    def server(wechat: FakeWechat) -> TestServer:
        settings = read_wechat_settings(wechat.environment())
        application: Any = web.Application(client_max_size=16 * 1024)
        application[WECHAT] = WechatChannel(settings, WechatClient(settings, session, data_dir), wechat._clock)
        application[EXCHANGE] = exchange
        application[LOGGER] = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
        application.router.add_routes(ROUTES)
        return TestServer(application)

    return server


@pytest.fixture
async def service(opened: Callable[[FakeWechat], TestServer], wechat: FakeWechat) -> AsyncIterator[Service]:
    """The service for the fixture's account, in safe mode."""
    async with TestClient(opened(wechat)) as client:
        wechat.callback = str(client.make_url("/wechat"))
        yield client


@pytest.mark.parametrize("as_json", [False, True], ids=["xml", "json"])
@pytest.mark.parametrize("mode", ["safe", "compatible", "plain"])
async def test_a_message_is_answered_in_every_mode(
    mode: Any, as_json: bool, opened: Callable[[FakeWechat], TestServer], clock: Clock, exchange: Answering
) -> None:
    async with FakeWechat(mode, as_json=as_json, clock=clock) as wechat, TestClient(opened(wechat)) as client:
        wechat.callback = str(client.make_url("/wechat"))
        heard = await wechat.say(OPENID, "湛江😀]]>补贴")
        assert (heard.text, heard.attempts, heard.error) == ("答复：湛江😀]]>补贴", 1, "")
        assert (await wechat.follow(OPENID, "fair")).error == ""
        assert (await wechat.unfollow(OPENID)).error == ""
    assert [each.kind for each in exchange.taken] == [Kind.TEXT, Kind.FOLLOWED, Kind.LEFT]
    assert {each.person for each in exchange.taken} == {OPENID}


async def test_nothing_to_say_is_success_and_no_error_to_the_person(service: Service, wechat: FakeWechat, exchange: Answering) -> None:
    exchange.answer = lambda received: None
    heard = await wechat.say(OPENID, "湛江")
    assert (heard.text, heard.attempts, heard.error) == (None, 1, "")


async def test_choices_of_a_reply_can_be_tapped(service: Service, wechat: FakeWechat, exchange: Answering) -> None:
    wechat.screen(OPENID).append('1. <a href="weixin://bizmsgmenu?msgmenucontent=%E7%94%A8%E5%9C%B0&msgmenuid=1">用地</a>')
    await wechat.tap(OPENID, "1")
    assert (exchange.taken[0].text, exchange.taken[0].choice) == ("用地", "1")


@pytest.mark.parametrize("repeats_nonce", [True, False])
async def test_a_retry_gets_the_answer_of_the_first_attempt(
    repeats_nonce: bool, opened: Callable[[FakeWechat], TestServer], clock: Clock, exchange: Answering
) -> None:
    exchange.seconds = 0.5
    async with (
        FakeWechat(patience=0.3, repeats_nonce=repeats_nonce, clock=clock) as wechat,
        TestClient(opened(wechat)) as client,
    ):
        wechat.callback = str(client.make_url("/wechat"))
        heard = await wechat.say(OPENID, "湛江")
    assert (heard.text, heard.attempts, heard.error) == ("答复：湛江", 2, "")
    assert len(exchange.taken) == 1


async def test_an_exception_anywhere_is_still_success(
    service: Service, wechat: FakeWechat, exchange: Answering, log_lines: list[dict[str, object]]
) -> None:
    def fail(received: Received) -> str:
        raise RuntimeError("broken")

    exchange.answer = fail
    heard = await wechat.say(OPENID, "湛江")
    assert (heard.text, heard.attempts, heard.error) == (None, 1, "")
    assert [line["event"] for line in log_lines] == ["wechat_failed"]


async def test_the_consoles_verification_gets_the_bare_echo(service: Service, clock: Clock) -> None:
    timestamp = str(int(clock.now))
    query = {
        "signature": sign(TOKEN, timestamp, "1514711492"),
        "timestamp": timestamp,
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }
    async with service.get("/wechat", params=query) as response:
        assert (response.status, await response.read()) == (200, b"4375120948345356249")
        assert response.content_type == "text/plain"
    for odd in ({"signature": "0" * 40}, {"echostr": "<script>"}, {"echostr": ""}, {"timestamp": "1"}, {"nonce": "2"}):
        async with service.get("/wechat", params={**query, **odd}) as response:
            assert response.status in (400, 403), odd
            assert await response.read() == b""


async def _refused(service: Service, query: Any, body: bytes, log_lines: list[dict[str, object]]) -> tuple[int, object]:
    before = len(log_lines)
    async with service.post("/wechat", params=query, data=body) as response:
        assert await response.read() == b""
    (line,) = log_lines[before:]
    assert line == {"event": "wechat_refused", "request_id": None, "reason": line["reason"], "level": "warning"}
    return response.status, line["reason"]


async def test_what_is_not_the_platforms_is_refused_and_only_the_reason_is_logged(
    service: Service, wechat: FakeWechat, exchange: Answering, clock: Clock, log_lines: list[dict[str, object]]
) -> None:
    query, body = wechat.request(TEXT)

    async def refused(query: Any, body: bytes = body) -> tuple[int, object]:
        return await _refused(service, query, body, log_lines)

    wrong = (403, "wrong signature")
    assert await refused({}) == wrong
    assert await refused({**query, "msg_signature": "0" * 40}) == wrong
    assert await refused({**query, "msg_signature": query["msg_signature"].upper()}) == wrong
    assert await refused({**query, "nonce": "1"}) == wrong
    assert await refused({name: value for name, value in query.items() if name != "msg_signature"}) == wrong
    assert await refused([*query.items(), ("nonce", "1")]) == (400, "a name twice in the query")
    assert await refused(query, body[:-30]) == (400, "malformed: not XML")
    assert await refused(query, body[: body.index(b"</Encrypt>") - 24] + b"</Encrypt></xml>") == wrong
    assert await refused(query, body.replace(b"<Encrypt>", b"<Encrypt>A")) == wrong
    assert await refused(query, b"<xml><Content>plain</Content></xml>") == wrong
    assert await refused(query, BOMB.encode()) == (400, "malformed: a DTD or an entity")
    assert await refused(query, b"x" * 70_000) == (413, "body too large")
    assert await refused(query, b"x" * 1_000_000) == (413, "body too large")
    assert exchange.taken == []
    clock.now += 601
    assert await refused(query) == (403, "timestamp too far off, or odd nonce")
    clock.now -= 1202
    assert await refused(query) == (403, "timestamp too far off, or odd nonce")
    assert exchange.taken == []


def _sealed(secret: str, timestamp: str = "1795420800", nonce: str = "5") -> tuple[dict[str, str], bytes]:
    query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": sign(TOKEN, timestamp, nonce, secret)}
    return query, f"<xml><Encrypt>{secret}</Encrypt></xml>".encode()


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (seal("<xml/>", AES_KEY, "wx0000000000000000"), "cannot be decrypted with WECHAT_AES_KEY for WECHAT_APPID"),
        (seal("<xml/>", AES_KEY[::-1], APPID), "cannot be decrypted with WECHAT_AES_KEY for WECHAT_APPID"),
        (seal("<xml/>", AES_KEY, APPID)[:-24], "cannot be decrypted with WECHAT_AES_KEY for WECHAT_APPID"),
        ("", "cannot be decrypted with WECHAT_AES_KEY for WECHAT_APPID"),
        (seal("<xml/>", AES_KEY, APPID), "malformed: ToUserName or FromUserName"),
        (seal(BOMB, AES_KEY, APPID), "malformed: a DTD or an entity"),
        (seal("湛江", AES_KEY, APPID), "malformed: not XML"),
        (seal("", AES_KEY, APPID), "malformed: not XML"),
    ],
)
async def test_what_is_signed_and_yet_odd_is_refused(
    secret: str, reason: str, service: Service, log_lines: list[dict[str, object]]
) -> None:
    assert await _refused(service, *_sealed(secret), log_lines) == (400, reason)


async def test_timestamp_and_nonce_are_good_for_one_message(
    service: Service, wechat: FakeWechat, exchange: Answering, log_lines: list[dict[str, object]]
) -> None:
    stamp = ("1795420800", "486452656")
    for _ in range(3):  # each time encrypted anew, as a retry may be
        query, body = wechat.request(TEXT, stamp)
        async with service.post("/wechat", params=query, data=body) as response:
            assert response.status == 200
    query, body = wechat.request({**TEXT, "MsgId": "2"}, stamp)
    assert await _refused(service, query, body, log_lines) == (403, "timestamp and nonce were used before")
    assert len(exchange.taken) == 1


@pytest.mark.parametrize("mode", ["safe", "compatible"])
async def test_plain_fields_beside_the_encrypted_ones_count_for_nothing(
    mode: Any, opened: Callable[[FakeWechat], TestServer], clock: Clock, exchange: Answering, log_lines: list[dict[str, object]]
) -> None:
    async with FakeWechat(mode, clock=clock) as wechat, TestClient(opened(wechat)) as client:
        query, body = wechat.request(TEXT)
        forged = (
            body.replace(b"<xml>", "<xml><Content>伪造</Content>".encode()) if mode == "safe" else body.replace(b"Content>", b"Contents>")
        )
        async with client.post("/wechat", params=query, data=forged) as response:
            assert response.status == 200
        assert exchange.taken[0].text == TEXT["Content"]
        plain = "".join(f"<{name}>{value}</{name}>" for name, value in TEXT.items())
        assert await _refused(client, query, f"<xml>{plain}</xml>".encode(), log_lines) == (403, "wrong signature")


async def test_bytes_that_are_no_utf8_are_refused(
    opened: Callable[[FakeWechat], TestServer], clock: Clock, log_lines: list[dict[str, object]]
) -> None:
    async with FakeWechat("plain", clock=clock) as wechat, TestClient(opened(wechat)) as client:
        query, body = wechat.request(TEXT)
        for encoding in ("gbk", "utf-16"):
            assert await _refused(client, query, body.decode().encode(encoding), log_lines) == (400, "malformed: not UTF-8")
        assert await _refused(client, query, json.dumps(TEXT).encode()[:-5], log_lines) == (400, "malformed: not JSON")


async def test_a_body_that_does_not_come_is_not_waited_for(
    service: Service, wechat: FakeWechat, log_lines: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.tencent.request._PATIENCE_SECONDS", 0.2)

    async def slowly() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.sleep(30)

    query, _ = wechat.request(TEXT)
    async with service.post("/wechat", params=query, data=slowly()) as response:
        assert response.status == 408
    assert log_lines[0]["reason"] == "body too slow"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WECHAT_APPID", "gh_0123456789ab", "no app id"),
        ("WECHAT_SECRET", "", "WECHAT_SECRET is missing"),
        ("WECHAT_SECRET", "short", "WECHAT_SECRET is of odd form"),
        ("WECHAT_TOKEN", "", "WECHAT_TOKEN is missing"),
        ("WECHAT_TOKEN", "with space", "WECHAT_TOKEN is of odd form"),
        ("WECHAT_AES_KEY", "", "WECHAT_AES_KEY is missing"),
        ("WECHAT_AES_KEY", "a" * 42, "has 42 characters"),
        ("WECHAT_AES_KEY", "-" * 43, "WECHAT_AES_KEY is of odd form"),
    ],
)
def test_a_channel_does_not_open_with_an_odd_setting_and_no_secret_is_told(
    name: str, value: str, told: str, wechat: FakeWechat, client: WechatClient
) -> None:
    environment = wechat.environment(**{name: value})
    with pytest.raises(SettingError, match=told) as refused:
        WechatChannel(read_wechat_settings(environment), client)
    for secret in ("WECHAT_SECRET", "WECHAT_TOKEN", "WECHAT_AES_KEY"):
        assert not environment[secret] or environment[secret] not in str(refused.value) + repr(read_wechat_settings(environment))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WECHAT_MODE", "secret"),
        ("WECHAT_API_BASE", "api.weixin.qq.com"),
        ("WECHAT_API_BASE", "ftp://api.weixin.qq.com"),
        ("WECHAT_CAN_PUSH", "true"),
        ("WECHAT_CLOCK_SKEW_SECONDS", "0"),
        ("WECHAT_ANSWER_SECONDS", "5"),
    ],
)
def test_a_value_that_no_account_could_mean_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_wechat_settings({name: value})


def test_without_an_app_id_the_channel_is_off() -> None:
    assert not read_wechat_settings({}).is_on
    assert read_wechat_settings({"WECHAT_APPID": APPID}).is_on
