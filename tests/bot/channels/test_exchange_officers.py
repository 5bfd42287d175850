"""What officers and the service say outside of a turn, and what becomes of it where the platform does not take it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from actions.tickets.model import EventKind
from tests.actions.tickets.samples import PRINCIPAL, lead
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_channel import LIMITS
from tests.fakes.tiny_platform import TinyPlatform

TAKEN = "现在由市自然资源局工作人员为您服务，智能助手暂停回复。"
HELD = "state = 'waiting' AND is_held"
NO_PUSH = (0, timedelta(0))


def _texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


@pytest.fixture
async def mark(service: TinyService, platform: TinyPlatform) -> str:
    """Of a conversation that has begun."""
    await platform.say("小李", "用地")
    return service.mark()


async def test_officers_words_reach_the_person_once_in_order_under_their_bureaus_name(
    service: TinyService, platform: TinyPlatform, mark: str
) -> None:
    await service.take_over(mark)
    assert _texts(await platform.until_sent(1)) == [TAKEN]
    for text in ("您好，", "请带营业执照。"):
        service.say(mark, text)
    await platform.until_sent(2)
    assert platform.sent[1]["text"] == "【市自然资源局】您好，\n\n【市自然资源局】请带营业执照。"  # one message costs one of the few
    await asyncio.sleep(1.2)
    assert len(platform.sent) == 2


async def test_a_message_to_the_officer_is_acknowledged_without_an_answer(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble, mark: str
) -> None:
    await service.take_over(mark)
    rasa.received.clear()
    assert await platform.say("小李", "我在楼下") is None
    assert rasa.received == []
    assert service.transcript(mark)[-1][1] == "我在楼下"


async def test_a_picture_to_the_officer_is_named_to_them_and_the_greeting_of_a_scan_is_not_said_in_the_persons_name(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble, mark: str
) -> None:
    await service.take_over(mark)
    answer = await platform.say("小李", "image", "media")
    assert answer is not None
    assert "图片" in answer
    assert service.transcript(mark)[-1][1] == "[图片]"
    assert await platform.say("小李", kind="scanned", scene="park") is None
    assert service.transcript(mark)[-1][1] == "[图片]"


async def test_what_a_bureau_writes_to_a_ticket_reaches_the_person(service: TinyService, platform: TinyPlatform, mark: str) -> None:
    tickets = service.tickets.registry.tickets
    number = tickets.open_ticket(lead(channel="tiny", conversation=mark)).ticket.number
    tickets.comment(number, PRINCIPAL, "已安排现场踏勘。")
    assert _texts(await platform.until_sent(1)) == [f"【市自然资源局】{number}：已安排现场踏勘。"]
    assert tickets.standing(number).events[-1].kind is EventKind.COMMENTED


async def test_words_for_which_the_window_is_closed_wait_for_the_persons_next_message(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    service.channel.limits = replace(LIMITS, after_message=NO_PUSH, after_tap=NO_PUSH)
    await platform.say("小李", "用地")
    await service.take_over(service.mark())
    service.say(service.mark(), "请带营业执照。")
    await service.until(lambda: service.count("channel_outbox", HELD) == 2)
    assert platform.sent == []
    assert await platform.say("小李", "在吗") == f"{TAKEN}\n\n【市自然资源局】请带营业执照。"
    assert await platform.say("小李", "在吗") is None


async def test_what_does_not_fit_with_the_answer_is_sent_by_itself_where_that_is_allowed(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    service.channel.limits = replace(LIMITS, text_bytes=200, after_message=NO_PUSH, after_tap=NO_PUSH)
    await platform.say("小李", "用地")
    await service.take_over(service.mark())
    service.say(service.mark(), "很" * 50)
    service.say(service.mark(), "长" * 50)
    await service.until(lambda: service.count("channel_outbox", HELD) == 3)
    service.channel.limits = replace(LIMITS, text_bytes=200)
    assert await platform.say("小李", "在吗") == TAKEN
    await platform.until_sent(2)
    assert _texts(platform.sent) == [f"【市自然资源局】{'很' * 50}", f"【市自然资源局】{'长' * 50}"]


async def test_each_message_that_is_sent_uses_up_the_window_and_the_rest_waits(
    service: TinyService, platform: TinyPlatform, mark: str
) -> None:
    await service.take_over(mark)
    await platform.until_sent(1)
    for number in range(5):
        service.say(mark, f"第{number}句")
        await platform.until_sent(min(5, number + 2))
    await service.until(lambda: service.count("channel_outbox", HELD) == 1)
    assert len(platform.sent) == 5
    assert service.window(mark) is None
    assert await platform.say("小李", "在吗") == "【市自然资源局】第4句"
    window = service.window(mark)
    assert window is not None
    assert window[0] == 5


async def test_a_platform_that_is_busy_is_asked_again_and_words_keep_their_order(
    service: TinyService, platform: TinyPlatform, mark: str
) -> None:
    platform.failures = ["busy"]
    await service.take_over(mark)
    await service.until(lambda: not platform.failures)
    service.say(mark, "请带营业执照。")
    await service.until(lambda: service.count("channel_outbox", "state = 'sent'") == 2)
    assert "\n\n".join(_texts(platform.sent)) == f"{TAKEN}\n\n【市自然资源局】请带营业执照。"


async def test_words_for_somebody_who_is_gone_are_dropped(service: TinyService, platform: TinyPlatform, mark: str) -> None:
    platform.failures = ["gone"]
    await service.take_over(mark)
    await service.until(lambda: service.count("channel_outbox", "state = 'dropped' AND content IS NULL") == 1)
    assert platform.sent == []


async def test_a_right_that_is_missing_is_told_once_a_minute_and_the_words_wait(
    service: TinyService, platform: TinyPlatform, mark: str
) -> None:
    platform.failures = ["forbidden", "forbidden"]
    await service.take_over(mark)
    await service.until(lambda: service.count("channel_outbox", HELD) == 1)
    assert await platform.say("小李", "在吗") == TAKEN
    service.say(mark, "请带营业执照。")
    await service.until(lambda: not platform.failures)
    await service.until(lambda: service.count("channel_outbox", HELD) == 1)
    assert [line["reason"] for line in service.log if line["event"] == "outbox_not_permitted"] == ["forbidden"]
    assert await platform.say("小李", "在吗") == "【市自然资源局】请带营业执照。"


async def test_what_the_platform_refuses_for_no_known_reason_is_given_up(
    service: TinyService, platform: TinyPlatform, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.exchange.outbox_delivery._MOST_ODD_ATTEMPTS", 1)
    platform.failures = ["odd"] * 3
    await service.take_over(mark)
    await service.until(lambda: service.count("channel_outbox", "state = 'dropped'") == 1)
    assert platform.failures == ["odd"]
