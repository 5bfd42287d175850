"""The widget in a foreign page, in a real browser, with a double in Rasa's place: what the page can and cannot do, and what gets lost."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Route, async_playwright, expect
from sqlalchemy import select

from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from actions.questions.tables import REMARKS
from tests.acceptance.browser import find_chromium
from tests.acceptance.conftest import free_ports
from tests.acceptance.widget_pages import (
    PHONE,
    SECRET,
    SITE,
    Computer,
    Computers,
    Service,
    computer_of,
    host,
    origin,
    service,
    write,
    written_sites,
)
from tests.bot.rasa_double import RasaDouble

pytestmark = pytest.mark.acceptance

CHROMIUM = find_chromium()
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: install the package chromium or set CHROMIUM", allow_module_level=True)

CHEN = Officer(1, "chen", "陈霞", "市税务局", Role.OFFICER, True, False, False)
ANSWER = {"status": "answered", "citations": [], "bureaus": {"principal": ["市税务局"], "supporting": []}, "score": 1.0}
_RULES = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
_PATIENCE_MS = 15_000


@pytest.fixture
async def rasa() -> AsyncIterator[RasaDouble]:
    double = RasaDouble()
    double.utterances = [{"recipient_id": "x", "text": "按方案办理。"}, {"recipient_id": "x", "custom": {"answer": ANSWER}}]
    async with double.server:
        yield double


@pytest.fixture
def port() -> int:
    (found,) = free_ports(1)
    return found


@pytest.fixture
def ours(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@pytest.fixture
async def site(ours: str) -> AsyncIterator[TestServer]:
    served = host(ours)
    async with served:
        yield served


@pytest.fixture
def sites(tmp_path: Path, site: TestServer) -> Path:
    return written_sites(tmp_path / "sites.yml", [origin(site)])


@pytest.fixture
async def running(port: int, data_dir: Path, rasa: RasaDouble, sites: Path) -> AsyncIterator[Service]:
    async with service(port, data_dir, rasa, sites) as started:
        yield started


@pytest.fixture
async def computers(ours: str, tmp_path: Path) -> AsyncIterator[Computers]:
    async with async_playwright() as playwright:
        given = Computers(playwright, tmp_path, ours)
        yield given
        await given.close()


@pytest.fixture
async def visitor(computers: Computers) -> AsyncIterator[Computer]:
    """Somebody's computer; whatever its browser complains of fails the test."""
    made = await computers.new()
    yield made
    assert made.complaints == []


def _identity(ours: str, sub: str, number: str) -> str:
    now = int(time.time())
    return jwt.encode({"iss": SITE, "sub": sub, "iat": now, "exp": now + 60, "aud": ours, "jti": number}, SECRET)


async def _conversation_id(frame: Any) -> str:
    found: str = await frame.evaluate(f"sessionStorage.getItem('conversation_id@{SITE}')")
    return found


async def test_by_keyboard_it_is_opened_used_and_closed_and_the_focus_comes_back(
    running: Service, site: TestServer, visitor: Computer
) -> None:
    await visitor.visit(site)
    assert (await visitor.launcher())["expanded"] is False
    assert len(visitor.page.frames) == 1, "nothing of the talk is loaded before it is wanted"
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("Enter")
    frame = await visitor.frame()
    await expect(frame.locator("#question")).to_be_focused()
    await visitor.page.keyboard.type("用地")
    await visitor.page.keyboard.press("Enter")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    await visitor.page.keyboard.press("Escape")
    await expect(frame.locator("#question")).not_to_be_visible()
    launcher = await visitor.launcher()
    assert (launcher["expanded"], launcher["focused"], launcher["name"]) == (False, True, "打开 政策咨询")


async def test_the_page_around_can_neither_read_the_talk_nor_spoil_its_looks(running: Service, site: TestServer, visitor: Computer) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    read = await visitor.page.evaluate("""() => {
        const tried = [
          () => document.querySelector('iframe'),
          () => [...document.querySelectorAll('*')].map((element) => element.shadowRoot).find(Boolean),
          () => frames.length && frames[0].document.body,
          () => frames.length && frames[0].sessionStorage,
        ];
        return tried.map((one) => { try { return one() ?? null; } catch (error) { return error.name; } });
    }""")
    assert read == [None, None, 0, 0], "the frame is not even among the page's frames: it stands in a closed shadow root"
    width = await frame.evaluate("[innerWidth, getComputedStyle(document.getElementById('send')).fontSize, frameElement]")
    assert width == [420, "16px", None]
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)


