"""WeChat's messages as values, and ours as WeChat takes them."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from xml.etree import ElementTree as ET

import pytest
from wechatpy import parse_message

from bot.channels.contract import Kind, Outgoing, Received
from bot.channels.tencent.fields import read_fields
from bot.channels.tencent.xml import Malformed, write_xml
from bot.channels.wechat.schema import TEXT_BYTES, read_received, write_pushes, write_reply, write_text
from bot.dialogue.message import Choice

OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
COMMON = {"ToUserName": "gh_97417a04a28d", "FromUserName": OPENID, "CreateTime": "1714037059"}
SENTENCE = "企业整体搬迁的，由市工业和信息化局牵头办理。"


def _received(**fields: str) -> Received:
    return read_received({**COMMON, **fields})


def _answer(text: str = "您好。", *titles: str, url: str = "") -> Outgoing:
    return Outgoing("gh_97417a04a28d", OPENID, text, tuple(Choice(title, f"/{title}") for title in titles), url)


def test_a_text_is_read_with_whom_it_is_from_and_when_it_was_sent() -> None:
    received = _received(MsgType="text", Content=" 搬厂有补贴吗\n", MsgId="6000000000000000001")
    at = datetime(2024, 4, 25, 9, 24, 19, tzinfo=timezone.utc)
    assert received == Received("wechat", "gh_97417a04a28d", OPENID, "message:6000000000000000001", Kind.TEXT, "搬厂有补贴吗", at=at)


def test_a_tapped_choice_says_which() -> None:
    received = _received(MsgType="text", Content="用地", MsgId="1", bizmsgmenuid="2")
    assert (received.kind, received.text, received.choice) == (Kind.TEXT, "用地", "2")


@pytest.mark.parametrize(
    ("fields", "kind", "text", "scene"),
    [
        ({"MsgType": "image", "PicUrl": "http://x", "MediaId": "m"}, Kind.MEDIA, "image", ""),
        ({"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": "旧的"}, Kind.MEDIA, "voice", ""),
        ({"MsgType": "video", "MediaId": "m"}, Kind.MEDIA, "video", ""),
        ({"MsgType": "shortvideo", "MediaId": "m"}, Kind.MEDIA, "video", ""),
        ({"MsgType": "location", "Location_X": "21.2", "Location_Y": "110.4", "Label": "湛江"}, Kind.MEDIA, "location", ""),
        ({"MsgType": "link", "Title": "t", "Url": "http://x"}, Kind.MEDIA, "link", ""),
        ({"MsgType": "text", "Content": "  "}, Kind.NOTHING, "", ""),
        ({"MsgType": "hologram"}, Kind.NOTHING, "", ""),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": ""}, Kind.FOLLOWED, "", ""),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_fair-2026", "Ticket": "T"}, Kind.FOLLOWED, "", "fair-2026"),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": "last_trade_no_1"}, Kind.FOLLOWED, "", ""),
        ({"MsgType": "event", "Event": "unsubscribe"}, Kind.LEFT, "", ""),
        ({"MsgType": "event", "Event": "SCAN", "EventKey": "12", "Ticket": "T"}, Kind.SCANNED, "", "12"),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": "用地政策"}, Kind.MENU, "用地政策", ""),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": ""}, Kind.NOTHING, "", ""),
        ({"MsgType": "event", "Event": "VIEW", "EventKey": "https://x"}, Kind.NOTHING, "", ""),
        ({"MsgType": "event", "Event": "LOCATION", "Latitude": "21.2", "Longitude": "110.4"}, Kind.NOTHING, "", ""),
        ({"MsgType": "event", "Event": "subscribe_msg_popup_event"}, Kind.NOTHING, "", ""),
        ({"MsgType": "event", "Event": "debug_demo"}, Kind.NOTHING, "", ""),
    ],
    ids=str,
)
def test_everything_else_is_of_a_kind(fields: dict[str, str], kind: Kind, text: str, scene: str) -> None:
    received = _received(**fields)
    assert (received.kind, received.text, received.scene) == (kind, text, scene)


def test_retries_have_one_key_and_nothing_else_has_it() -> None:
    messages = [
        {"MsgType": "text", "Content": "一", "MsgId": "1"},
        {"MsgType": "text", "Content": "一", "MsgId": "2"},
        {"MsgType": "text", "Content": "一"},
        {"MsgType": "text", "Content": "二"},
        {"MsgType": "event", "Event": "CLICK", "EventKey": "a"},
        {"MsgType": "event", "Event": "CLICK", "EventKey": "b"},
        {"MsgType": "event", "Event": "SCAN", "EventKey": "a"},
        {"MsgType": "event", "Event": "SCAN", "EventKey": "a", "CreateTime": "1714037060"},
        {"MsgType": "event", "Event": "SCAN", "EventKey": "a", "FromUserName": "somebody_else"},
    ]
    keys = [_received(**fields).key for fields in messages]
    assert len(set(keys)) == len(keys)
    assert keys == [_received(**fields).key for fields in messages]
    assert not any(OPENID in key or "somebody" in key for key in keys)  # keys are kept in the clear
    assert max(map(len, keys)) <= 64


@pytest.mark.parametrize(
    "fields",
    [
        {"FromUserName": ""},
        {"FromUserName": "a b"},
        {"FromUserName": "x" * 65},
        {"ToUserName": "../etc"},
        {"CreateTime": ""},
        {"CreateTime": "soon"},
        {"CreateTime": "9" * 12},
        {"CreateTime": "-5"},
    ],
    ids=str,
)
def test_a_message_without_its_ids_is_malformed(fields: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        _received(**{"MsgType": "text", "Content": "x", "MsgId": "1", **fields})


def test_the_library_reads_the_same_from_a_message() -> None:
    document = write_xml({**COMMON, "MsgType": "text", "Content": "搬厂有补贴吗", "MsgId": "6000000000000000001"})
    ours, theirs = read_received(read_fields(document.encode())), parse_message(document)
    assert (ours.person, ours.account, ours.text) == (theirs.source, theirs.target, theirs.content)
    assert ours.key == f"message:{theirs.id}"
    assert ours.at is not None
    assert ours.at.timestamp() == theirs.create_time.timestamp()


def test_a_reply_swaps_from_and_to() -> None:
    document = write_xml(write_reply(_answer("用地价格见第7条。"), 1714037060))
    fields = {child.tag: child.text for child in ET.fromstring(document)}
    assert fields == {
        "ToUserName": OPENID,
        "FromUserName": "gh_97417a04a28d",
        "CreateTime": "1714037060",
        "MsgType": "text",
        "Content": "用地价格见第7条。",
    }


def test_choices_are_numbered_lines_that_are_links_too() -> None:
    assert write_text(_answer("您想问哪方面？", "用地&厂房", "用电"), TEXT_BYTES) == (
        "您想问哪方面？\n\n回复数字即可选择：\n"
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=%E7%94%A8%E5%9C%B0%26%E5%8E%82%E6%88%BF&msgmenuid=1">用地&厂房</a>\n'
        '2. <a href="weixin://bizmsgmenu?msgmenucontent=%E7%94%A8%E7%94%B5&msgmenuid=2">用电</a>'
    )


def test_where_links_would_take_the_answers_room_the_numbers_are_left() -> None:
    text = write_text(_answer("您想问哪方面？", *["企业整体搬迁到湛江有哪些用地方面的优惠"] * 9), TEXT_BYTES)
    assert "weixin://" not in text
    assert text.count("\n9. 企业整体搬迁") == 1
    assert write_text(_answer("您想问哪方面？", *["长" * 30] * 9), 600).count("长" * 30) == 2


@pytest.mark.parametrize("most", [600, TEXT_BYTES])
@pytest.mark.parametrize("titles", [(), ("用地", "用电"), ("企业整体搬迁到湛江有哪些用地方面的优惠",) * 9])
@pytest.mark.parametrize("url", ["", "https://zixun.example.gov.cn/a/12/0123456789abcdef"])
def test_a_long_answer_fits_and_says_that_it_goes_on(most: int, titles: tuple[str, ...], url: str) -> None:
    text = write_text(_answer(SENTENCE * 100, *titles, url=url), most)
    assert len(text.encode()) <= most
    assert text.startswith(SENTENCE)
    assert (f'<a href="{url}">查看全文</a>' if url else "以上是部分内容") in text
    assert SENTENCE + "\n" in text


def test_only_our_own_links_are_links() -> None:
    told = '您说“<a href="http://evil.example">点我</a>”，<b>且</b> 5 < 6'
    text = write_text(_answer(told, "<a href='http://evil.example'>x</a>"), TEXT_BYTES)
    assert re.findall(r"<a href=.([a-z]+):", text) == ["weixin"]
    assert "＜a href" in text
    assert "＜b>且＜/b> 5 < 6" in text
    (menu, *_) = write_pushes(_answer(told, "<a href='http://evil.example'>x</a>"))
    assert "<a" not in str(menu)


def test_a_message_by_the_api_is_a_text_or_a_menu_and_has_plainer_forms() -> None:
    (text,) = write_pushes(_answer("用地价格见第7条。"))
    assert text == {"touser": OPENID, "msgtype": "text", "text": {"content": "用地价格见第7条。"}}
    menu, long, short = write_pushes(_answer(SENTENCE * 100, "用地", "用电"))
    assert menu["msgmenu"]["list"] == [{"id": "1", "content": "用地"}, {"id": "2", "content": "用电"}]
    assert len(menu["msgmenu"]["head_content"].encode()) <= TEXT_BYTES
    assert "1. <a" in long["text"]["content"]
    assert len(short["text"]["content"].encode()) <= 600
