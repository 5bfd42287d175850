"""WeChat in safe mode to a real Rasa and back: question, lead, takeover, reply; and a Rasa that dies in between."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from actions.tickets.number import number_in
from bot.settings import PROJECT, read_settings
from bot.start.child import child_process
from bot.start.rasa_process import rasa_command, rasa_environment
from tests.acceptance.conftest import Assistant, free_ports
from tests.fakes.wechat_server import FakeWechat

pytestmark = pytest.mark.acceptance

BUREAU = "市自然资源局"
OPENID = "o9AgO5Kd5ggOC-bXrbNODIiE3bGY"
_PATIENCE_SECONDS = 60.0
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@pytest.fixture(scope="module")
def api_port() -> int:
    """Where WeChat's API is, for all tests of this module."""
    (port,) = free_ports(1)
    return port


@pytest.fixture(scope="module")
def followed(start: Callable[..., Assistant], api_port: int) -> Assistant:
    """An assistant with an account."""
    environment = FakeWechat().environment(f"http://127.0.0.1:{api_port}")
    assistant = start(**environment)
    assistant.wait_until_ready()
    return assistant


@pytest.fixture
async def wechat(followed: Assistant, api_port: int) -> AsyncIterator[FakeWechat]:
    """The platform, up."""
    async with FakeWechat(port=api_port) as fake:
        fake.callback = f"{followed.url}/wechat"
        yield fake


