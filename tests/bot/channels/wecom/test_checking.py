"""`python -m bot check`: what an operator got wrong with WeCom or 微信客服, in words, with nothing secret in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.checking import CHECKS
from bot.channels.finding import Weight
from bot.channels.wecom import routes, views
from bot.channels.wecom.channel import open_wecom
from bot.channels.wecom_kf import routes as kf_routes
from bot.channels.wecom_kf import views as kf_views
from bot.channels.wecom_kf.channel import open_wecom_kf
from bot.keys import LOGGER
from bot.settings import read_settings
from tests.fakes.wecom_api import CORPID, SECRET
from tests.fakes.wecom_kf_server import KF_AES_KEY, KF_SECRET, KF_TOKEN, FakeWecomKf
from tests.fakes.wecom_server import AES_KEY, TOKEN, FakeWecom

Told = Callable[..., Awaitable[dict[str, Weight]]]
BOTH = ["wecom", "wecom_kf"]


@pytest.fixture
async def wecom() -> AsyncIterator[FakeWecomKf]:
    """With the real time: the service's own address is asked as WeCom would. It has both channels."""
    async with FakeWecomKf() as fake:
        fake.secrets.add(SECRET)
        yield fake


@pytest.fixture
def environment(wecom: FakeWecomKf, data_dir: Path) -> dict[str, str]:
    return {**FakeWecom.environment(wecom), **wecom.environment(), "DATA_DIR": str(data_dir)}


@pytest.fixture
async def service(environment: dict[str, str], session: aiohttp.ClientSession, data_dir: Path) -> AsyncIterator[TestServer]:
    """A running service of both."""
    settings = read_settings(environment)
    application = web.Application()
    application[views.WECOM] = open_wecom(settings.wecom, session, data_dir)
    application[kf_views.WECOM_KF] = open_wecom_kf(settings.wecom_kf, session, data_dir)
    application[LOGGER] = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])
    application.router.add_routes([*routes.ROUTES, *kf_routes.ROUTES])
    server = TestServer(application)
    async with server:
        yield server


@pytest.fixture
def told(environment: dict[str, str], service: TestServer) -> Told:
    """What is found of a channel with some settings changed: texts with their weight."""

    async def look(channel: str, **changed: str) -> dict[str, Weight]:
        settings = read_settings({**environment, "PUBLIC_URL": str(service.make_url("")), **changed})
        found = await CHECKS[channel](settings)
        for secret in (SECRET, TOKEN, AES_KEY, KF_SECRET, KF_TOKEN, KF_AES_KEY):
            assert not any(secret in finding.text for finding in found)
        assert {finding.channel for finding in found} == {channel}
        return {finding.text: finding.weight for finding in found}

    return look


def _faults(told: dict[str, Weight]) -> list[str]:
    return [text for text, weight in told.items() if weight is Weight.FAULT]


@pytest.mark.parametrize("channel", BOTH)
async def test_what_works_is_said_to(channel: str, told: Told) -> None:
    found = await told(channel)
    assert set(found.values()) == {Weight.GOOD}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("channel", "changed", "fault"),
    [
        ("wecom", {"WECOM_AGENTID": "1000009"}, "another application than WECOM_AGENTID (301002)"),
        ("wecom", {"WECOM_AGENTID": ""}, "WECOM_AGENTID='' is no AgentId"),
        ("wecom", {"WECOM_SECRET": "f" * 43}, "the Secret is wrong"),
        ("wecom", {"WECOM_CORPID": "ww0000000000000000"}, "no such corp id"),
        ("wecom", {"WECOM_API_BASE": "http://127.0.0.1:1"}, "WeCom cannot be reached"),
        ("wecom", {"WECOM_TOKEN": "another"}, "it has another WECOM_TOKEN"),
        ("wecom", {"WECOM_AES_KEY": KF_AES_KEY}, "has another WECOM_AES_KEY"),
        ("wecom", {"PUBLIC_URL": ""}, "the console's URL is PUBLIC_URL/wecom"),
        ("wecom", {"PUBLIC_URL": "http://127.0.0.1:1"}, "cannot be reached from this machine"),
        ("wecom_kf", {"WECOM_KF_SECRET": ""}, "WECOM_KF_SECRET is missing"),
        ("wecom_kf", {"WECOM_KF_SECRET": "f" * 43}, "the Secret is wrong"),
        ("wecom_kf", {"WECOM_KF_TOKEN": "another"}, "it has another WECOM_KF_TOKEN"),
        ("wecom_kf", {"WECOM_KF_AES_KEY": AES_KEY}, "has another WECOM_KF_AES_KEY"),
        ("wecom_kf", {"PUBLIC_URL": ""}, "the console's URL is PUBLIC_URL/wecom/kf"),
    ],
)
async def test_each_fault_is_told(channel: str, changed: dict[str, str], fault: str, told: Told) -> None:
    (text,) = [text for text in _faults(await told(channel, **changed)) if fault in text]
    assert text


async def test_rights_that_are_missing_are_told(told: Told, wecom: FakeWecomKf) -> None:
    wecom.codes.append(48002)
    assert "可调用接口的应用 (48002)" in _faults(await told("wecom_kf"))[0]
    wecom.accounts = []
    assert "no account of 微信客服" in _faults(await told("wecom_kf"))[0]


@pytest.mark.parametrize(("status", "told_of"), [(404, "is not known there"), (200, "something stands before"), (502, "HTTP 502")])
async def test_something_else_at_the_address_is_told(status: int, told_of: str, told: Told) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>nginx</html>")

    application = web.Application()
    application.router.add_get("/wecom", handler)
    async with TestServer(application) as other:
        (text,) = _faults(await told("wecom", PUBLIC_URL=str(other.make_url(""))))
    assert told_of in text


@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize("environment", [{}, {"WECOM_CORPID": CORPID}], ids=["nothing set", "only the corp id"])
async def test_a_channel_that_is_off_is_no_fault(channel: str, environment: dict[str, str]) -> None:
    (finding,) = await CHECKS[channel](read_settings(environment))
    assert (finding.weight, "off" in finding.text) == (Weight.HINT, True)
