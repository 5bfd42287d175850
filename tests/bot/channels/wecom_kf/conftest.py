"""An account of the fake 微信客服, and the channel that serves it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.channels.wecom.client import WecomClient
from bot.channels.wecom_kf.channel import WecomKfChannel
from bot.channels.wecom_kf.client import WecomKfClient
from bot.channels.wecom_kf.settings import read_wecom_kf_settings
from tests.bot.channels.wechat.conftest import Clock
from tests.fakes.wecom_api import CORPID
from tests.fakes.wecom_kf_server import KF_SECRET, FakeWecomKf

CUSTOMER = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def kf(clock: Clock) -> AsyncIterator[FakeWecomKf]:
    async with FakeWecomKf(clock=clock) as fake:
        yield fake


@pytest.fixture
def client(kf: FakeWecomKf, session: aiohttp.ClientSession, data_dir: Path) -> WecomKfClient:
    return WecomKfClient(WecomClient(kf.url, CORPID, KF_SECRET, session, data_dir))


@pytest.fixture
def channel(kf: FakeWecomKf, client: WecomKfClient, clock: Clock) -> WecomKfChannel:
    return WecomKfChannel(read_wecom_kf_settings(kf.environment()), client, clock)
