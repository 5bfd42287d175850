"""What is taken and what is refused: over real HTTP, with the reason in the log and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from actions.settings import SettingError
from bot.channels.contract import Kind
from bot.channels.tencent.envelope import Envelope
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.routes import ROUTES
from bot.channels.wecom.settings import WecomSettings, read_wecom_settings
from bot.channels.wecom.views import WECOM
from bot.keys import EXCHANGE, LOGGER
from bot.settings import read_settings
from tests.bot.channels.tencent.test_fields import BOMB
from tests.bot.channels.wechat.conftest import Clock
from tests.bot.channels.wechat.test_channel import Answering
from tests.bot.channels.wecom.conftest import MEMBER
from tests.bot.channels.wecom.test_schema import TEXT
from tests.fakes.wechat_seal import seal
from tests.fakes.wecom_api import CORPID
from tests.fakes.wecom_server import AES_KEY, FakeWecom

Service = TestClient[web.Request, web.Application]
UNDECIPHERABLE = "cannot be decrypted with the AES key for the corpid"


@pytest.fixture
def exchange() -> Answering:
    return Answering()


@pytest.fixture
def log_lines() -> list[dict[str, object]]:
    return []


@pytest.fixture
async def service(
    wecom: FakeWecom, settings: WecomSettings, client: WecomClient, clock: Clock, exchange: Answering, log_lines: list[dict[str, object]]
) -> AsyncIterator[Service]:
    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        log_lines.append({**fields, "level": method})
        raise structlog.DropEvent

    application: Any = web.Application(client_max_size=16 * 1024)
    application[WECOM] = WecomChannel(settings, client, clock)
    application[EXCHANGE] = exchange
    application[LOGGER] = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
    application.router.add_routes(ROUTES)
    async with TestClient(TestServer(application)) as running:
        wecom.callback = str(running.make_url("/wecom"))
        yield running


# Vectors B (WeCom's own sample, path 90968) and C (wechatpy's tests).
VECTORS = [
    (
        ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7"),
        ("1409659589", "263014780", "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"),
        "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
        "1616140317555161061",
    ),
    (
        ("123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a"),
        ("1411443780", "437374425", "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96"),
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
        "5927782489442352469",
    ),
]


@pytest.mark.parametrize(("account", "stamp", "echo", "plain"), VECTORS, ids=["B", "C"])
def test_the_published_vectors_are_answered(account: tuple[str, str, str], stamp: tuple[str, str, str], echo: str, plain: str) -> None:
    envelope = Envelope(*account, clock=lambda: float(stamp[0]))
    query = {"timestamp": stamp[0], "nonce": stamp[1], "msg_signature": stamp[2]}
    assert envelope.echo({**query, "echostr": echo}) == plain
    assert envelope.echo({**query, "echostr": echo.replace("+", " ")}) == plain


@pytest.mark.parametrize("is_escaped", [True, False], ids=["escaped", "bare plus"])
async def test_the_console_is_answered_with_nothing_but_the_plain_text(service: Service, wecom: FakeWecom, is_escaped: bool) -> None:
    echo = next(sealed for sealed in iter(lambda: seal("1616140317555161061", AES_KEY, CORPID), "") if "+" in sealed)
    query = "&".join(f"{name}={value}" for name, value in wecom.signed(echo).items())
    address = f"{service.make_url('/wecom')}?{query}&echostr={quote(echo, safe='' if is_escaped else '+/=')}"
    async with aiohttp.ClientSession() as session, session.get(URL(address, encoded=True)) as response:
        assert (response.status, await response.read()) == (200, b"1616140317555161061")


async def test_a_verification_with_another_signature_or_key_is_refused(service: Service, wecom: FakeWecom) -> None:
    echo = seal("1", AES_KEY, CORPID)
    query = {**wecom.signed(echo), "echostr": echo}
    for wrong in (
        {**query, "msg_signature": "0" * 40},
        {**query, "echostr": echo[::-1]},
        {},
        {**query, "timestamp": "1"},
        {**query, "nonce": ""},
    ):
        async with service.get("/wecom", params=wrong) as response:
            assert (response.status, await response.read()) == (403, b"")
    other = seal("1", AES_KEY, "ww0000000000000000")
    async with service.get("/wecom", params={**wecom.signed(other), "echostr": other}) as response:
        assert response.status == 400


async def test_an_answer_that_is_ready_goes_with_the_request(service: Service, wecom: FakeWecom, exchange: Answering) -> None:
    heard = await wecom.say(MEMBER, "湛江😀]]>补贴")
    assert (heard.text, heard.attempts, heard.error) == ("答复：湛江😀]]>补贴", 1, "")
    assert (exchange.taken[0].person, exchange.taken[0].kind) == (MEMBER, Kind.TEXT)
    assert wecom.sent == []


async def test_nothing_to_say_is_an_empty_answer(service: Service, wecom: FakeWecom, exchange: Answering) -> None:
    exchange.answer = lambda received: None
    heard = await wecom.say(MEMBER, "湛江")
    assert (heard.text, heard.attempts, heard.error) == (None, 1, "")


@pytest.mark.parametrize("repeats_nonce", [True, False])
async def test_a_retry_gets_the_answer_of_the_first_attempt(
    repeats_nonce: bool, service: Service, wecom: FakeWecom, exchange: Answering
) -> None:
    wecom.patience, wecom.repeats_nonce, exchange.seconds = 0.3, repeats_nonce, 0.5
    heard = await wecom.say(MEMBER, "湛江")
    assert (heard.text, heard.attempts) == ("答复：湛江", 2)
    assert len(exchange.taken) == 1


async def test_whatever_goes_wrong_inside_no_error_is_shown(
    service: Service, wecom: FakeWecom, exchange: Answering, log_lines: list[dict[str, object]]
) -> None:
    def fail(received: object) -> str:
        raise RuntimeError

    exchange.answer = fail
    heard = await wecom.say(MEMBER, "湛江")
    assert (heard.text, heard.attempts, heard.error) == (None, 1, "")
    assert [line["event"] for line in log_lines] == ["wecom_failed"]


async def _refused(service: Service, query: dict[str, str], body: bytes, log_lines: list[dict[str, object]]) -> tuple[int, object]:
    log_lines.clear()
    async with service.post("/wecom", params=query, data=body) as response:
        assert await response.read() == b""
    (line,) = log_lines
    assert set(line) == {"event", "level", "request_id", "reason"}
    return response.status, line["reason"]


async def test_what_is_not_signed_by_the_platform_is_refused_and_reaches_nobody(
    service: Service, wecom: FakeWecom, exchange: Answering, clock: Clock, log_lines: list[dict[str, object]]
) -> None:
    query, body = wecom.request(TEXT)
    wrong = (403, "wrong signature")
    assert await _refused(service, {**query, "msg_signature": query["msg_signature"][::-1]}, body, log_lines) == wrong
    assert await _refused(service, {**query, "nonce": "1"}, body, log_lines) == wrong
    assert await _refused(service, {}, body, log_lines) == wrong
    assert await _refused(service, query, body.replace(b"<Encrypt>", b"<Encrypt>A"), log_lines) == wrong
    assert await _refused(service, query, b"<xml><Content>plain</Content></xml>", log_lines) == wrong
    assert await _refused(service, query, BOMB.encode(), log_lines) == (400, "malformed: a DTD or an entity")
    assert await _refused(service, query, b"x" * 1_000_000, log_lines) == (413, "body too large")
    clock.now += 601
    assert await _refused(service, query, body, log_lines) == (403, "timestamp too far off, or odd nonce")
    assert exchange.taken == []


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (seal("<xml/>", AES_KEY, "ww0000000000000000"), UNDECIPHERABLE),
        (seal("<xml/>", AES_KEY[::-1], CORPID), UNDECIPHERABLE),
        (seal("<xml/>", AES_KEY, CORPID)[:-24], UNDECIPHERABLE),
        ("", UNDECIPHERABLE),
        (seal("<xml/>", AES_KEY, CORPID), "malformed: another corp id or AgentID"),
        (seal(BOMB, AES_KEY, CORPID), "malformed: a DTD or an entity"),
    ],
    ids=["for another", "other key", "cut off", "nothing", "for nobody", "bomb"],
)
async def test_what_is_signed_and_yet_odd_is_refused(
    secret: str, reason: str, service: Service, wecom: FakeWecom, log_lines: list[dict[str, object]]
) -> None:
    body = f"<xml><Encrypt>{secret}</Encrypt></xml>".encode()
    assert await _refused(service, wecom.signed(secret), body, log_lines) == (400, reason)


async def test_timestamp_and_nonce_are_good_for_one_message(
    service: Service, wecom: FakeWecom, exchange: Answering, log_lines: list[dict[str, object]]
) -> None:
    stamp = ("1795420800", "486452656")
    for _ in range(2):  # each time encrypted anew, as a retry may be
        query, body = wecom.request(TEXT, stamp)
        async with service.post("/wecom", params=query, data=body) as response:
            assert response.status == 200
    query, body = wecom.request({**TEXT, "MsgId": "2"}, stamp)
    assert await _refused(service, query, body, log_lines) == (403, "timestamp and nonce were used before")
    assert len(exchange.taken) == 1


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WECOM_CORPID", "ww", "no corp id"),
        ("WECOM_AGENTID", "", "no AgentId"),
        ("WECOM_AGENTID", "app", "no AgentId"),
        ("WECOM_SECRET", "", "WECOM_SECRET is missing"),
        ("WECOM_SECRET", "short", "WECOM_SECRET is of odd form"),
        ("WECOM_TOKEN", "", "WECOM_TOKEN is missing"),
        ("WECOM_TOKEN", "with space", "WECOM_TOKEN is of odd form"),
        ("WECOM_AES_KEY", "", "WECOM_AES_KEY is missing"),
        ("WECOM_AES_KEY", "a" * 42, "has 42 characters"),
        ("WECOM_AES_KEY", "-" * 43, "WECOM_AES_KEY is of odd form"),
    ],
)
def test_a_channel_does_not_open_with_an_odd_setting_and_no_secret_is_told(
    name: str, value: str, told: str, wecom: FakeWecom, client: WecomClient
) -> None:
    environment = wecom.environment(**{name: value})
    with pytest.raises(SettingError, match=told) as refused:
        WecomChannel(read_wecom_settings(environment), client)
    for secret in ("WECOM_SECRET", "WECOM_TOKEN", "WECOM_AES_KEY"):
        assert not environment[secret] or environment[secret] not in str(refused.value) + repr(read_wecom_settings(environment))


@pytest.mark.parametrize(("name", "value"), [("WECOM_API_BASE", "qyapi.weixin.qq.com"), ("WECOM_ANSWER_SECONDS", "5")])
def test_a_value_that_nobody_could_mean_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_without_a_corp_id_all_of_it_is_off_and_each_half_can_be_used_alone(wecom: FakeWecom) -> None:
    for environment, is_on in (
        ({}, (False, False)),
        (wecom.environment(WECOM_CORPID=""), (False, False)),
        (wecom.environment(), (True, False)),
        ({"WECOM_CORPID": CORPID, "WECOM_KF_TOKEN": "x"}, (False, True)),
        ({"WECOM_CORPID": CORPID}, (False, False)),
    ):
        settings = read_settings(environment)
        assert (settings.wecom.is_on, settings.wecom_kf.is_on) == is_on
