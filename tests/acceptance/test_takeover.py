"""An officer takes the bot's place: two real browsers, the desk's real pages, a real Rasa."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.async_api import Browser, Page, Route, async_playwright, expect

from bot.settings import PROJECT
from tests.acceptance.browser import ARGUMENTS, find_chromium
from tests.acceptance.conftest import Assistant

pytestmark = pytest.mark.acceptance

CHROMIUM = find_chromium()
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: install the package chromium or set CHROMIUM", allow_module_level=True)

BUREAU = "市自然资源局"
NAME = "陈霞"
QUESTION = "主平台制造业项目的用地指标怎么保障"
IDLE_SECONDS = 12
"""More than the pause between two signs of life of an officer's page, see desk/pages/conversations."""
_PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def assisted(start: Callable[..., Assistant]) -> Assistant:
    """An assistant of its own, which notices soon that an officer has vanished."""
    assistant = start(TAKEOVER_IDLE_SECONDS=str(IDLE_SECONDS))
    assistant.wait_until_ready()
    return assistant


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Each person gets a context of it, as if they had a computer of their own."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        await opened.close()


@pytest.fixture
def complaints() -> list[str]:
    """Script errors and refused content of any page; there must be none."""
    return []


async def _page(browser: Browser, complaints: list[str]) -> Page:
    page = await (await browser.new_context(viewport={"width": 1280, "height": 800})).new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    return page


@pytest.fixture
async def enquirer(browser: Browser, assisted: Assistant, complaints: list[str]) -> AsyncIterator[Page]:
    """The chat page, with a question asked and answered."""
    page = await _page(browser, complaints)
    await page.goto(assisted.url)
    await _write(page, QUESTION)
    await expect(page.locator('article[data-status="answered"]')).to_have_count(1, timeout=_PATIENCE_MS)
    yield page
    assert complaints == []


@pytest.fixture
async def officer(browser: Browser, assisted: Assistant, complaints: list[str], enquirer: Page) -> Page:
    """A new officer's browser: signed in with the one-time password, which is changed at once, at the list of conversations."""
    login = f"chen{secrets.token_hex(4)}"
    command = [sys.executable, "-m", "desk", "officer", "add", login, "--name", NAME, "--bureau", BUREAU]
    added = await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT, env=assisted.environment, capture_output=True, text=True, timeout=60, check=True
    )
    once = added.stdout.strip().rsplit(" ", 1)[-1]
    page = await _page(browser, complaints)
    await page.goto(f"{assisted.url}/desk/conversations")
    await page.fill("#login", login)
    await page.fill("#password", once)
    await page.click(".button-primary")
    chosen = secrets.token_urlsafe(16)
    for field, typed in (("#current", once), ("#new", chosen), ("#again", chosen)):
        await page.fill(field, typed)
    await page.click(".button-primary")
    await page.goto(f"{assisted.url}/desk/conversations")
    return page


async def _write(page: Page, text: str) -> None:
    await page.fill("#question", text)
    await page.press("#question", "Enter")


async def _open_latest(officer: Page) -> None:
    """The conversation in which something was said last stands first; the list has it within a moment."""
    await officer.wait_for_timeout(1000)
    await officer.reload()
    await officer.locator("table.list tbody tr a").first.click()
    await expect(officer.locator(".chat-enquirer").first).to_contain_text(QUESTION)


async def _take_over(officer: Page, shows_name: bool = False) -> None:
    if shows_name:
        await officer.check("#name")
    await officer.get_by_role("button", name="接管会话").click()
    await expect(officer.locator("#text")).to_be_visible()


async def _say(officer: Page, text: str) -> None:
    await officer.fill("#text", text)
    await officer.press("#text", "Enter")
    await expect(officer.locator(".chat-officer").last).to_contain_text(text)


def _tracker(assistant: Assistant, conversation_id: str) -> Any:
    """What Rasa itself remembers."""
    token = Path(assistant.environment["DATA_DIR"], "rasa.token").read_text(encoding="ascii")
    address = f"http://127.0.0.1:{assistant.environment['RASA_PORT']}/conversations/{conversation_id}/tracker"
    response = requests.get(address, params={"token": token}, timeout=10)
    assert response.status_code == 200
    return response.json()


async def _conversation_id(enquirer: Page) -> str:
    found: str = await enquirer.evaluate("sessionStorage.getItem('conversation_id')")
    return found


