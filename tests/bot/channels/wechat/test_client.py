"""Calls to WeChat's API: one token, one message an answer, every code as what is to be done about it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.contract import Gone, NotPermitted, Outgoing, TryAgain, Unsendable, WindowClosed
from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.errors import failure
from bot.channels.wechat.settings import WechatSettings, read_wechat_settings
from bot.dialogue.message import Choice
from tests.bot.channels.wechat.conftest import OPENID, Clock
from tests.fakes.wechat_server import ACCOUNT, SECRET, FakeWechat


def _answer(text: str = "用地价格见第7条。", *titles: str) -> Outgoing:
    return Outgoing(ACCOUNT, OPENID, text, tuple(Choice(title, f"/{title}") for title in titles))


async def test_an_answer_is_one_message_in_real_characters(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.open_window(OPENID, 5, 60)
    await channel.send(_answer("湛江😀“用地”]]>"))
    await channel.send(_answer("您想问哪方面？", "用地", "用电"))
    assert wechat.screen(OPENID) == ["湛江😀“用地”]]>", "您想问哪方面？\n[1] 用地\n[2] 用电"]


async def test_many_messages_at_once_take_one_token(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.open_window(OPENID, 100, 60)
    await asyncio.gather(*(channel.send(_answer()) for _ in range(50)))
    assert wechat.api.tokens_fetched == 1
    assert len(wechat.api.sent) == 50


async def test_a_token_that_was_ended_elsewhere_is_renewed_once_for_all(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.open_window(OPENID, 100, 60)
    await channel.send(_answer())
    wechat.api.end_tokens()
    await asyncio.gather(*(channel.send(_answer()) for _ in range(30)))
    assert wechat.api.tokens_fetched == 2
    assert len(wechat.api.sent) == 31


async def test_two_processes_share_a_token(
    wechat: FakeWechat, channel: WechatChannel, settings: WechatSettings, session: aiohttp.ClientSession, data_dir: Path, clock: Clock
) -> None:
    wechat.api.open_window(OPENID, 100, 60)
    other = WechatChannel(settings, WechatClient(settings, session, data_dir), clock)
    await asyncio.gather(*(each.send(_answer()) for each in (channel, other) * 10))
    assert wechat.api.tokens_fetched == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_message_whose_token_is_refused_is_tried_again_once_and_no_more(
    code: int, wechat: FakeWechat, channel: WechatChannel
) -> None:
    wechat.api.open_window(OPENID, 100, 60)
    wechat.api.codes.extend([code])
    await channel.send(_answer())
    assert len(wechat.api.sent) == 1
    wechat.api.codes.extend([code, code])
    with pytest.raises(NotPermitted) as refused:
        await channel.send(_answer())
    assert refused.value.code == code
    assert not wechat.api.codes
    assert len(wechat.api.sent) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-1, TryAgain),
        (45011, TryAgain),
        (45015, WindowClosed),
        (45047, WindowClosed),
        (40003, Gone),
        (43004, Gone),
        (43101, Gone),
        (48002, Gone),
        (45009, NotPermitted),
        (48001, NotPermitted),
        (41001, NotPermitted),
        (99999, Unsendable),
    ],
)
async def test_every_code_is_what_is_to_be_done_about_it(
    code: int, kind: type[Unsendable], wechat: FakeWechat, channel: WechatChannel
) -> None:
    wechat.api.codes.append(code)
    with pytest.raises(Unsendable) as refused:
        await channel.send(_answer())
    assert type(refused.value) is kind
    assert refused.value.code == code
    assert OPENID not in str(refused.value)


async def test_the_platforms_own_quotas_close_the_window(wechat: FakeWechat, channel: WechatChannel, clock: Clock) -> None:
    wechat.api.open_window(OPENID, 5, 48 * 3600)
    for _ in range(5):
        await channel.send(_answer())
    with pytest.raises(WindowClosed, match="45047"):
        await channel.send(_answer())
    wechat.api.open_window(OPENID, 3, 60)
    clock.now += 61
    with pytest.raises(WindowClosed, match="45015"):
        await channel.send(_answer())
    with pytest.raises(Gone):
        await channel.send(Outgoing(ACCOUNT, "o_stranger", "您好。"))


async def test_an_account_without_the_right_sends_nothing_by_itself(
    wechat: FakeWechat, session: aiohttp.ClientSession, data_dir: Path
) -> None:
    settings = read_wechat_settings(wechat.environment(WECHAT_CAN_PUSH="no"))
    channel = WechatChannel(settings, WechatClient(settings, session, data_dir))
    wechat.api.open_window(OPENID, 5, 60)
    assert channel.limits.after_message[0] == channel.limits.after_tap[0] == 0
    with pytest.raises(WindowClosed):
        await channel.send(_answer())
    assert not wechat.api.tokens_fetched


async def test_where_menu_messages_are_not_taken_the_choices_come_as_text(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.open_window(OPENID, 5, 60)
    wechat.api.takes_menu_messages = False
    await channel.send(_answer("您想问哪方面？", "用地", "用电"))
    (shown,) = wechat.screen(OPENID)
    assert "回复数字即可选择" in shown
    assert "weixin://bizmsgmenu" in shown


async def test_a_text_that_is_too_long_after_all_is_sent_shorter(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.open_window(OPENID, 5, 60)
    wechat.api.codes.append(45002)
    await channel.send(_answer("企业整体搬迁的，由市工业和信息化局牵头办理。" * 30))
    assert len(wechat.screen(OPENID)[0].encode()) <= 600
    wechat.api.codes.extend([45002, 45002])
    with pytest.raises(Unsendable, match="too long"):
        await channel.send(_answer("企业整体搬迁的，由市工业和信息化局牵头办理。" * 30))


async def test_an_address_that_is_not_allowed_is_named(wechat: FakeWechat, channel: WechatChannel) -> None:
    wechat.api.blocked_address = "203.0.113.7"
    with pytest.raises(NotPermitted, match=r"203\.0\.113\.7 is not in .* 白名单"):
        await channel.send(_answer())


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("invalid ip 203.0.113.7, not in whitelist", "203.0.113.7"),
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 6-7", "203.0.113.7"),
        ("invalid ip 2001:db8::1, not in whitelist", "2001:db8::1"),
        ("something else", "this server's address"),
        ("invalid ip <script>", "this server's address"),
    ],
)
def test_nothing_but_the_address_is_taken_from_what_the_platform_says(said: str, named: str) -> None:
    refused = failure(40164, said)
    assert named in refused.reason
    assert "<" not in refused.reason
    assert "rid" not in refused.reason


async def test_typing_is_shown_and_being_told_twice_is_no_error(wechat: FakeWechat, client: WechatClient) -> None:
    wechat.api.open_window(OPENID, 5, 60)
    await client.typing(OPENID)
    await client.typing(OPENID)
    assert wechat.api.typing == [OPENID]
    wechat.api.has_rights = False
    with pytest.raises(NotPermitted):
        await client.typing(OPENID)


async def test_a_menu_is_put_shown_and_taken_away(wechat: FakeWechat, client: WechatClient) -> None:
    assert await client.menu() is None
    menu = {"button": [{"type": "click", "name": "用地", "key": "用地政策"}]}
    await client.create_menu(menu)
    assert await client.menu() == menu
    await client.delete_menu()
    assert await client.menu() is None
    assert wechat.api.tokens_fetched == 1


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=502, text="Bad Gateway"),
        web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"}),
        web.Response(text="<html>"),
        web.Response(text="[]"),
        web.Response(text="[" * 100_000),
        web.Response(body=b'{"a": "' + b"x" * 300_000 + b'"}'),
    ],
    ids=["502", "302", "html", "list", "deep", "large"],
)
async def test_what_is_no_answer_of_the_platform_is_tried_again_later(
    answer: web.Response, session: aiohttp.ClientSession, data_dir: Path, wechat: FakeWechat
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return answer

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(application) as server:
        settings = read_wechat_settings(wechat.environment(WECHAT_API_BASE=str(server.make_url(""))))
        with pytest.raises(TryAgain):
            await WechatClient(settings, session, data_dir).push([{"touser": OPENID}])


async def test_a_platform_out_of_reach_leaves_no_secret_in_what_is_told(
    wechat: FakeWechat, channel: WechatChannel, data_dir: Path, client: WechatClient
) -> None:
    wechat.api.open_window(OPENID, 5, 60)
    await client.typing(OPENID)
    (file,) = data_dir.glob("wechat-*.token")
    token = file.read_text().split('"token": "')[1].split('"')[0]
    await wechat.server.close()
    with pytest.raises(TryAgain) as refused:
        await channel.send(_answer())
    told = repr(refused.value) + repr(refused.value.__cause__)
    assert refused.value.__suppress_context__
    assert token not in told
    assert SECRET not in told


async def test_a_token_that_cannot_be_kept_is_told(settings: WechatSettings, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    with pytest.raises(TryAgain, match="DATA_DIR"):
        await WechatClient(settings, session, tmp_path / "var").push([{"touser": OPENID}])
