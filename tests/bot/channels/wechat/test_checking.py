"""`python -m bot check`: what an operator got wrong, in words, with nothing secret in them."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.finding import Weight
from bot.channels.wechat.channel import open_wechat
from bot.channels.wechat.checking import check
from bot.channels.wechat.routes import ROUTES
from bot.channels.wechat.settings import read_wechat_settings
from bot.channels.wechat.views import WECHAT
from bot.keys import LOGGER
from bot.settings import PROJECT, read_settings
from tests.fakes.wechat_server import AES_KEY, SECRET, TOKEN, FakeWechat

Told = Callable[..., Awaitable[dict[str, Weight]]]


@pytest.fixture
async def wechat() -> AsyncIterator[FakeWechat]:
    """With the real time: the service's own address is asked as WeChat would."""
    async with FakeWechat() as fake:
        yield fake


@pytest.fixture
async def service(wechat: FakeWechat, session: aiohttp.ClientSession, data_dir: Path) -> AsyncIterator[TestServer]:
    """A running service of the account."""
    application = web.Application()
    application[WECHAT] = open_wechat(read_wechat_settings(wechat.environment()), session, data_dir)
    application[LOGGER] = structlog.wrap_logger(structlog.ReturnLogger(), processors=[])
    application.router.add_routes(ROUTES)
    server = TestServer(application)
    async with server:
        yield server


@pytest.fixture
def told(wechat: FakeWechat, service: TestServer, data_dir: Path) -> Told:
    """What is found with some settings changed: texts with their weight, that of the test server's port left out."""

    async def look(**changed: str) -> dict[str, Weight]:
        environment = wechat.environment(DATA_DIR=str(data_dir), **{"PUBLIC_URL": str(service.make_url("")), **changed})
        found = await check(read_settings(environment))
        for secret in (SECRET, TOKEN, AES_KEY):
            assert not any(secret in finding.text for finding in found)
        return {finding.text: finding.weight for finding in found if "has port" not in finding.text and "is http:" not in finding.text}

    return look


def _faults(told: dict[str, Weight]) -> list[str]:
    return [text for text, weight in told.items() if weight is Weight.FAULT]


async def test_what_works_is_said_to(told: Told) -> None:
    found = await told()
    assert set(found.values()) == {Weight.GOOD}
    assert len(found) == 3


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"WECHAT_APPID": "gh_1"}, "WECHAT_APPID='gh_1' is no app id"),
        ({"WECHAT_SECRET": ""}, "WECHAT_SECRET is missing"),
        ({"WECHAT_TOKEN": ""}, "WECHAT_TOKEN is missing"),
        ({"WECHAT_TOKEN": "with-dash"}, "WECHAT_TOKEN is of odd form"),
        ({"WECHAT_AES_KEY": AES_KEY[:-1]}, "WECHAT_AES_KEY has 42 characters"),
        ({"WECHAT_AES_KEY": ""}, "WECHAT_AES_KEY is missing"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL is empty"),
        ({"PUBLIC_URL": "http://127.0.0.1:1"}, "cannot be reached from this machine"),
        ({"WECHAT_TOKEN": "another"}, "the running service has another WECHAT_TOKEN"),
        ({"WECHAT_SECRET": "f" * 32}, "the AppSecret is wrong"),
        ({"WECHAT_APPID": "wx0000000000000000"}, "no such app id"),
        ({"WECHAT_API_BASE": "http://127.0.0.1:1"}, "WeChat cannot be reached"),
    ],
)
async def test_each_fault_is_told(changed: dict[str, str], fault: str, told: Told) -> None:
    (text,) = [text for text in _faults(await told(**changed)) if fault in text]
    assert text


async def test_all_faults_are_told_at_once(told: Told) -> None:
    assert len(_faults(await told(WECHAT_SECRET="", WECHAT_AES_KEY="", WECHAT_APPID="x", PUBLIC_URL=""))) == 4


async def test_an_address_that_is_not_allowed_is_named(told: Told, wechat: FakeWechat) -> None:
    wechat.api.blocked_address = "203.0.113.7"
    (text,) = _faults(await told())
    assert "203.0.113.7 is not in the account's IP 白名单" in text
    assert "40164" in text


async def test_rights_are_compared_with_what_is_set(told: Told, wechat: FakeWechat) -> None:
    assert any("WECHAT_CAN_PUSH=no, but" in text for text in await told(WECHAT_CAN_PUSH="no"))
    wechat.api.has_rights = False
    (text,) = _faults(await told())
    assert "WECHAT_CAN_PUSH=yes, but" in text
    assert _faults(await told(WECHAT_CAN_PUSH="no")) == []


async def test_ports_and_modes_that_are_for_trials_are_told(wechat: FakeWechat, data_dir: Path) -> None:
    environment = wechat.environment(DATA_DIR=str(data_dir), PUBLIC_URL="http://127.0.0.1:8080", WECHAT_MODE="plain")
    found = {finding.text: finding.weight for finding in await check(read_settings(environment))}
    assert found["PUBLIC_URL has port 8080: WeChat calls ports 80 and 443 only"] is Weight.FAULT
    assert any("is for trials" in text and weight is Weight.HINT for text, weight in found.items())
    assert any("use https" in text and weight is Weight.HINT for text, weight in found.items())


@pytest.mark.parametrize(("status", "told_of"), [(404, "is not known there"), (200, "something stands before"), (502, "HTTP 502")])
async def test_something_else_at_the_address_is_told(status: int, told_of: str, told: Told) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>nginx</html>")

    application = web.Application()
    application.router.add_get("/wechat", handler)
    async with TestServer(application) as other:
        (text,) = _faults(await told(PUBLIC_URL=str(other.make_url(""))))
    assert told_of in text


async def test_a_channel_that_is_off_is_no_fault() -> None:
    (finding,) = await check(read_settings({}))
    assert (finding.weight, "off" in finding.text) == (Weight.HINT, True)


async def test_the_command_line_prints_them_and_fails_where_there_is_a_fault(wechat: FakeWechat, data_dir: Path) -> None:
    environment = {**os.environ, **wechat.environment(DATA_DIR=str(data_dir), WECHAT_TOKEN="", PUBLIC_URL="")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", cwd=PROJECT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await process.communicate()
    assert process.returncode == 1
    assert said.decode().splitlines()[0].startswith("wechat  fault  WECHAT_TOKEN is missing")
    assert wrong.decode() == "bot: 2 of the channels' settings do not work\n"