async def test_another_site_gets_no_frame_and_no_word_of_it(running: Service, ours: str, computers: Computers) -> None:
    stranger = host(ours)
    async with stranger:
        visitor = await computers.new()
        await visitor.visit(stranger)
        await visitor.page.evaluate("zhanjiangAssistant.open()")
        await visitor.page.wait_for_timeout(1000)
        (frame,) = visitor.page.frames[1:]
        assert await frame.locator("#question").count() == 0
        assert any("frame-ancestors" in complaint for complaint in visitor.complaints)


async def test_a_message_that_is_sent_while_the_service_restarts_arrives_once(
    port: int, data_dir: Path, rasa: RasaDouble, sites: Path, site: TestServer, visitor: Computer
) -> None:
    async with service(port, data_dir, rasa, sites):
        await visitor.visit(site)
        frame = await visitor.open()
        await write(frame, "第一句")
        await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    await write(frame, "第二句")
    failed = frame.locator('article[data-state="failed"]')
    await expect(failed).to_contain_text("稍后将自动重新发送")
    await asyncio.sleep(3)
    async with service(port, data_dir, rasa, sites):
        await expect(frame.locator('article[data-status="answered"]')).to_have_count(2, timeout=_PATIENCE_MS)
        await expect(failed).to_have_count(0)
        assert [message["message"] for message in rasa.received] == ["第一句", "第二句"]
        assert len({message["sender"] for message in rasa.received}) == 1


async def test_an_answer_that_got_lost_with_the_restart_comes_with_the_next_try_and_the_bot_heard_it_once(
    port: int, data_dir: Path, rasa: RasaDouble, sites: Path, site: TestServer, visitor: Computer
) -> None:
    lost = 0

    async def lose(route: Route) -> None:
        """The first answer goes missing on its way."""
        nonlocal lost
        if not lost:
            lost += 1
            await route.fetch()
            await route.abort()
        else:
            await route.abort() if lost == 1 else await route.continue_()

    async with service(port, data_dir, rasa, sites):
        await visitor.visit(site)
        frame = await visitor.open()
        await visitor.page.route("**/api/chat", lose)
        await write(frame, "用地")
        await expect(frame.locator('article[data-state="failed"]')).to_have_count(1)
    lost += 1
    await visitor.page.goto("about:blank")  # what the page knew is gone too, but for what it kept
    async with service(port, data_dir, rasa, sites):
        await visitor.visit(site)
        frame = await visitor.open()
        await expect(frame.locator('article[data-status="answered"]')).to_have_count(1, timeout=_PATIENCE_MS)
        await expect(frame.locator('article[data-speaker="you"]')).to_have_count(1)
        assert [message["message"] for message in rasa.received] == ["用地"]


async def test_news_that_come_while_it_is_folded_are_counted_on_the_launcher(running: Service, site: TestServer, visitor: Computer) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    await visitor.page.evaluate("zhanjiangAssistant.close()")
    await running.conversations.flush()
    conversations = Conversations(running.registry.database, running.registry.key)
    mark = conversation_mark(await _conversation_id(frame))
    conversations.take_over(mark, CHEN, "市税务局", False, lambda *_: None)
    conversations.say(mark, CHEN, "您好", lambda *_: None)
    await expect(frame.locator('article[data-speaker="officer"]')).to_have_count(1, timeout=_PATIENCE_MS)
    assert (await visitor.launcher())["name"] == "打开 政策咨询 2 条新消息"
    await visitor.visit(site)  # the next page of the site
    frame = await visitor.frame()
    await expect(frame.locator('article[data-speaker="officer"]')).to_have_count(1, timeout=_PATIENCE_MS)
    conversations.say(mark, CHEN, "还在吗", lambda *_: None)
    await expect(frame.locator('article[data-speaker="officer"]')).to_have_count(2, timeout=_PATIENCE_MS)
    assert "1 条新消息" in (await visitor.launcher())["name"]
    await visitor.open()
    await visitor.page.wait_for_timeout(300)
    assert "新消息" not in (await visitor.launcher())["name"]


async def test_the_talk_is_kept_for_another_day_only_where_the_reader_wants_it(
    running: Service, site: TestServer, visitor: Computer, ours: str
) -> None:
    async def in_a_new_tab() -> int:
        tab = computer_of(await visitor.page.context.new_page(), ours)
        await tab.visit(site)
        frame = await tab.open()
        await tab.page.wait_for_timeout(700)
        return await frame.locator("article").count()

    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    assert await in_a_new_tab() == 0
    await frame.check("#keep")
    assert await in_a_new_tab() == 2
    await frame.uncheck("#keep")
    assert await in_a_new_tab() == 0
    await frame.evaluate("location.reload()")
    frame = await visitor.frame()
    await expect(frame.locator("article")).to_have_count(2)
    await expect(frame.locator('article[data-status="answered"]')).to_contain_text("按方案办理。")