class OfficerAtDesk:
    """The desk's forms, filled in by hand."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = f"{url}/desk"

    async def get(self, path: str) -> str:
        """A page."""
        async with self._session.get(f"{self._url}{path}") as response:
            assert response.status == 200, path
            return await response.text()

    async def post(self, path: str, page: str, **fields: str) -> str:
        """A form that stands on a page, sent; what it leads to."""
        found = _CSRF.search(page)
        data = {**fields, "csrf": found[1] if found else ""}
        async with self._session.post(f"{self._url}{path}", data=data) as response:
            assert response.status == 200, path
            return await response.text()


@pytest.fixture
async def officer(followed: Assistant) -> AsyncIterator[OfficerAtDesk]:
    """Signed in, with a password of their own."""
    login = f"chen{secrets.token_hex(4)}"
    command = [sys.executable, "-m", "desk", "officer", "add", login, "--name", "陈霞", "--bureau", BUREAU]
    added = await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT, env=followed.environment, capture_output=True, text=True, timeout=60, check=True
    )
    once, chosen = added.stdout.strip().rsplit(" ", 1)[-1], secrets.token_urlsafe(16)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        at_desk = OfficerAtDesk(session, followed.url)
        page = await at_desk.post("/sign-in", "", login=login, password=once)
        await at_desk.post("/password", page, current=once, new=chosen, again=chosen)
        yield at_desk


async def _until(is_so: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def _say(wechat: FakeWechat, text: str) -> str:
    heard = await wechat.say(OPENID, text)
    assert (heard.attempts, heard.error) == (1, "")
    assert heard.text is not None, wechat.screen(OPENID)
    return heard.text


async def test_question_lead_takeover_and_reply(wechat: FakeWechat, officer: OfficerAtDesk, followed: Assistant) -> None:
    assert "湛江产业转移咨询助手" in str((await wechat.follow(OPENID, "fair-2026")).text)
    answered = await _say(wechat, "主平台制造业项目的用地指标怎么保障")
    assert "应保尽保" in answered
    assert "1. <a href" in answered

    asked = await wechat.tap(OPENID, "1")
    assert "您同意登记吗" in str(asked.text)
    assert "全称" in await _say(wechat, "1")  # the number of 同意
    for said in ("东莞市宏达电器有限公司", "王小明", "13800138066", "小家电"):
        await _say(wechat, said)
    if "请核对" not in (told := await _say(wechat, "其余跳过")):
        told = await _say(wechat, "想了解用地指标")
    assert "请核对" in told
    told = await _say(wechat, "确认提交")
    assert (number := number_in(told)), told
    assert number in str((await wechat.click(OPENID, "我的申请到哪了")).text)

    await asyncio.sleep(1.0)  # turns are kept in batches, twice a second: no person is as quick as this talk
    listing = await officer.get("/conversations")
    (mark, *_) = re.findall(r"/desk/conversations/([0-9a-f]+)\"", listing)
    page = await officer.get(f"/conversations/{mark}")
    assert "主平台制造业项目的用地指标怎么保障" in page
    page = await officer.post(f"/conversations/{mark}/take", page)
    await _until(lambda: any("工作人员为您服务" in shown for shown in wechat.screen(OPENID)))
    await asyncio.sleep(1.0)  # no person is as quick as the half second in which the service notices
    heard = await wechat.say(OPENID, "我们要二十亩")
    assert (heard.text, heard.error) == (None, "")  # the officer speaks
    page = await officer.get(f"/conversations/{mark}")
    assert "我们要二十亩" in page
    page = await officer.post(f"/conversations/{mark}/say", page, text="请带上营业执照")
    await _until(lambda: any("请带上营业执照" in shown for shown in wechat.screen(OPENID)))
    assert f"【{BUREAU}】请带上营业执照" in wechat.screen(OPENID)
    await officer.post(f"/conversations/{mark}/give-back", page)
    await _until(lambda: any("智能助手继续" in shown for shown in wechat.screen(OPENID)))
    await asyncio.sleep(1.0)
    assert "绿色通道" in await _say(wechat, "信贷绿色通道是怎么回事")

    files = [*Path(followed.environment["DATA_DIR"]).glob("*.sqlite*"), *Path(followed.environment["DATA_DIR"]).glob("log/*.log")]
    assert files
    for file in files:
        assert OPENID.encode() not in file.read_bytes(), file

    assert (await wechat.unfollow(OPENID)).error == ""
    await wechat.follow(OPENID)
    assert number not in str((await wechat.say(OPENID, "我的申请到哪了")).text)


@asynccontextmanager
async def _apart(wechat: FakeWechat, folder: Path) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[asyncio.subprocess.Process]]]:
    """The service without what supervises it, as under systemd; gives what starts a Rasa beside it."""
    port, rasa_port, action_port = map(str, free_ports(3))
    environment = wechat.environment(PORT=port, RASA_PORT=rasa_port, ACTION_PORT=action_port, DATA_DIR=str(folder))
    settings = read_settings(environment)
    with (folder / "apart.log").open("wb") as log:

        def rasa() -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
            return child_process(rasa_command(settings), log, log, rasa_environment(settings))

        async with child_process([sys.executable, "-m", "bot", "serve"], log, log, os.environ | environment):
            wechat.callback = f"http://127.0.0.1:{port}/wechat"
            yield rasa


async def test_messages_while_rasa_is_killed_and_started_again_are_each_answered_once(artefacts: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(artefacts, tmp_path / "var", ignore=shutil.ignore_patterns("*.sqlite*", "log"))
    platform = FakeWechat()
    people = [f"o_rasa_{number:02}" for number in range(20)]

    async def all_say(text: str) -> None:
        heard = await asyncio.gather(*(platform.say(person, text) for person in people))
        assert {each.error for each in heard} == {""}

    def all_have(number: int) -> bool:
        return all(len(platform.screen(person)) >= number for person in people)

    async with platform, _apart(platform, folder) as rasa:
        async with rasa() as first, aiohttp.ClientSession() as session:
            for _ in range(600):
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(platform.callback.replace("/wechat", "/healthz")) as response:
                        if response.status == 200:
                            break
                await asyncio.sleep(0.2)
            await all_say("税收优惠")
            await _until(lambda: all_have(1))
            first.kill()
        await all_say("有没有绿色通道，都有哪几条")
        assert not all_have(2)
        async with rasa():
            await _until(lambda: all_have(2), _PATIENCE_SECONDS)
            await asyncio.sleep(1.0)  # for one that would come twice
    for person in people:
        _, second = platform.screen(person)
        assert "四类“绿色通道”" in second
