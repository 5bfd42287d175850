"""An account of the fake WeChat, and the channel that serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.wechat.channel import WechatChannel
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.settings import WechatSettings, read_wechat_settings
from tests.fakes.wechat_server import FakeWechat

OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"


class Clock:
    """The time for both sides, to be turned by hand."""

    def __init__(self) -> None:
        self.now = 1_795_420_800.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wechat(clock: Clock) -> AsyncIterator[FakeWechat]:
    async with FakeWechat(clock=clock) as fake:
        yield fake


@pytest.fixture
def settings(wechat: FakeWechat) -> WechatSettings:
    return read_wechat_settings(wechat.environment())


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def client(settings: WechatSettings, session: aiohttp.ClientSession, data_dir: Path) -> WechatClient:
    return WechatClient(settings, session, data_dir)


@pytest.fixture
def channel(settings: WechatSettings, client: WechatClient, clock: Clock) -> WechatChannel:
    return WechatChannel(settings, client, clock)
