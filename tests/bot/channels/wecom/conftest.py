"""An application of the fake WeCom, and the channel that serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.wecom.channel import WecomChannel, open_wecom
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.settings import WecomSettings, read_wecom_settings
from tests.bot.channels.wechat.conftest import Clock
from tests.fakes.wecom_api import CORPID, SECRET
from tests.fakes.wecom_server import FakeWecom

MEMBER = "wang.fang"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def wecom(clock: Clock) -> AsyncIterator[FakeWecom]:
    async with FakeWecom(clock=clock) as fake:
        yield fake


@pytest.fixture
def settings(wecom: FakeWecom) -> WecomSettings:
    return read_wecom_settings(wecom.environment())


@pytest.fixture
def client(wecom: FakeWecom, session: aiohttp.ClientSession, data_dir: Path) -> WecomClient:
    return WecomClient(wecom.url, CORPID, SECRET, session, data_dir)


@pytest.fixture
def channel(settings: WecomSettings, session: aiohttp.ClientSession, data_dir: Path) -> WecomChannel:
    return open_wecom(settings, session, data_dir)
