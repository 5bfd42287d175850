"""Notices to group robots."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from yarl import URL

from actions.delivery.endpoints import senders
from actions.delivery.endpoints.dingtalk.format import sign as dingtalk_sign
from actions.delivery.endpoints.dingtalk.format import write as dingtalk_letter
from actions.delivery.endpoints.dingtalk.sender import DingTalkSender
from actions.delivery.endpoints.exchange import post
from actions.delivery.endpoints.feishu.format import sign as feishu_sign
from actions.delivery.endpoints.feishu.sender import FeishuSender
from actions.delivery.endpoints.message import chat_text, cut, plain
from actions.delivery.endpoints.robot import RobotSender
from actions.delivery.endpoints.wecom.sender import WeComSender
from actions.delivery.model import DeliveryFailed, Receipt
from actions.delivery.notice import Notice, read_notice
from actions.office.model import Endpoint, EndpointKind
from tests.actions.delivery.servers import NOW, Clock, double, endless, now, parcel, serving, session_for, unused_port

MakeSender = Callable[[aiohttp.ClientSession, Callable[[], datetime]], RobotSender]

WECOM = (WeComSender, EndpointKind.WECOM, "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", b'{"errcode":0,"errmsg":"ok"}')
DINGTALK = (DingTalkSender, EndpointKind.DINGTALK, "/robot/send?access_token=5c1f0b8d9e7a5aaa", b'{"errcode":0,"errmsg":"ok"}')
FEISHU = (FeishuSender, EndpointKind.FEISHU, "/open-apis/bot/v2/hook/3b2f9d6c-5aaa", b'{"StatusCode":0,"code":0,"data":{},"msg":"success"}')
ROBOTS = pytest.mark.parametrize(("make", "kind", "path", "success"), [WECOM, DINGTALK, FEISHU], ids=["wecom", "dingtalk", "feishu"])
SIGNING_SECRET = "SEC0123456789abcdef"
TEXT = """【产业转移咨询】新工单
工单号：ZJ-261125-7K3QXM
事项：用地绿色通道
办理时限（内部设定）：2026年12月1日
登录查看：https://desk.example.org/desk/tickets/ZJ-261125-7K3QXM"""


async def failure_of(robot: tuple[Any, ...], **behaviour: Any) -> DeliveryFailed:
    """How a robot that behaves so is told of."""
    make, kind, path, _ = robot
    async with double(**behaviour) as server, session_for(server.url) as session:
        with pytest.raises(DeliveryFailed) as raised:
            await make(session, now).send(parcel(kind, server.url + path))
    assert len(server.received) == 1
    return raised.value


def test_known_signatures_are_made() -> None:
    assert dingtalk_sign(1700000000000, SIGNING_SECRET) == "TSZbRFUuvaSQaRKUpF970OPCb2/LcQAP3wOvwZIzBZk="
    assert feishu_sign(1700000000, SIGNING_SECRET) == "PiO7POLlSx/DM2qf8Dy/XCWeJK3exVnevp5G99LEN2M="
    assert feishu_sign(1599360473, "demo") == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


