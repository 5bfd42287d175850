"""Calls to WeCom's API: one token, one message an answer, every code as what is to be done about it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.channels.contract import Gone, NotPermitted, Outgoing, TryAgain, Unsendable, WindowClosed
from bot.channels.wecom.channel import WecomChannel
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.errors import failure
from tests.bot.channels.wechat.conftest import Clock
from tests.bot.channels.wecom.conftest import MEMBER
from tests.fakes.wecom_api import CORPID, SECRET
from tests.fakes.wecom_server import FakeWecom


def _answer(text: str = "用地价格见第7条。", person: str = MEMBER) -> Outgoing:
    return Outgoing(CORPID, person, text)


async def test_an_answer_is_one_message_in_real_characters(wecom: FakeWecom, channel: WecomChannel) -> None:
    await channel.send(_answer("湛江😀“用地”]]>"))
    assert wecom.screen(MEMBER) == ["湛江😀“用地”]]>"]


async def test_many_messages_at_once_take_one_token(wecom: FakeWecom, channel: WecomChannel) -> None:
    await asyncio.gather(*(channel.send(_answer(f"第{number}条")) for number in range(20)))
    assert wecom.tokens_fetched == 1
    assert len(wecom.sent) == 20


async def test_each_secret_has_a_token_of_its_own(
    wecom: FakeWecom, client: WecomClient, session: aiohttp.ClientSession, data_dir: Path
) -> None:
    wecom.secrets.add(other := "another-secret-0123456789abcdefghijklmnopqr")
    another = WecomClient(wecom.url, CORPID, other, session, data_dir)
    for each in (client, another, client, another):
        await each.call("agent/get", agentid="1000002")
    assert wecom.tokens_fetched == 2
    names = [file.name for file in data_dir.iterdir()]
    assert not any(SECRET in name or other in name for name in names)


async def test_a_token_that_was_ended_is_renewed_once(wecom: FakeWecom, channel: WecomChannel) -> None:
    await channel.send(_answer())
    wecom.end_tokens()
    await asyncio.gather(*(channel.send(_answer(f"第{number}条")) for number in range(10)))
    assert wecom.tokens_fetched == 2
    assert len(wecom.sent) == 11


@pytest.mark.parametrize("code", [40014, 42001])
async def test_a_message_whose_token_is_refused_is_tried_again_once_and_no_more(code: int, wecom: FakeWecom, channel: WecomChannel) -> None:
    wecom.codes.append(code)
    await channel.send(_answer())
    assert len(wecom.sent) == 1
    wecom.codes.extend([code, code])
    with pytest.raises(NotPermitted) as refused:
        await channel.send(_answer("再来"))
    assert refused.value.code == code
    assert len(wecom.sent) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, TryAgain),
        (45009, TryAgain),
        (45033, TryAgain),
        (95001, WindowClosed),
        (95018, WindowClosed),
        (81013, Gone),
        (60111, Gone),
        (40056, NotPermitted),
        (48002, NotPermitted),
        (60011, NotPermitted),
        (95017, NotPermitted),
        (99999, Unsendable),
    ],
)
async def test_every_code_is_what_is_to_be_done_about_it(
    code: int, kind: type[Unsendable], wecom: FakeWecom, channel: WecomChannel
) -> None:
    wecom.codes.append(code)
    with pytest.raises(Unsendable) as refused:
        await channel.send(_answer())
    assert type(refused.value) is kind
    assert refused.value.code == code
    assert MEMBER not in str(refused.value)


async def test_who_is_no_member_any_more_is_gone(channel: WecomChannel) -> None:
    with pytest.raises(Gone):
        await channel.send(_answer(person="stranger"))


async def test_what_was_sent_and_not_acknowledged_is_shown_once(wecom: FakeWecom, channel: WecomChannel, clock: Clock) -> None:
    wecom.lost = 1
    with pytest.raises(TryAgain, match="WeCom cannot be reached"):
        await channel.send(_answer())
    await channel.send(_answer())
    assert wecom.screen(MEMBER) == ["用地价格见第7条。"]
    clock.now += 61  # asked again, it is said again
    await channel.send(_answer())
    assert len(wecom.screen(MEMBER)) == 2


async def test_a_wrong_secret_or_corp_id_is_for_the_operator(wecom: FakeWecom, session: aiohttp.ClientSession, data_dir: Path) -> None:
    for corpid, secret, code in ((CORPID, "x" * 43, 40001), ("ww0000000000000000", SECRET, 40013)):
        with pytest.raises(NotPermitted) as refused:
            await WecomClient(wecom.url, corpid, secret, session, data_dir).fetch_token()
        assert refused.value.code == code


async def test_an_address_that_is_not_allowed_is_named(wecom: FakeWecom, channel: WecomChannel) -> None:
    wecom.blocked_address = "203.0.113.7"
    with pytest.raises(NotPermitted, match=r"203\.0\.113\.7 is not in .* 企业可信IP"):
        await channel.send(_answer())


@pytest.mark.parametrize("said", ["something else", "from ip: <script>"])
def test_nothing_but_the_address_is_taken_from_what_the_platform_says(said: str) -> None:
    assert "this server's address" in failure(60020, said).reason


async def test_an_api_that_cannot_be_reached_is_tried_again_and_nothing_secret_is_told(
    session: aiohttp.ClientSession, data_dir: Path
) -> None:
    with pytest.raises(TryAgain) as refused:
        await WecomClient("http://127.0.0.1:1", CORPID, SECRET, session, data_dir).fetch_token()
    assert SECRET not in str(refused.value)
