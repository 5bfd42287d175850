"""The widget in another site's page with everything real behind it: question, lead, takeover, reply."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Frame, Page, async_playwright, expect

from actions.tickets.number import number_in
from bot.settings import PROJECT
from tests.acceptance.browser import find_chromium
from tests.acceptance.conftest import Assistant, free_ports
from tests.acceptance.widget_pages import Computers, host, origin, write, written_sites

pytestmark = pytest.mark.acceptance

CHROMIUM = find_chromium()
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: install the package chromium or set CHROMIUM", allow_module_level=True)

BUREAU = "市自然资源局"
PHONE_NUMBER = "13712345678"
_PATIENCE_MS = 15_000


@pytest.fixture(scope="module")
def site_port() -> int:
    (port,) = free_ports(1)
    return port


@pytest.fixture(scope="module")
def embedded(start: Callable[..., Assistant], site_port: int, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant of its own, with a site that may embed it."""
    sites = written_sites(tmp_path_factory.mktemp("sites") / "sites.yml", [f"http://localhost:{site_port}"])
    assistant = start(WIDGET_SITES=str(sites))
    assistant.wait_until_ready()
    return assistant


@pytest.fixture
async def site(embedded: Assistant, site_port: int) -> AsyncIterator[TestServer]:
    served = host(embedded.url, 'data-title="产业转移咨询" data-position="left"', site_port)
    async with served:
        yield served


@pytest.fixture
async def computers(embedded: Assistant, tmp_path: Path) -> AsyncIterator[Computers]:
    async with async_playwright() as playwright:
        given = Computers(playwright, tmp_path, embedded.url)
        yield given
        await given.close()


async def _officer(page: Page, assistant: Assistant) -> None:
    """A new officer, signed in with the one-time password, which is changed at once, at the list of conversations."""
    login, chosen = f"chen{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    command = [sys.executable, "-m", "desk", "officer", "add", login, "--name", "陈霞", "--bureau", BUREAU]
    added = await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT, env=assistant.environment, capture_output=True, text=True, timeout=60, check=True
    )
    once = added.stdout.strip().rsplit(" ", 1)[-1]
    await page.goto(f"{assistant.url}/desk/conversations")
    await page.fill("#login", login)
    await page.fill("#password", once)
    await page.click(".button-primary")
    for field, typed in (("#current", once), ("#new", chosen), ("#again", chosen)):
        await page.fill(field, typed)
    await page.click(".button-primary")
    await page.goto(f"{assistant.url}/desk/conversations")


async def _told(frame: Frame, text: str, answer: str) -> None:
    """Say something, and be told something."""
    before = await frame.locator('article[data-speaker="assistant"]').count()
    await write(frame, text)
    await expect(frame.locator('article[data-speaker="assistant"]')).to_have_count(before + 1, timeout=_PATIENCE_MS)
    await expect(frame.locator('article[data-speaker="assistant"]').last).to_contain_text(answer)


async def test_from_the_question_to_the_lead_and_to_the_officer_and_back(
    embedded: Assistant, site: TestServer, computers: Computers
) -> None:
    visitor = await computers.new()
    await visitor.page.goto(origin(site))
    frame = await visitor.open()
    await _told(frame, "主平台制造业项目的用地指标怎么保障", "应保尽保")
    await expect(frame.locator('details.citation[data-clause="task-09"] blockquote').first).to_contain_text("应保尽保")

    await _told(frame, "每亩地多少钱", "方案没有")
    await frame.locator(".choices button", has_text=f"联系{BUREAU}").last.click()
    await expect(frame.locator('article[data-speaker="assistant"]').last).to_contain_text("您同意登记吗", timeout=_PATIENCE_MS)
    await frame.locator(".choices button", has_text=re.compile("^同意")).last.click()
    await expect(frame.locator('article[data-speaker="assistant"]').last).to_contain_text("全称", timeout=_PATIENCE_MS)
    steps = (("东莞市宏达电器有限公司", "怎么称呼"), ("王小明", "电话"), (PHONE_NUMBER, "行业"), ("小家电", ""), ("其余跳过", "请核对"))
    for text, answer in steps:
        await _told(frame, text, answer)
    await _told(frame, "确认提交", f"{BUREAU}（牵头）")
    number = number_in(await frame.locator('article[data-speaker="assistant"]').last.inner_text())
    assert number
    await frame.click("#ask-ticket")
    await expect(frame.locator('article[data-speaker="assistant"]').last).to_contain_text("等待受理", timeout=_PATIENCE_MS)

    officer = (await computers.new()).page
    await _officer(officer, embedded)
    await officer.locator("table.list tbody tr a").first.click()
    await officer.get_by_role("button", name="接管会话").click()
    await expect(frame.locator("#speaker")).to_contain_text(BUREAU, timeout=_PATIENCE_MS)
    await visitor.page.evaluate("zhanjiangAssistant.close()")
    await officer.fill("#text", "您好，材料请带齐")
    await officer.press("#text", "Enter")
    told = frame.locator('article[data-speaker="officer"]')
    await expect(told).to_contain_text("您好，材料请带齐", timeout=_PATIENCE_MS)
    assert "1 条新消息" in (await visitor.launcher())["name"]
    frame = await visitor.open()
    await write(frame, "好的，谢谢")
    await expect(officer.locator(".chat-enquirer").last).to_contain_text("好的，谢谢", timeout=_PATIENCE_MS)

    await visitor.page.goto(origin(site))  # another page of the site: the talk is still there
    frame = await visitor.open()
    await expect(frame.locator('article[data-speaker="officer"]')).to_contain_text("您好，材料请带齐", timeout=_PATIENCE_MS)
    await expect(frame.locator("#log")).to_contain_text("好的，谢谢")
    assert PHONE_NUMBER not in await frame.locator("#log").inner_text(), "numbers are masked as they are kept"
    await officer.get_by_role("button", name="交还智能助手").click()
    await expect(frame.locator("#speaker")).to_be_empty(timeout=_PATIENCE_MS)
    await officer.wait_for_timeout(1000)
    await _told(frame, "信贷绿色通道是怎么回事", "绿色通道")
    assert visitor.complaints == []