def test_dingtalks_signature_is_url_encoded_once() -> None:
    endpoint = Endpoint(EndpointKind.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=t", (SIGNING_SECRET, "SECold"))
    letter = dingtalk_letter(Notice("新工单", "ZJ-1", "x", None, None), endpoint, datetime.fromtimestamp(1700000000, tz=NOW.tzinfo))
    signature = "TSZbRFUuvaSQaRKUpF970OPCb2%2FLcQAP3wOvwZIzBZk%3D"
    assert letter.url == f"https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1700000000000&sign={signature}"


async def test_wecom_gets_text() -> None:
    async with double(body=WECOM[3]) as server, session_for(server.url) as session:
        assert await WeComSender(session, now).send(parcel(EndpointKind.WECOM, server.url + WECOM[2])) == Receipt(200)
    (request,) = server.received
    assert request.path == WECOM[2]
    assert request.json == {"msgtype": "text", "text": {"content": TEXT}}
    assert "工单".encode() in request.body


async def test_dingtalk_gets_signed_text_that_calls_nobody() -> None:
    async with double(body=DINGTALK[3]) as server, session_for(server.url) as session:
        await DingTalkSender(session, now).send(parcel(EndpointKind.DINGTALK, server.url + DINGTALK[2], SIGNING_SECRET))
    (request,) = server.received
    assert request.json == {"msgtype": "text", "text": {"content": TEXT}, "at": {"atMobiles": [], "isAtAll": False}}
    query = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
    assert query["access_token"] == "5c1f0b8d9e7a5aaa"
    assert query["timestamp"] == "1795593600000"
    digest = hmac.new(SIGNING_SECRET.encode(), f"1795593600000\n{SIGNING_SECRET}".encode(), hashlib.sha256).digest()
    assert query["sign"] == base64.b64encode(digest).decode()


async def test_feishu_gets_text_signed_in_the_body() -> None:
    async with double(body=FEISHU[3]) as server, session_for(server.url) as session:
        await FeishuSender(session, now).send(parcel(EndpointKind.FEISHU, server.url + FEISHU[2], SIGNING_SECRET))
    (request,) = server.received
    assert request.path == FEISHU[2]
    expected = {"timestamp": "1795593600", "sign": feishu_sign(1795593600, SIGNING_SECRET), "msg_type": "text", "content": {"text": TEXT}}
    assert request.json == expected


@pytest.mark.parametrize("robot", [DINGTALK, FEISHU], ids=["dingtalk", "feishu"])
async def test_without_a_secret_nothing_is_signed(robot: tuple[Any, ...]) -> None:
    make, kind, path, success = robot
    async with double(body=success) as server, session_for(server.url) as session:
        await make(session, now).send(parcel(kind, server.url + path))
    (request,) = server.received
    assert request.path == path
    assert "sign" not in request.json


@pytest.mark.parametrize(
    ("robot", "code"),
    [
        (WECOM, 93000),
        (DINGTALK, 310000),
        (DINGTALK, 300001),
        (DINGTALK, 400101),
        (FEISHU, 19001),
        (FEISHU, 19021),
        (FEISHU, 19022),
        (FEISHU, 19024),
    ],
)
async def test_a_robot_that_has_to_be_mended_is_disabled_although_http_says_200(robot: tuple[Any, ...], code: int) -> None:
    key = "code" if robot is FEISHU else "errcode"
    failure = await failure_of(robot, body=json.dumps({key: code, "errmsg": "no"}).encode())
    assert failure.disables
    assert f"错误码 {code}" in failure.message
    assert "…5aaa" in failure.message
    assert robot[2] not in failure.message


@pytest.mark.parametrize(
    ("robot", "code", "seconds"), [(WECOM, 45009, 60.0), (DINGTALK, 130101, 600.0), (DINGTALK, 410100, 600.0), (FEISHU, 11232, 60.0)]
)
async def test_too_many_messages_make_a_pause_for_that_robot(robot: tuple[Any, ...], code: int, seconds: float) -> None:
    make, kind, path, _ = robot
    clock = Clock()
    body = json.dumps({"code" if robot is FEISHU else "errcode": code}).encode()
    async with double(body=body) as server, session_for(server.url) as session:
        sender = make(session, clock)
        for _ in range(2):
            with pytest.raises(DeliveryFailed) as raised:
                await sender.send(parcel(kind, server.url + path))
            assert raised.value.retry_after_seconds == seconds
            assert not raised.value.disables
        assert len(server.received) == 1
        clock.pass_seconds(seconds)
        server.body = robot[3]
        assert await sender.send(parcel(kind, server.url + path)) == Receipt(200)


@ROBOTS
@pytest.mark.parametrize(
    "said",
    [
        *("", "ok", "[]", "null", "{}", '{"errcode":"0","code":"0"}', '{"errcode":false,"code":false}', '{"errcode":null,"code":null}'),
        *('{"errcode":0.0,"code":0.0}', '{"StatusCode":0}', '{"errcode":0,"code":0', "ÿ"),
    ],
)
async def test_an_answer_that_is_no_clear_yes_is_a_failure(
    make: MakeSender, kind: EndpointKind, path: str, success: bytes, said: str
) -> None:
    failure = await failure_of((make, kind, path, success), body=said.encode("latin-1"))
    assert "不能确认" in failure.message
    assert not failure.disables


@ROBOTS
async def test_other_codes_and_statuses_are_tried_again(make: MakeSender, kind: EndpointKind, path: str, success: bytes) -> None:
    failure = await failure_of((make, kind, path, success), body=b'{"errcode":-1,"code":9499}')
    assert not failure.disables
    assert failure.retry_after_seconds is None
    failure = await failure_of((make, kind, path, success), status=503, body=success, headers={"Retry-After": "30"})
    assert failure.retry_after_seconds == 30.0
    failure = await failure_of((make, kind, path, success), status=302, body=success, headers={"Location": "http://127.0.0.1:9/"})
    assert failure.status == 302


@ROBOTS
async def test_a_huge_answer_is_read_in_part_only(make: MakeSender, kind: EndpointKind, path: str, success: bytes) -> None:
    async with serving(endless) as url, session_for(url) as session:
        with pytest.raises(DeliveryFailed, match="不能确认"):
            await make(session, now).send(parcel(kind, url + path))
        answer = await post(session, URL(url), b"{}", {}, who="", answer_bytes=100_000)
        assert len(answer.body) == 100_000


@ROBOTS
async def test_no_error_shows_the_whole_address(make: MakeSender, kind: EndpointKind, path: str, success: bytes) -> None:
    url = f"http://127.0.0.1:{await unused_port()}"
    async with session_for(url) as session:
        with pytest.raises(DeliveryFailed, match="连接被拒绝") as raised:
            await make(session, now).send(parcel(kind, url + path))
        assert "（…5aaa）" in raised.value.message
        assert path[-8:] not in repr(raised.value)
        assert raised.value.__cause__ is None
        assert raised.value.__context__ is None


@ROBOTS
async def test_a_robot_is_not_called_more_often_than_it_allows(make: MakeSender, kind: EndpointKind, path: str, success: bytes) -> None:
    allowed = 60 if kind is EndpointKind.FEISHU else 18
    clock = Clock()
    async with double(body=success) as server, session_for(server.url) as session:
        sender = make(session, clock)
        for _ in range(allowed):
            await sender.send(parcel(kind, server.url + path))
        clock.pass_seconds(45)
        with pytest.raises(DeliveryFailed, match="频率") as raised:
            await sender.send(parcel(kind, server.url + path))
        assert raised.value.retry_after_seconds == 15.0
        assert not raised.value.disables
        assert len(server.received) == allowed
        await sender.send(parcel(kind, server.url + path + "b"))
        clock.pass_seconds(15)
        await sender.send(parcel(kind, server.url + path))
        assert len(server.received) == allowed + 2


async def test_a_clock_set_back_does_not_silence_a_robot_for_long() -> None:
    clock = Clock()
    async with double(body=WECOM[3]) as server, session_for(server.url) as session:
        sender = WeComSender(session, clock)
        for _ in range(18):
            await sender.send(parcel(EndpointKind.WECOM, server.url))
        clock.pass_seconds(-86_400)
        with pytest.raises(DeliveryFailed) as raised:
            await sender.send(parcel(EndpointKind.WECOM, server.url))
        assert raised.value.retry_after_seconds == 60.0


async def test_a_payload_that_cannot_be_read_is_a_failure() -> None:
    async with double(body=WECOM[3]) as server, session_for(server.url) as session:
        with pytest.raises(DeliveryFailed, match="无法读取"):
            await WeComSender(session, now).send(parcel(EndpointKind.WECOM, server.url, payload={"type": "ticket.opened"}))
    assert server.received == []


def test_what_a_chat_would_act_on_is_shown_as_it_is_written() -> None:
    assert plain('@all <at user_id="all">\n[点我](http://x)\x07') == '＠all ＜at user_id="all"＞ ［点我］(http://x)'
    text = chat_text(Notice("新工单", "ZJ-1", "<at user_id='all'></at>@所有人\n登录查看：[x](http://evil)", None, None), 2048)
    assert not set("<>@[]") & set(text)
    assert len(text.splitlines()) == 4


@pytest.mark.parametrize(("limit", "text"), [(12, "湛江市区"), (11, "湛江…"), (9, "湛江…"), (8, "湛…"), (3, "…")])
def test_text_is_cut_by_bytes_between_characters(limit: int, text: str) -> None:
    assert cut("湛江市区", limit) == text


def test_a_long_topic_leaves_the_number_and_the_link_whole() -> None:
    notice = Notice("新工单", "ZJ-261125-7K3QXM", "用地" * 2000, None, "https://desk.example.org/1")
    text = chat_text(notice, 2048)
    assert len(text.encode()) <= 2048
    assert "ZJ-261125-7K3QXM" in text
    assert text.endswith("https://desk.example.org/1")


def test_a_robot_shows_nothing_personal() -> None:
    body = parcel(EndpointKind.WECOM, "").body
    text = chat_text(read_notice(body), 2048)
    for personal in ("佛山", "家电", "陈大文", "13800138000", "五十亩", "怎么保障"):
        assert personal in body.decode()
        assert personal not in text


async def test_there_is_a_sender_for_every_kind_of_endpoint() -> None:
    async with session_for("http://127.0.0.1:9") as session:
        assert set(senders(session, None, now)) == set(EndpointKind)
