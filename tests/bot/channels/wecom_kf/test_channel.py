"""Whose session it is, what may be sent, and what of a page wants an answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from actions.settings import SettingError
from bot.channels.contract import Kind, NotPermitted, Outgoing, Refused, TryAgain, Unsendable, WindowClosed
from bot.channels.wecom_kf.channel import WecomKfChannel
from bot.channels.wecom_kf.client import WecomKfClient
from bot.channels.wecom_kf.settings import read_wecom_kf_settings
from bot.dialogue.message import Choice
from tests.bot.channels.wechat.conftest import Clock
from tests.bot.channels.wecom_kf.conftest import CUSTOMER
from tests.bot.channels.wecom_kf.test_schema import ENTERED, NOTICE, TEXT, _event
from tests.fakes.wechat_seal import seal
from tests.fakes.wecom_api import CORPID
from tests.fakes.wecom_kf_server import ACCOUNT, KF_AES_KEY, FakeWecomKf


def _answer(text: str = "用地价格见第7条。", *titles: str) -> Outgoing:
    return Outgoing(ACCOUNT, CUSTOMER, text, tuple(Choice(title, f"/{title}") for title in titles))


async def test_a_new_session_is_made_ours_once_and_answered(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    await channel.send(_answer())
    await channel.send(_answer("您想问哪方面？", "用地", "用电"))
    assert kf.screen(CUSTOMER) == ["用地价格见第7条。", "您想问哪方面？\n[1] 用地\n[2] 用电"]
    assert kf.claimed == [CUSTOMER]
    assert kf.sessions[CUSTOMER].state == 1


@pytest.mark.parametrize("state", [2, 3])
async def test_what_colleagues_have_is_left_to_them(state: int, kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    kf.take_over(CUSTOMER, state)
    with pytest.raises(NotPermitted, match="colleagues in WeCom"):
        await channel.send(_answer())
    assert (kf.screen(CUSTOMER), kf.claimed) == ([], [])


async def test_a_session_that_has_ended_or_never_began_waits_for_the_person(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    with pytest.raises(WindowClosed):
        await channel.send(_answer())


async def test_a_session_that_was_taken_from_us_unnoticed_is_looked_at_again(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    await channel.send(_answer())
    kf.take_over(CUSTOMER, 3, tells=False)
    with pytest.raises(NotPermitted):
        await channel.send(_answer())
    kf.take_over(CUSTOMER, 4)
    await kf.write(CUSTOMER, "用电", tells=False)
    await channel.send(_answer("用电见第8条。"))
    assert (kf.screen(CUSTOMER)[-1], kf.claimed) == ("用电见第8条。", [CUSTOMER, CUSTOMER])


async def test_a_change_that_is_told_has_the_session_looked_at_again(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    await channel.send(_answer())
    kf.sessions[CUSTOMER].state = 0  # ended, and begun anew
    channel.read(ACCOUNT, [_event({**ENTERED, "event_type": "session_status_change"})], is_first=False)
    await channel.send(_answer("用电见第8条。"))
    assert kf.claimed == [CUSTOMER, CUSTOMER]


async def test_more_than_five_answers_wait_for_the_person(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    for number in range(5):
        await channel.send(_answer(f"第{number}条"))
    with pytest.raises(WindowClosed, match="95001"):
        await channel.send(_answer())
    assert channel.limits.after_message == (5, timedelta(hours=48))


async def test_a_message_that_was_sent_and_not_acknowledged_is_shown_once(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    await channel.send(_answer("您好。"))
    kf.lost = 1
    with pytest.raises(TryAgain):
        await channel.send(_answer())
    await channel.send(_answer())
    assert kf.screen(CUSTOMER) == ["您好。", "用地价格见第7条。"]
    await channel.send(_answer())  # said again, as it was asked again
    assert len(kf.screen(CUSTOMER)) == 3


async def test_the_greeting_goes_by_its_code_and_only_once(kf: FakeWecomKf, channel: WecomKfChannel, clock: Clock) -> None:
    kf.callback = "http://127.0.0.1:1/"
    await kf.enter(CUSTOMER, "fair")
    (received,) = channel.read(ACCOUNT, kf._talk.items, is_first=False)
    assert (received.kind, received.scene) == (Kind.SCANNED, "fair")
    await channel.send(_answer("您好，我是搬迁咨询助手。", "用地"))
    assert kf.screen(CUSTOMER) == ["您好，我是搬迁咨询助手。\n[1] 用地"]
    with pytest.raises(WindowClosed):
        await channel.send(_answer())
    clock.now += 21
    assert channel.read(ACCOUNT, kf._talk.items, is_first=False) == ()


async def test_a_greeting_that_comes_too_late_is_not_said(kf: FakeWecomKf, channel: WecomKfChannel, clock: Clock) -> None:
    kf.callback = "http://127.0.0.1:1/"
    await kf.enter(CUSTOMER)
    channel.read(ACCOUNT, kf._talk.items, is_first=False)
    clock.now += 21
    with pytest.raises(WindowClosed):
        await channel.send(_answer("您好"))
    assert kf.screen(CUSTOMER) == []


def test_old_messages_are_not_answered_and_at_first_only_those_of_now(channel: WecomKfChannel, clock: Clock) -> None:
    def read(age: float, *, is_first: bool) -> int:
        return len(channel.read(ACCOUNT, [{**TEXT, "send_time": int(clock.now - age)}], is_first=is_first))

    assert [read(age, is_first=True) for age in (0, 500, 700)] == [1, 1, 0]
    assert [read(age, is_first=False) for age in (0, 47 * 3600, 49 * 3600)] == [1, 1, 0]


@pytest.mark.parametrize("odd", [{}, {"msgtype": "event", "event": []}, {**TEXT, "origin": 5}, {**TEXT, "text": {"content": " "}}])
def test_what_is_odd_does_not_keep_from_what_comes_after_it(odd: dict[str, Any], channel: WecomKfChannel) -> None:
    (received,) = channel.read(ACCOUNT, [odd, TEXT], is_first=False)
    assert received.text == "搬厂有补贴吗"


async def test_a_page_without_what_it_should_have_is_an_empty_one(kf: FakeWecomKf, client: WecomKfClient) -> None:
    page = await client.sync(ACCOUNT, "", "")
    assert (page.items, page.next_cursor, page.has_more) == ((), "c0", False)
    with pytest.raises(NotPermitted, match="95000"):
        await client.sync("wkOther", "", "")


async def test_a_state_that_is_none_is_an_error(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    kf.sessions[CUSTOMER].state = None  # type: ignore[assignment]
    with pytest.raises(Unsendable, match="no service_state"):
        await channel.send(_answer())


def test_a_notice_is_opened_and_others_are_refused(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    query, body = kf.request(NOTICE)
    received = channel.receive(query, body)
    assert (received.account, received.key) == (ACCOUNT, NOTICE["Token"])
    assert channel.acknowledge(received, None).body is None
    with pytest.raises(Refused) as refused:
        channel.receive({**query, "nonce": "1"}, body)
    assert refused.value.status == 403
    query, body = kf.request({**NOTICE, "Token": ""})
    with pytest.raises(Refused, match="malformed"):
        channel.receive(query, body)


def test_the_console_is_answered(kf: FakeWecomKf, channel: WecomKfChannel) -> None:
    echo = seal("1616140317555161061", KF_AES_KEY, CORPID)
    assert channel.verify({**kf.signed(echo), "echostr": echo}) == "1616140317555161061"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("WECOM_KF_SECRET", "", "WECOM_KF_SECRET is missing"),
        ("WECOM_KF_TOKEN", "", "WECOM_KF_TOKEN is missing"),
        ("WECOM_KF_AES_KEY", "a", "WECOM_KF_AES_KEY has 1 characters"),
    ],
)
def test_a_channel_does_not_open_with_an_odd_setting(name: str, value: str, told: str, kf: FakeWecomKf, client: WecomKfClient) -> None:
    with pytest.raises(SettingError, match=told):
        WecomKfChannel(read_wecom_kf_settings(kf.environment(**{name: value})), client)