async def test_what_was_being_written_is_still_there_after_a_reload(running: Service, site: TestServer, visitor: Computer) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await frame.fill("#question", "写到一半")
    await visitor.visit(site)
    await expect((await visitor.open()).locator("#question")).to_have_value("写到一半")


async def test_who_the_site_signs_for_finds_their_talk_on_any_computer_and_nobody_else_does(
    running: Service, site: TestServer, visitor: Computer, computers: Computers, ours: str
) -> None:
    async def signed_in(who: Computer, sub: str, number: str) -> Any:
        await who.visit(site)
        frame = await who.open()
        await who.page.evaluate("(token) => zhanjiangAssistant.identify(token)", _identity(ours, sub, number))
        await who.page.wait_for_timeout(800)
        return frame

    frame = await signed_in(visitor, "u-1", "1")
    await write(frame, "我的用地")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    assert await frame.evaluate("Object.keys(sessionStorage).length + Object.keys(localStorage).length") == 0, "nothing stays on the device"
    other = await computers.new()
    await expect((await signed_in(other, "u-1", "2")).locator("article")).to_have_count(2)
    await expect((await signed_in(other, "u-2", "3")).locator("article")).to_have_count(0)
    await visitor.page.evaluate("zhanjiangAssistant.reset()")
    await expect(frame.locator("article")).to_have_count(0)
    await write(frame, "换人了")
    await expect(frame.locator("article")).to_have_count(2)
    await expect((await signed_in(other, "u-1", "4")).locator("article")).to_have_count(2)


async def test_what_is_on_its_way_when_the_visitor_signs_out_brings_nothing_back(
    running: Service, site: TestServer, visitor: Computer, rasa: RasaDouble
) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    before = await _conversation_id(frame)
    rasa.delay_seconds = 0.7
    await write(frame, "我的地")
    await visitor.page.wait_for_timeout(200)
    await visitor.page.evaluate("zhanjiangAssistant.reset()")
    await visitor.page.wait_for_timeout(1200)
    await expect(frame.locator("article")).to_have_count(0)
    assert await _conversation_id(frame) is None
    await write(frame, "换人了")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    assert await _conversation_id(frame) != before
    assert len({message["sender"] for message in rasa.received}) == 2


async def test_where_the_browser_lets_it_keep_nothing_the_talk_goes_on_as_long_as_the_page(
    running: Service, site: TestServer, computers: Computers
) -> None:
    visitor = await computers.new(has_storage=False)
    await visitor.visit(site)
    frame = await visitor.open()
    for number in (1, 2):
        await write(frame, "用地")
        await expect(frame.locator('article[data-status="answered"]')).to_have_count(number)
    await expect(frame.locator("#keep")).not_to_be_visible()
    assert visitor.complaints == []


async def test_a_thumb_down_says_why(running: Service, site: TestServer, visitor: Computer) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    await frame.locator("button.down").click()
    await frame.locator("button.reasonVague").click()
    await expect(frame.locator(".rating__outcome")).to_have_text("已收到评价，谢谢。")
    with running.registry.database.reading() as connection:
        (remark,) = connection.execute(select(REMARKS)).all()
    assert (remark.rating, remark.comment) == ("down", "不够具体")


async def test_starting_over_is_asked_about_in_the_frame_itself(running: Service, site: TestServer, visitor: Computer) -> None:
    await visitor.visit(site)
    frame = await visitor.open()
    await write(frame, "用地")
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    await frame.click("#restart")
    await frame.locator("#confirm button", has_text="取消").click()
    await expect(frame.locator("article")).to_have_count(2)
    await frame.click("#restart")
    await frame.locator("#confirm button.primary").click()
    await expect(frame.locator("article")).to_have_count(0)
    assert await _conversation_id(frame) is None


async def test_on_a_phone_it_fills_the_screen(running: Service, site: TestServer, computers: Computers, ours: str) -> None:
    visitor = await computers.new(PHONE)
    await visitor.visit(site)
    frame = await visitor.open()
    assert await frame.evaluate("[innerWidth, innerHeight]") == [PHONE["width"], PHONE["height"]]
    await frame.click("#large-print")
    await write(frame, "长" * 400)
    await expect(frame.locator('article[data-status="answered"]')).to_have_count(1)
    assert await frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await frame.click("#close")
    await expect(frame.locator("#question")).not_to_be_visible()
    assert visitor.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_in_the_frame_has_nothing_that_axe_finds(running: Service, computers: Computers, ours: str, scheme: str) -> None:
    visitor = await computers.new(PHONE, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    await visitor.page.goto(f"{ours}/widget?site={SITE}")
    await write(visitor.page, "用地")
    await visitor.page.locator("button.down").click()
    await visitor.page.locator("#language").select_option("zh-Hant")
    results = await Axe().run(visitor.page, options=_RULES)
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in results.response["violations"]] == []
