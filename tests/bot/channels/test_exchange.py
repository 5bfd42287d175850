"""Messages of a platform: taken once, answered in time or later, and never lost; over real HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import aiohttp
import pytest

from actions.conversations.model import Author
from bot.settings import Settings
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_channel import LIMITS
from tests.fakes.tiny_platform import TinyPlatform


def _texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]


async def test_a_message_is_answered_with_the_request_that_brought_it(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    assert await platform.say("小李", "用地怎么保障") == "您好"
    assert [(one["message"], one["metadata"]["channel"]) for one in rasa.received] == [("用地怎么保障", "tiny")]
    await service.desk.flush()
    assert service.transcript(service.mark()) == [(Author.ENQUIRER, "用地怎么保障"), (Author.BOT, "您好")]
    assert platform.sent == []


async def test_several_messages_of_the_bot_are_one_with_the_last_choices(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    buttons = [{"title": title, "payload": title} for title in ("甲", "乙", "丙", "丁", "戊", "己")]
    rasa.utterances = [{"text": "第一句", "buttons": buttons[:2]}, {"text": "第二句", "buttons": buttons}, {"text": "第三句"}]
    answer = await platform.post("小李", "你好")
    assert answer["text"] == "第一句\n\n第二句\n\n第三句"
    assert answer["choices"] == ["甲", "乙", "丙", "丁", "戊"]  # as many as the platform shows


async def test_a_retry_that_comes_while_the_first_is_being_answered_gets_the_same_answer_once(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    rasa.delay_seconds = 0.5
    answers = await asyncio.gather(*(platform.say("小李", "用地", key="same") for _ in range(3)))
    assert answers == ["您好"] * 3
    assert len(rasa.received) == 1


async def test_a_retry_that_comes_after_the_answer_gets_the_same_answer_without_a_turn(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await platform.say("小李", "用地", key="same")
    rasa.utterances = [{"text": "别的"}]
    assert await platform.say("小李", "用地", key="same") == "您好"
    assert len(rasa.received) == 1


async def test_the_same_key_of_another_person_is_another_message_only_where_the_platform_says_so(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await platform.say("小李", "用地", key="one")
    await platform.say("小李", "用地", key="two")
    assert len(rasa.received) == 2


async def test_a_turn_that_takes_longer_than_the_platform_waits_is_sent_once(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    rasa.delay_seconds = 1.5
    assert await platform.say("小李", "用地") is None
    assert _texts(await platform.until_sent(1)) == ["您好"]
    await asyncio.sleep(1.2)
    assert len(platform.sent) == 1
    assert len(rasa.received) == 1


async def test_a_retry_after_the_answer_was_sent_by_itself_is_not_answered_again(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    rasa.delay_seconds = 1.2
    assert await platform.say("小李", "用地", key="same") is None
    await platform.until_sent(1)
    assert await platform.say("小李", "用地", key="same") is None
    assert len(platform.sent) == 1


async def test_a_platform_that_takes_no_answers_with_its_requests_is_acknowledged_at_once_and_sent_them(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    service.channel.limits = replace(LIMITS, answer_seconds=0.0)
    rasa.delay_seconds = 1.0
    began = asyncio.get_running_loop().time()
    assert await platform.say("小李", "用地") is None
    assert asyncio.get_running_loop().time() - began < 0.9
    assert _texts(await platform.until_sent(1)) == ["您好"]


async def test_each_persons_messages_are_taken_one_after_the_other(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    rasa.delay_seconds = 0.2
    await asyncio.gather(*(platform.say("小李", f"第{n}问") for n in (1, 2, 3)), platform.say("小王", "另一问"))
    of_one = [one["message"] for one in rasa.received if one["message"] != "另一问"]
    assert of_one == ["第1问", "第2问", "第3问"]
    assert len({one["sender"] for one in rasa.received}) == 2


async def test_whoever_sends_more_than_can_be_answered_is_told_to_wait(
    monkeypatch: pytest.MonkeyPatch, service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    monkeypatch.setattr("bot.exchange.exchange._END_WITHIN_SECONDS", 0.0)
    rasa.delay_seconds = 2.5
    service.channel.limits = replace(LIMITS, answer_seconds=0.05)
    answers = await asyncio.gather(*(platform.say("小李", f"第{n}问") for n in range(32)))
    assert [answer for answer in answers if answer] == ["您发送得太快了，请等前面的问题答复后再发。"] * 2
    assert service.count("channel_inbox") == 30


async def test_while_rasa_is_away_a_message_waits_and_is_answered_once_it_is_back(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    rasa.status = 503
    began = asyncio.create_task(platform.say("小李", "用地"))
    await asyncio.sleep(0.3)
    rasa.status = 200
    assert await began == "您好"


async def test_while_rasa_is_away_for_longer_the_answer_is_sent_afterwards(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    rasa.status = 503
    assert await asyncio.gather(*(platform.say(f"人{n}", "用地") for n in range(20))) == [None] * 20
    rasa.status = 200
    assert _texts(await platform.until_sent(20)) == ["您好"] * 20


async def test_where_the_bot_fails_whatever_it_is_told_the_enquirer_is_told_so(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    service.channel.limits = replace(LIMITS, answer_seconds=3.0)
    rasa.utterances = []
    answer = await platform.say("小李", "用地")
    assert answer is not None
    assert "12345" in answer
    assert [line["event"] for line in service.log if line["level"] == "error"] == ["exchange_unanswered"]


async def test_an_exception_anywhere_is_logged_without_words_and_the_platform_acknowledged(
    service: TinyService, platform: TinyPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ValueError("用地 is what they wrote")

    monkeypatch.setattr(service.exchange, "_arrive", fail)
    assert await platform.say("小李", "用地") is None
    (line,) = [line for line in service.log if line["level"] == "error"]
    assert (line["event"], line["channel"], line["reason"]) == ("exchange_failed", "tiny", "ValueError")
    assert "用地" not in str(service.log)


@pytest.mark.parametrize(
    ("sent", "told"),
    [("image", "图片"), ("voice", "语音"), ("location", "位置"), ("link", "链接"), ("sticker", "文字")],
)
async def test_what_cannot_be_read_is_answered_by_its_kind_and_nothing_of_it_kept(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble, sent: str, told: str
) -> None:
    answer = await platform.say("小李", sent, "media")
    assert answer is not None
    assert told in answer
    assert rasa.received == []


async def test_a_follow_is_greeted_and_its_scene_kept(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    assert await platform.say("小李", kind="followed", scene="fair-2026") == "您好"
    assert rasa.received[0]["message"] == "你好"
    assert service.count("channel_contacts", "scene = 'fair-2026' AND followed_at IS NOT NULL") == 1
    assert await platform.say("小李", kind="scanned", scene="park-7") == "您好"
    assert service.count("channel_contacts", "scene = 'park-7'") == 1


async def test_a_menu_entry_says_its_words(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    await platform.say("小李", "到哪了", "menu")
    assert rasa.received[0]["message"] == "到哪了"


async def test_what_is_not_the_platforms_is_refused_and_not_kept(
    service: TinyService, platform: TinyPlatform, session: aiohttp.ClientSession
) -> None:
    async with session.post(platform.callback, params={"signature": "0" * 64}, data=b'{"from": "x"}') as response:
        assert (response.status, await response.read()) == (403, b"")
    assert service.count("channel_inbox") == 0


async def test_what_wants_no_answer_is_not_even_kept(service: TinyService, platform: TinyPlatform) -> None:
    assert await platform.say("小李", kind="nothing") is None
    assert service.count("channel_inbox") == 0


@pytest.mark.parametrize(
    ("typed", "meant"), [("2", "我要登记"), (" ２。", "我要登记"), ("登记", "我要登记"), ("2个亿", "2个亿"), ("3", "3")]
)
async def test_a_number_means_the_choice_that_was_shown_under_it(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble, typed: str, meant: str
) -> None:
    rasa.utterances = [{"text": "请选择", "buttons": [{"title": "查询", "payload": "我要查询"}, {"title": "登记", "payload": "我要登记"}]}]
    await platform.say("小李", "你好")
    await platform.say("小李", typed)
    assert rasa.received[-1]["message"] == meant


async def test_a_number_means_nothing_once_there_were_no_choices(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    rasa.utterances = [{"text": "请选择", "buttons": [{"title": "查询", "payload": "我要查询"}]}]
    await platform.say("小李", "你好")
    rasa.utterances = [{"text": "请问投资额是多少亿元？"}]
    await platform.say("小李", "我要登记")
    await platform.say("小李", "1")
    assert rasa.received[-1]["message"] == "1"


async def test_the_window_opens_with_what_the_person_does_and_each_message_of_ours_uses_it_up(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    await platform.say("小李", kind="followed")
    window = service.window(service.mark())
    assert window is not None
    assert (window[0], window[1] - datetime.now(timezone.utc) <= timedelta(minutes=1)) == (3, True)
    rasa.delay_seconds = 1.2
    await platform.say("小李", "用地")
    await platform.until_sent(1)
    await asyncio.sleep(0.1)
    window = service.window(service.mark())
    assert window is not None
    assert (window[0], window[1] - datetime.now(timezone.utc) > timedelta(hours=47)) == (4, True)


async def test_without_the_right_to_push_a_late_answer_comes_with_the_next_one(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    none = (0, timedelta(0))
    service.channel.limits = replace(LIMITS, answer_seconds=0.6, after_message=none, after_tap=none)
    rasa.utterances, rasa.delay_seconds = [{"text": "迟到的答复"}], 1.0
    assert await platform.say("小李", "第一问") is None
    await asyncio.sleep(1.0)
    rasa.utterances, rasa.delay_seconds = [{"text": "及时的答复"}], 0.0
    assert await platform.say("小李", "第二问") == "您上一个问题的答复：迟到的答复\n\n及时的答复"
    assert await platform.say("小李", "第三问") == "及时的答复"
    assert platform.sent == []


async def test_where_the_platform_says_that_the_window_is_closed_the_answer_comes_with_the_next_one(
    service: TinyService, platform: TinyPlatform, rasa: RasaDouble
) -> None:
    platform.failures = ["closed"]
    rasa.delay_seconds = 1.2
    assert await platform.say("小李", "第一问") is None
    await asyncio.sleep(0.8)
    assert (platform.failures, platform.sent) == ([], [])
    rasa.delay_seconds = 0.0
    assert await platform.say("小李", "第二问") == "您上一个问题的答复：您好\n\n您好"


async def test_a_retry_takes_the_answer_that_could_not_be_sent(service: TinyService, platform: TinyPlatform, rasa: RasaDouble) -> None:
    none = (0, timedelta(0))
    service.channel.limits = replace(LIMITS, answer_seconds=0.4, after_message=none, after_tap=none)
    rasa.delay_seconds = 0.7
    assert await platform.say("小李", "第一问", key="same") is None
    await asyncio.sleep(0.8)
    assert await platform.say("小李", "第一问", key="same") == "您好"
    rasa.delay_seconds = 0.0
    assert await platform.say("小李", "第二问") == "您好"  # it was told, and is not told again


async def test_two_hundred_persons_with_ten_messages_each_are_answered_once_each(
    tiny_settings: Settings, platform: TinyPlatform, session: aiohttp.ClientSession, rasa: RasaDouble
) -> None:
    service = TinyService(tiny_settings, platform, session, replace(LIMITS, answer_seconds=30.0))
    platform.patience = 40.0
    await service.start()

    async def ask(person: int) -> list[str | None]:
        return [await platform.say(f"人{person}", f"{person}的第{n}问") for n in range(10)]

    answers = await asyncio.gather(*(ask(person) for person in range(200)))
    assert answers == [["您好"] * 10] * 200
    assert sorted(one["message"] for one in rasa.received) == sorted(f"{person}的第{n}问" for person in range(200) for n in range(10))
    assert platform.sent == []
    await service.stop()
