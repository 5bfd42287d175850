"""Parcels to bureaus' own servers."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey
from standardwebhooks import Webhook

from actions.delivery.endpoints.failure import retry_after_seconds, told
from actions.delivery.endpoints.webhook.format import signed_headers
from actions.delivery.endpoints.webhook.sender import WebhookSender
from actions.delivery.guard import guarded_session
from actions.delivery.model import DeliveryFailed, Receipt
from actions.office.model import EndpointKind
from tests.actions.delivery.servers import (
    NOW,
    OLD_SECRET,
    SECRET,
    double,
    endless,
    now,
    parcel,
    self_signed,
    serving,
    session_for,
    speaking,
    unused_port,
)

LONG_BODY = '{"type":"case.created","timestamp":"2026-11-23T08:00:00Z","data":{"id":"c_1","title":"咨询产业转移用地"}}'.encode()


async def failure_of(url: str, *, secret: str = SECRET, timeout_seconds: float = 5.0) -> DeliveryFailed:
    """How sending to an allowed URL fails."""
    async with session_for(url) as session:
        sender = WebhookSender(session, now, timeout_seconds=timeout_seconds)
        with pytest.raises(DeliveryFailed) as raised:
            await sender.send(parcel(EndpointKind.WEBHOOK, url, secret))
    assert url not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return raised.value


@pytest.mark.parametrize(
    ("id_", "seconds", "body", "secret", "signature"),
    [
        ("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', SECRET, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ("msg_0001", 1795420800, LONG_BODY, SECRET, "v1,o75Aahk9JN7OLs+VqOccNlWsu+VhLSlPW3MIQz1oDwY="),
        ("msg_0001", 1795420800, LONG_BODY, OLD_SECRET, "v1,gqpa5MOUxabbJOf/C6JNRm7z+QhAKGXacJgV/HR+Pv4="),
    ],
    ids=["short", "Chinese", "old secret"],
)
@pytest.mark.parametrize("zone", [timezone.utc, timezone(timedelta(hours=8))], ids=["UTC", "Beijing"])
def test_known_signatures_are_made_in_any_zone(id_: str, seconds: int, body: bytes, secret: str, signature: str, zone: timezone) -> None:
    headers = signed_headers(id_, datetime.fromtimestamp(seconds, tz=zone), body, [secret])
    assert headers == {"webhook-id": id_, "webhook-timestamp": str(seconds), "webhook-signature": signature}


@pytest.mark.parametrize(
    "secrets",
    [
        [],
        [""],
        ["whsec_"],
        ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        ["whsec_c2hvcnQ="],
        ["whsec_密钥"],
        ["whsec_" + "AAAA" * 30],
        [SECRET, "whsec_"],
    ],
)
def test_secrets_that_cannot_sign_are_refused(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        signed_headers("msg_1", NOW, b"{}", secrets)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        signed_headers("msg_1", NOW.replace(tzinfo=None), b"{}", [SECRET])


async def test_a_recipient_with_the_new_or_the_old_secret_can_verify_what_came() -> None:
    async with double(status=202) as server, session_for(server.url) as session:
        sent = parcel(EndpointKind.WEBHOOK, f"{server.url}/hook?to=a%2Fb", SECRET, OLD_SECRET)
        receipt = await WebhookSender(session, lambda: datetime.now(tz=timezone.utc)).send(sent)
    assert receipt == Receipt(202)
    (request,) = server.received
    assert request.path == "/hook?to=a%2Fb"
    assert request.body == sent.body
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"] == "zhanjiang-relocation-assistant"
    assert request.headers["webhook-id"] == "msg_0001"
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(request.body, request.headers) == request.json


@pytest.mark.parametrize(
    ("status", "text", "disables"),
    [
        (302, "转到别的地址", False),
        (304, "转到别的地址", False),
        (400, "没有接收", False),
        (401, "密钥", False),
        (404, "没有这个接收地址", False),
        (410, "已停用", True),
        (413, "过大", False),
        (429, "放慢", False),
        (500, "出错", False),
        (503, "暂时不可用", False),
    ],
)
async def test_every_status_but_2xx_fails_in_words(status: int, text: str, *, disables: bool) -> None:
    async with double(status=status) as server:
        failure = await failure_of(server.url)
    assert failure.status == status
    assert failure.disables is disables
    assert text in failure.message
    assert f"HTTP {status}" in failure.message
    assert failure.retry_after_seconds is None


async def test_a_redirect_is_not_followed() -> None:
    async with (
        double() as target,
        double(status=307, headers={"Location": target.url}) as server,
        session_for(server.url, target.url) as session,
    ):
        with pytest.raises(DeliveryFailed, match="没有照转"):
            await WebhookSender(session, now).send(parcel(EndpointKind.WEBHOOK, server.url, SECRET))
    assert len(server.received) == 1
    assert target.received == []


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        (429, "120", 120.0),
        (503, "Wed, 25 Nov 2026 08:01:30 GMT", 90.0),
        (502, "soon", None),
        (500, "120", None),
    ],
)
async def test_retry_after_is_passed_on_where_it_means_something(status: int, header: str, seconds: float | None) -> None:
    async with double(status=status, headers={"Retry-After": header}) as server:
        assert (await failure_of(server.url)).retry_after_seconds == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("-1", None),
        ("1.5", None),
        ("١", None),
        ("9" * 5000, 9_999_999_999.0),
        ("Wed, 25 Nov 2026 07:00:00 GMT", 0.0),
        ("Wed, 25 Nov 2026 08:00:10 -0000", 10.0),
        ("Wed, 99 Nov 2026 08:00:10 GMT", None),
    ],
)
def test_retry_after_is_a_number_or_a_date_or_nothing(header: str, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


async def test_nobody_listening_is_a_refused_connection() -> None:
    failure = await failure_of(f"http://127.0.0.1:{await unused_port()}/")
    assert "连接被拒绝" in failure.message
    assert not failure.disables


async def test_a_slow_answer_is_a_timeout() -> None:
    async with double(delay_seconds=0.5) as server:
        began = time.monotonic()
        failure = await failure_of(server.url, timeout_seconds=0.1)
        assert time.monotonic() - began < 0.45
    assert "超时" in failure.message


async def test_a_server_that_does_not_greet_is_a_timeout() -> None:
    async with speaking(None) as port:
        failure = await failure_of(f"https://127.0.0.1:{port}/", timeout_seconds=0.1)
    assert "超时" in failure.message


def test_a_connection_that_takes_too_long_is_told() -> None:
    assert told(aiohttp.ConnectionTimeoutError(), "委办局接口").message == "连接委办局接口超时。"


async def test_an_answer_without_end_does_not_hold_us_up() -> None:
    async with serving(endless) as url, session_for(url) as session:
        receipt = await asyncio.wait_for(WebhookSender(session, now).send(parcel(EndpointKind.WEBHOOK, url, SECRET)), 2)
    assert receipt == Receipt(200)


async def test_a_certificate_that_nobody_vouches_for_is_invalid(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        raise AssertionError("sent all the same")

    async with serving(answer, self_signed(tmp_path)) as url:
        failure = await failure_of(url)
    assert "证书无效" in failure.message
    assert not failure.disables


@pytest.mark.parametrize(
    ("words", "text"),
    [(b"", "连接中断"), (b"220 mail.example.org ESMTP\r\n\r\n", "不符合 HTTP"), (b"HTTP/1.1 200 OK\r\nContent-Le", "连接中断")],
    ids=["nothing", "SMTP", "half"],
)
async def test_what_is_no_http_fails(words: bytes, text: str) -> None:
    async with speaking(words) as port:
        assert text in (await failure_of(f"http://127.0.0.1:{port}/")).message


async def test_https_to_a_plain_server_is_no_encrypted_connection() -> None:
    async with double() as server:
        assert "加密连接" in (await failure_of(server.url.replace("http:", "https:"))).message


def test_a_name_that_does_not_resolve_is_told() -> None:
    key = ConnectionKey("gone.example.org", 443, True, True, None, None, None)
    failure = told(aiohttp.ClientConnectorDNSError(key, OSError("no such name")), "委办局接口")
    assert failure.message == "委办局接口的域名无法解析。"
    assert not failure.disables


def test_trouble_without_a_name_of_its_own_is_still_told() -> None:
    for error in (aiohttp.ClientError("?"), OSError(5, "?"), RuntimeError("Session is closed")):
        assert told(error, "委办局接口").message == "发往委办局接口时网络出错。"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_an_address_of_this_machine_disables_the_endpoint(host: str) -> None:
    async with double() as server, guarded_session(()) as session:
        address = server.url.replace("127.0.0.1", host)
        with pytest.raises(DeliveryFailed, match="地址不允许") as raised:
            await WebhookSender(session, now).send(parcel(EndpointKind.WEBHOOK, address, SECRET))
    assert raised.value.disables
    assert server.received == []


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "hook",
            "ftp://example.org/",
            "https://",
            "https:///x",
            "https://example.org:99999/",
            "https://2130706433/",
            "https://exa mple.org/",
            "https://例子.cn/",
        ),
        *("https://example.org/\r\nX: y", "https://user:pw@example.org/", f"https://{'a' * 64}.example.org/", "https://a..example.org/"),
    ],
    ids=repr,
)
async def test_an_address_that_cannot_be_one_disables_the_endpoint(address: str) -> None:
    async with guarded_session(()) as session:
        with pytest.raises(DeliveryFailed, match="地址") as raised:
            await WebhookSender(session, now).send(parcel(EndpointKind.WEBHOOK, address, SECRET))
    assert raised.value.disables
    assert "pw" not in raised.value.message


async def test_a_secret_that_cannot_sign_disables_the_endpoint_and_is_not_told() -> None:
    async with double() as server:
        failure = await failure_of(server.url, secret="whsec_short")
    assert failure.disables
    assert "签名密钥" in failure.message
    assert "short" not in failure.message
    assert server.received == []
