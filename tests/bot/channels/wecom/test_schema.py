"""WeCom's messages both ways."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.channels.contract import Kind, Outgoing
from bot.channels.tencent.xml import Malformed
from bot.channels.wecom.schema import read_received, write_push, write_reply, write_text
from bot.dialogue.message import Choice
from tests.fakes.wecom_api import AGENTID, CORPID

TEXT = {
    "ToUserName": CORPID,
    "FromUserName": "wang.fang",
    "CreateTime": "1795420800",
    "MsgType": "text",
    "Content": " 搬厂有补贴吗 ",
    "MsgId": "6054768590064713728",
    "AgentID": AGENTID,
}
EVENT = {**TEXT, "MsgType": "event", "MsgId": "", "Content": ""}


def test_a_text_is_read() -> None:
    received = read_received(TEXT, CORPID, AGENTID)
    assert (received.channel, received.account, received.person) == ("wecom", CORPID, "wang.fang")
    assert (received.kind, received.text, received.key) == (Kind.TEXT, "搬厂有补贴吗", "message:6054768590064713728")
    assert received.at == datetime(2026, 11, 23, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("fields", "kind", "text"),
    [
        ({**EVENT, "Event": "subscribe"}, Kind.FOLLOWED, ""),
        ({**EVENT, "Event": "click", "EventKey": "用地优惠"}, Kind.MENU, "用地优惠"),
        ({**EVENT, "Event": "click"}, Kind.NOTHING, ""),
        ({**EVENT, "Event": "enter_agent"}, Kind.NOTHING, ""),
        ({**EVENT, "Event": "unsubscribe"}, Kind.NOTHING, ""),
        ({**EVENT, "Event": "LOCATION", "Latitude": "21.2"}, Kind.NOTHING, ""),
        ({**TEXT, "MsgType": "image"}, Kind.MEDIA, "image"),
        ({**TEXT, "MsgType": "location"}, Kind.MEDIA, "location"),
        ({**TEXT, "MsgType": "unheard-of"}, Kind.NOTHING, ""),
        ({**TEXT, "Content": "  "}, Kind.NOTHING, ""),
    ],
)
def test_what_people_do_is_told_apart(fields: dict[str, str], kind: Kind, text: str) -> None:
    received = read_received(fields, CORPID, AGENTID)
    assert (received.kind, received.text) == (kind, text)


@pytest.mark.parametrize(
    "odd",
    [
        {"ToUserName": "ww0000000000000000"},
        {"AgentID": "1000003"},
        {"FromUserName": ""},
        {"FromUserName": "@all"},
        {"FromUserName": "lin|wang.fang"},
        {"FromUserName": "a" * 65},
        {"CreateTime": "now"},
        {"CreateTime": "9" * 12},
    ],
)
def test_a_message_of_odd_form_or_for_another_application_is_refused(odd: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        read_received({**TEXT, **odd}, CORPID, AGENTID)


def test_two_events_of_one_second_are_told_apart_and_a_retry_is_not() -> None:
    keys = [read_received({**EVENT, "Event": "click", "EventKey": key}, CORPID, AGENTID).key for key in ("用地", "用电", "用地")]
    assert keys[0] == keys[2] != keys[1]
    assert "wang.fang" not in keys[0]


def _answer(text: str, *titles: str, whole_url: str = "") -> Outgoing:
    return Outgoing(CORPID, "wang.fang", text, tuple(Choice(title, f"/{title}") for title in titles), whole_url)


def test_a_reply_goes_back_where_the_message_came_from() -> None:
    reply = write_reply(_answer("**用地**见第7条。"), 1_795_420_800)
    assert reply == {
        "ToUserName": "wang.fang",
        "FromUserName": CORPID,
        "CreateTime": 1_795_420_800,
        "MsgType": "text",
        "Content": "用地见第7条。",
    }


def test_a_push_names_the_application_and_one_member() -> None:
    push = write_push(_answer("用地见第7条。"), AGENTID)
    assert (push["touser"], push["agentid"], push["text"]) == ("wang.fang", 1000002, {"content": "用地见第7条。"})
    assert push["enable_duplicate_check"] == 1


def test_choices_stand_in_numbered_lines() -> None:
    assert write_text(_answer("您想问哪方面？", "用地", "用电")) == "您想问哪方面？\n\n回复数字即可选择：\n1. 用地\n2. 用电"


def test_a_long_text_is_cut_with_room_for_its_choices_and_the_way_to_the_whole() -> None:
    long = "企业整体搬迁的，由市工业和信息化局牵头办理。" * 100
    text = write_text(_answer(long, "用地", "用电", whole_url="https://zixun.example.gov.cn/whole/1?a=1"))
    assert len(text.encode()) <= 2048
    assert '办理。\n<a href="https://zixun.example.gov.cn/whole/1?a=1">查看全文</a>\n\n回复数字' in text
    assert text.endswith("2. 用电")


def test_choices_that_do_not_all_fit_are_the_first_ones() -> None:
    text = write_text(_answer("问", *("很长的选项" * 30 for _ in range(9))))
    assert len(text.encode()) <= 2048
    assert "2. 很长" in text
    assert "3. 很长" not in text


def test_no_link_but_ours_is_one() -> None:
    assert "<a" not in write_text(_answer('<a href="https://evil.example">点我</a>'))