async def test_an_officer_takes_over_both_write_and_the_bot_answers_again_afterwards(
    assisted: Assistant, enquirer: Page, officer: Page
) -> None:
    await _open_latest(officer)
    await expect(officer.locator(".chat-bot blockquote").first).to_contain_text("由市指标保障，应保尽保", timeout=_PATIENCE_MS)
    await _take_over(officer)
    await expect(enquirer.locator("#log")).to_contain_text(f"现在由{BUREAU}工作人员为您服务", timeout=_PATIENCE_MS)
    await expect(enquirer.locator("#speaker")).to_contain_text(BUREAU)

    await _write(enquirer, "我们要二十亩")
    await expect(officer.locator(".chat-enquirer").last).to_contain_text("我们要二十亩", timeout=_PATIENCE_MS)
    await _say(officer, "<b>请带上</b>营业执照")
    told = enquirer.locator('article[data-speaker="officer"]')
    await expect(told).to_contain_text("<b>请带上</b>营业执照", timeout=_PATIENCE_MS)
    await expect(told).to_contain_text(BUREAU)
    assert NAME not in await enquirer.inner_text("body"), "the officer chose not to be named"
    assert await enquirer.locator('article[data-speaker="assistant"]').count() == 1, "the bot says nothing meanwhile"

    await enquirer.reload()
    await _write(enquirer, "好的，谢谢")
    await expect(officer.locator(".chat-enquirer").last).to_contain_text("好的，谢谢", timeout=_PATIENCE_MS)
    await _say(officer, "不客气")
    await expect(told).to_have_count(2, timeout=_PATIENCE_MS)  # a reloaded page shows the talk again
    await expect(told.last).to_contain_text("不客气")

    await officer.get_by_role("button", name="交还智能助手").click()
    await expect(enquirer.locator("#log")).to_contain_text("现由智能助手继续为您解答", timeout=_PATIENCE_MS)
    await expect(enquirer.locator("#speaker")).to_be_empty()
    await enquirer.wait_for_timeout(1000)
    await _write(enquirer, "信贷绿色通道是怎么回事")
    await expect(enquirer.locator('article[data-status="answered"]').last).to_contain_text("绿色通道", timeout=_PATIENCE_MS)

    events = _tracker(assisted, await _conversation_id(enquirer))["events"]
    said = [(event["event"], event["text"]) for event in events if event.get("text")]
    assert ("user", "我们要二十亩") in said
    spoken = [event for event in events if (event.get("metadata") or {}).get("author") == "officer"]
    assert [event["text"] for event in spoken] == ["<b>请带上</b>营业执照", "不客气"]
    assert {event["metadata"]["bureau"] for event in spoken} == {BUREAU}


async def test_behind_a_proxy_that_holds_streams_back_the_officers_words_arrive_too(
    assisted: Assistant, enquirer: Page, officer: Page
) -> None:
    async def hold_back(route: Route) -> None:
        """Never answered: the page gives up by itself."""

    await enquirer.route(re.compile("/api/chat/events$"), hold_back)
    await enquirer.reload()
    await _open_latest(officer)
    await _take_over(officer)
    await _say(officer, "您好，请讲")
    await expect(enquirer.locator('article[data-speaker="officer"]')).to_contain_text("您好，请讲", timeout=20_000)
    await expect(enquirer.locator("#speaker")).to_contain_text(BUREAU)
    await _say(officer, "我在")
    await expect(enquirer.locator('article[data-speaker="officer"]')).to_have_count(2, timeout=_PATIENCE_MS)
    await officer.get_by_role("button", name="交还智能助手").click()


async def test_a_form_that_was_begun_before_goes_on_where_it_was(assisted: Assistant, enquirer: Page, officer: Page) -> None:
    conversation_id = await _conversation_id(enquirer)
    chat = assisted.chat
    await asyncio.to_thread(chat, "联系市自然资源局", conversation_id)
    asked = await asyncio.to_thread(chat, "同意", conversation_id)
    before = _tracker(assisted, conversation_id)
    assert before["active_loop"]["name"] == "lead_form"
    await _open_latest(officer)
    await _take_over(officer)
    await enquirer.wait_for_timeout(1500)
    for number in range(8):  # more turns than the tracker store keeps as they are
        reply = await asyncio.to_thread(chat, f"第{number}句", conversation_id)
        assert reply["messages"] == []
        assert reply["with_officer"] == {"bureau": BUREAU, "name": ""}
    during = _tracker(assisted, conversation_id)
    assert during["paused"], "the bot would be silent even if something reached it directly"
    assert during["active_loop"]["name"] == "lead_form"
    await officer.get_by_role("button", name="交还智能助手").click()
    await enquirer.wait_for_timeout(1500)
    after = _tracker(assisted, conversation_id)
    assert not after["paused"]
    kept = ("lead_draft", "bureaus_in_charge", "asked_about")
    assert {name: after["slots"][name] for name in kept} == {name: before["slots"][name] for name in kept}
    assert "全称" in asked["messages"][-1]["text"]
    named = await asyncio.to_thread(chat, "东莞市宏达电器有限公司", conversation_id)
    assert "怎么称呼" in named["messages"][-1]["text"], "the form takes the answer to what it had asked"


async def test_an_officer_whose_browser_is_closed_gives_way_to_the_bot(assisted: Assistant, enquirer: Page, officer: Page) -> None:
    await _open_latest(officer)
    await _take_over(officer, shows_name=True)
    await expect(enquirer.locator("#log")).to_contain_text(f"{BUREAU}工作人员{NAME}", timeout=_PATIENCE_MS)
    await enquirer.wait_for_timeout(1000 * (IDLE_SECONDS + 4))
    # While the page is open, the officer is there.
    await expect(enquirer.locator("#speaker")).to_contain_text(BUREAU)
    await officer.context.close()
    gone = re.compile("抱歉.*暂时离开，现由智能助手继续")
    await expect(enquirer.locator("#log")).to_contain_text(gone, timeout=1000 * (IDLE_SECONDS + 12))
    await enquirer.wait_for_timeout(1000)
    await _write(enquirer, "信贷绿色通道是怎么回事")
    await expect(enquirer.locator('article[data-status="answered"]').last).to_contain_text("绿色通道", timeout=_PATIENCE_MS)
