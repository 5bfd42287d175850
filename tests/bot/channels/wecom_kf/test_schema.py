"""Messages of 微信客服 both ways."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from bot.channels.contract import Kind, Outgoing
from bot.channels.tencent.xml import Malformed
from bot.channels.wecom_kf.schema import read_changed, read_entered, read_failed, read_message, read_notice, write_message
from bot.dialogue.message import Choice
from tests.bot.channels.wecom_kf.conftest import CUSTOMER
from tests.fakes.wecom_kf_server import ACCOUNT

NOTICE = {
    "ToUserName": "ww0123456789abcdef",
    "MsgType": "event",
    "Event": "kf_msg_or_event",
    "Token": "ENCApHxnGDNAVNY4AaSJKj4T",
    "OpenKfId": ACCOUNT,
}
COMMON = {
    "msgid": "from_msgid_4622416642169452483",
    "open_kfid": ACCOUNT,
    "external_userid": CUSTOMER,
    "send_time": 1795420800,
    "origin": 3,
}
TEXT = {**COMMON, "msgtype": "text", "text": {"content": " 搬厂有补贴吗 "}}
ENTERED = {
    "event_type": "enter_session",
    "open_kfid": ACCOUNT,
    "external_userid": CUSTOMER,
    "scene": "1",
    "scene_param": "fair",
    "welcome_code": "C",
}


def _event(event: Any, **changed: Any) -> dict[str, Any]:
    return {"msgid": "e1", "open_kfid": ACCOUNT, "send_time": 1795420800, "origin": 4, "msgtype": "event", "event": event, **changed}


def test_a_notice_names_an_account_and_a_token_and_nobody() -> None:
    notice = read_notice(NOTICE)
    assert (notice.account, notice.key, notice.person, notice.kind) == (ACCOUNT, NOTICE["Token"], "", Kind.NOTHING)


@pytest.mark.parametrize("odd", [{"OpenKfId": ""}, {"OpenKfId": "wk/../x"}, {"Token": ""}, {"Token": "x" * 129}])
def test_a_notice_of_odd_form_is_refused(odd: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        read_notice({**NOTICE, **odd})


def test_other_events_are_of_no_account() -> None:
    assert read_notice({**NOTICE, "Event": "kf_account_auth_change"}).account == ""
    assert read_notice({}).account == ""


def test_a_text_is_read() -> None:
    received = read_message(ACCOUNT, TEXT)
    assert received is not None
    assert (received.channel, received.account, received.person) == ("wecom_kf", ACCOUNT, CUSTOMER)
    assert (received.kind, received.text, received.key) == (Kind.TEXT, "搬厂有补贴吗", "message:from_msgid_4622416642169452483")
    assert received.at == datetime(2026, 11, 23, 8, tzinfo=timezone.utc)


def test_a_tap_opens_as_much_as_a_message_and_is_read_as_one() -> None:
    received = read_message(ACCOUNT, {**TEXT, "text": {"content": "用地", "menu_id": "1"}})
    assert received is not None
    assert (received.text, received.choice) == ("用地", "")


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        ({"msgtype": "image", "image": {"media_id": "m"}}, Kind.MEDIA, "image"),
        ({"msgtype": "location", "location": {"latitude": 21.2}}, Kind.MEDIA, "location"),
        ({"msgtype": "file"}, Kind.MEDIA, "file"),
        ({"msgtype": "business_card"}, Kind.MEDIA, ""),
        ({"msgtype": ["text"]}, Kind.MEDIA, ""),
        ({"msgtype": "text"}, Kind.NOTHING, ""),
        ({"msgtype": "text", "text": "x"}, Kind.NOTHING, ""),
        ({"msgtype": "text", "text": {"content": 5}}, Kind.NOTHING, ""),
    ],
)
def test_what_people_send_is_told_apart(content: dict[str, Any], kind: Kind, text: str) -> None:
    received = read_message(ACCOUNT, {**COMMON, **content})
    assert received is not None
    assert (received.kind, received.text) == (kind, text)


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": 5},
        {"origin": 4},
        {"open_kfid": "wkOther"},
        {"external_userid": ""},
        {"external_userid": None},
        {"external_userid": "a b"},
        {"msgid": ""},
        {"msgid": 5},
        {"send_time": "now"},
        {"send_time": -1},
        {"send_time": 10**12},
    ],
)
def test_what_is_not_a_persons_or_odd_is_passed_over(odd: dict[str, Any]) -> None:
    assert read_message(ACCOUNT, {**TEXT, **odd}) is None


def test_whoever_opens_the_talk_may_be_greeted_once() -> None:
    entered = read_entered(ACCOUNT, _event(ENTERED))
    assert entered is not None
    greeted, received = entered
    assert (greeted.account, greeted.person, greeted.code) == (ACCOUNT, CUSTOMER, "C")
    assert (received.kind, received.scene, received.key) == (Kind.SCANNED, "fair", "event:e1")


@pytest.mark.parametrize(
    "item",
    [
        TEXT,
        _event({**ENTERED, "welcome_code": ""}),
        _event({name: value for name, value in ENTERED.items() if name != "welcome_code"}),
        _event({**ENTERED, "external_userid": 5}),
        _event({**ENTERED, "open_kfid": "wkOther"}),
        _event({**ENTERED, "event_type": "user_recall_msg"}),
        _event("enter_session"),
        _event(ENTERED, origin=3),
        _event(ENTERED, send_time=None),
    ],
)
def test_whoever_may_not_be_greeted_is_not(item: dict[str, Any]) -> None:
    assert read_entered(ACCOUNT, item) is None


def test_changes_of_sessions_and_failures_are_told() -> None:
    changed = _event({"event_type": "session_status_change", "open_kfid": ACCOUNT, "external_userid": CUSTOMER, "change_type": 3})
    failed = _event({"event_type": "msg_send_fail", "open_kfid": ACCOUNT, "external_userid": CUSTOMER, "fail_type": 4})
    assert (read_changed(ACCOUNT, changed), read_failed(ACCOUNT, changed)) == (CUSTOMER, None)
    assert (read_changed(ACCOUNT, failed), read_failed(ACCOUNT, failed)) == (None, 4)
    assert (read_changed(ACCOUNT, TEXT), read_failed(ACCOUNT, TEXT)) == (None, None)


def _answer(text: str, *titles: str, whole_url: str = "") -> Outgoing:
    return Outgoing(ACCOUNT, CUSTOMER, text, tuple(Choice(title, f"/{title}") for title in titles), whole_url)


def test_choices_are_a_menu() -> None:
    message = write_message(_answer("**您想问**哪方面？", "用地", "用电" * 60))
    assert message["msgtype"] == "msgmenu"
    assert message["msgmenu"]["head_content"] == "您想问哪方面？"
    first, second = message["msgmenu"]["list"]
    assert first == {"type": "click", "click": {"id": "1", "content": "用地"}}
    assert len(second["click"]["content"].encode()) <= 128


def test_choices_with_a_text_too_long_for_a_menu_are_numbered_lines() -> None:
    message = write_message(
        _answer("企业整体搬迁的，由市工业和信息化局牵头办理。" * 50, "用地", whole_url="https://zixun.example.gov.cn/w/1")
    )
    text = message["text"]["content"]
    assert len(text.encode()) <= 2048
    assert "查看全文：https://zixun.example.gov.cn/w/1" in text
    assert text.endswith("1. 用地")


def test_a_text_is_a_text() -> None:
    assert write_message(_answer("用地见第7条。")) == {"msgtype": "text", "text": {"content": "用地见第7条。"}}
