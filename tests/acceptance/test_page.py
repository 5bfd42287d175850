"""The chat page in a real browser, at desktop and at phone width, with everything real behind it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from tests.acceptance.browser import ARGUMENTS, find_chromium
from tests.acceptance.conftest import Assistant

pytestmark = pytest.mark.acceptance

CHROMIUM = find_chromium()
if CHROMIUM is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: install the package chromium or set CHROMIUM", allow_module_level=True)

SCREENS: dict[str, ViewportSize] = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(params=SCREENS)
async def page(request: pytest.FixtureRequest, assistant: Assistant) -> AsyncIterator[Page]:
    """The page, open; any script error or refused content fails the test."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        is_phone = request.param == "phone"
        context = await browser.new_context(viewport=SCREENS[request.param], is_mobile=is_phone, has_touch=is_phone)
        opened = await context.new_page()
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
        opened.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith((assistant.url, "data:")) else None)
        await opened.goto(assistant.url)
        yield opened
        await browser.close()
        assert complaints == []


async def _send(page: Page, text: str) -> None:
    await page.fill("#question", text)
    await page.press("#question", "Enter")


async def test_a_question_is_typed_and_its_citation_read(page: Page) -> None:
    await _send(page, "主平台制造业项目的用地指标怎么保障")
    answer = page.locator('article[data-speaker="assistant"][data-status="answered"]')
    await expect(answer.locator(".message__text")).to_contain_text("应保尽保")
    citation = answer.locator('details.citation[data-clause="task-09"]').first
    await expect(citation.locator("blockquote").first).to_contain_text("主平台的制造业项目用地由市指标保障，应保尽保。")
    await expect(citation).to_contain_text("二（三）9")
    await expect(answer.locator(".bureaus")).to_contain_text("市自然资源局")
    await citation.locator("summary").click()
    await expect(citation.locator("blockquote").first).not_to_be_visible()


async def test_a_reply_is_rated_once(page: Page) -> None:
    await _send(page, "主平台制造业项目的用地指标怎么保障")
    rating = page.locator('article[data-speaker="assistant"] .rating')
    await rating.locator("button", has_text="没帮助").click()
    await rating.locator("button", has_text="答非所问").click()
    await expect(rating.locator(".rating__outcome")).to_have_text("已收到评价，谢谢。")
    await expect(rating.locator("button", has_text="没帮助")).to_have_attribute("aria-pressed", "true")
    await expect(rating.locator("button", has_text="有帮助")).to_be_disabled()


async def test_what_the_plan_does_not_say_looks_different(page: Page) -> None:
    await _send(page, "每亩地多少钱")
    abstained = page.locator('article[data-speaker="assistant"][data-status="abstained"]')
    await expect(abstained.locator(".message__verdict")).to_have_text("方案未载明")
    await expect(abstained.locator(".bureaus")).to_contain_text("市自然资源局")
    await abstained.locator(".choices button", has_text="联系市自然资源局").click()
    await expect(page.locator('article[data-status="said"]').last).to_contain_text("市自然资源局")


async def test_every_suggested_question_is_answered(page: Page) -> None:
    questions = await page.locator("#suggestions .topic button").all_inner_texts()
    assert len(questions) >= 12
    for number, question in enumerate(questions, 1):
        if number > 1:
            await page.locator("#show-suggestions").click()
        await page.locator("#suggestions .topic button", has_text=question).first.click()
        await expect(page.locator('article[data-speaker="assistant"][data-status="answered"]')).to_have_count(number)


async def test_html_in_a_message_stays_text(page: Page) -> None:
    await _send(page, '<img src=x onerror="document.title=1"><b>用地</b>')
    await expect(page.locator('article[data-speaker="you"]')).to_contain_text("<b>用地</b>")
    await expect(page.locator('article[data-speaker="assistant"]')).to_have_count(1)
    assert await page.locator("#log img, #log b, #log script").count() == 0
    assert await page.title() != "1"


async def test_shift_enter_writes_a_line_and_composing_does_not_send(page: Page) -> None:
    await page.fill("#question", "第一行")
    await page.press("#question", "Shift+Enter")
    await page.locator("#question").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "keyCode": 229})
    assert await page.locator("article").count() == 0
    assert await page.input_value("#question") == "第一行\n"


async def test_a_failed_message_is_kept_and_tried_again(page: Page, assistant: Assistant) -> None:
    rasa = assistant.children()["rasa"]
    os.kill(rasa.pid, signal.SIGSTOP)
    try:
        await _send(page, "信贷绿色通道是怎么回事")
        failed = page.locator('article[data-speaker="you"][data-state="failed"]')
        await expect(failed).to_contain_text("信贷绿色通道是怎么回事", timeout=15_000)
    finally:
        os.kill(rasa.pid, signal.SIGCONT)
    await expect(failed).to_have_count(0, timeout=15_000)
    await expect(page.locator('article[data-status="answered"]')).to_contain_text("绿色通道")
    assert await page.locator('article[data-speaker="you"]').count() == 1


async def test_english_and_large_print_are_selectable(page: Page) -> None:
    await page.select_option("#language", "zh-Hant")
    await expect(page.locator("#send")).to_have_text("發送")
    await page.select_option("#language", "en")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.click("#large-print")
    await expect(page.locator("#large-print")).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.locator("html")).to_have_class("large-print")


async def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    await _send(page, "W" * 400)
    await expect(page.locator('article[data-speaker="assistant"]')).to_have_count(1)
    overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
