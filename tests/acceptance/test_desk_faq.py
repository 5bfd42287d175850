"""In real Chromium: an entry is edited, tried, previewed and published; the second of two editors is told."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from actions.faq.opening import FaqPlaces
from bot.settings import Settings
from tests.acceptance.desk_pages import TABLET, Office, open_office, overflow, violations
from tests.knowledge.editing.copies import small_copy

pytestmark = pytest.mark.acceptance
ENTRY = "land-overview"
PICTURES = os.environ.get("FAQ_PICTURES", "")
"""Folder for pictures of what the test sees, for whoever wants to look at them."""
_PREVIEW_MILLISECONDS = 240_000


@pytest.fixture
async def office(tmp_path: Path, built: Settings) -> AsyncIterator[Office]:
    """A desk on a small library of its own, with the encoder that was built."""
    for name, target in (("encoder", built.encoder_folder), ("index", built.index_folder)):
        (tmp_path / name).symlink_to(target.resolve())
    async with open_office(tmp_path, FaqPlaces(tmp_path, folder=small_copy(tmp_path / "knowledge"))) as opened:
        yield opened


async def _looked_at(page: Page, name: str, faults: list[str]) -> None:
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    faults += await violations(page)
    if wider := await overflow(page):
        faults.append(f"{page.url}: {wider} pixels too wide")


async def test_an_edit_is_written_tried_previewed_published_and_restored(office: Office) -> None:
    faults: list[str] = []
    chief = await office.signed_in("boss")
    await office.open(chief, "/faq")
    await _looked_at(chief, "list", faults)
    await chief.fill("#q", "用地政策")
    await chief.press("#q", "Enter")
    await chief.click(f"a[href$='/entries/{ENTRY}']")
    await _looked_at(chief, "entry", faults)
    await chief.click("button[value=change]")

    await chief.fill("#answer", "第一行\n第二行" * 200)
    await chief.click("button[value=preview]")
    await expect(chief.locator("#field-answer .error")).to_be_visible()
    await _looked_at(chief, "form-with-faults", faults)
    await chief.click("button[value=yaml]")
    await chief.click("a[data-line]")
    chosen = await chief.evaluate("(area => area.value.slice(area.selectionStart, area.selectionEnd))(document.querySelector('#yaml'))")
    assert chosen.startswith("  answer: ")
    lines = await chief.input_value("#yaml")
    answer = next(line for line in lines.splitlines() if line.startswith("  answer:"))
    mended = lines.replace(answer, "  answer: 据方案，用地用林都有保障，应保尽保。")
    await chief.fill("#yaml", mended.replace("- 用地政策\n", "- 用地政策\n    - 旮旯锦囊\n"))
    assert await chief.locator(".faq-gutter span:visible").count() == len(lines.splitlines()) + 2
    await _looked_at(chief, "yaml-with-faults", faults)
    await chief.click("button[value=form]")
    await expect(chief.locator("#answer")).to_have_value("据方案，用地用林都有保障，应保尽保。")

    await chief.fill("#question", "旮旯锦囊")
    await chief.click("form[action$='/ask'] button")
    await expect(chief.locator("#told")).to_contain_text("据方案，用地用林都有保障", timeout=_PREVIEW_MILLISECONDS)
    await _looked_at(chief, "form", faults)

    await chief.click("button[value=preview]")
    await expect(chief.locator("progress")).to_be_visible(timeout=_PREVIEW_MILLISECONDS)
    await _looked_at(chief, "preview-running", faults)
    await expect(chief.locator("#sums")).to_be_visible(timeout=_PREVIEW_MILLISECONDS)
    await expect(chief.locator("section", has=chief.locator("#group-own"))).to_contain_text("旮旯锦囊")
    await _looked_at(chief, "preview", faults)
    await chief.set_viewport_size(TABLET)
    await _looked_at(chief, "preview-tablet", faults)
    await chief.check("#confirmed")
    await chief.click("form[action$='/publish'] button")
    await expect(chief.locator(".notice-ok")).to_contain_text("已发布")
    assert "应保尽保。" in office.desk.faq.library.block(ENTRY)[1].text
    await _looked_at(chief, "version", faults)

    await chief.goto(f"{office.url}/faq/versions?file=faq/land.yml")
    await _looked_at(chief, "versions", faults)
    await chief.click("table.list tbody tr:last-child a")
    await chief.click("button:has-text('恢复整个文件')")
    await expect(chief.locator("#sums")).to_be_visible(timeout=_PREVIEW_MILLISECONDS)
    await chief.check("#confirmed")
    await chief.click("form[action$='/publish'] button")
    await expect(chief.locator(".notice-ok")).to_contain_text("已发布")
    assert "旮旯锦囊" not in office.desk.faq.library.block(ENTRY)[1].text
    assert not faults
    assert not office.complaints


async def test_the_second_of_two_editors_is_told_and_keeps_what_was_typed(office: Office) -> None:
    faults: list[str] = []
    first, second = await office.signed_in("boss"), await office.signed_in("liming")
    for page, text in ((first, "先改的回答。"), (second, "后改的回答。")):
        await office.open(page, f"/faq/entries/{ENTRY}")
        await page.click("button[value=change]")
        await page.fill("#answer", text)
        await page.click("button[value=stay]")
    await first.reload()
    await expect(first.locator("main")).to_contain_text("liming 正在改这一条")
    await first.click("button[value=preview]")
    await expect(first.locator("#sums")).to_be_visible(timeout=_PREVIEW_MILLISECONDS)
    await first.click("form[action$='/publish'] button")
    await expect(first.locator(".notice-ok")).to_contain_text("已发布")
    await second.click("button[value=preview]")
    await expect(second.locator("#moved")).to_be_visible()
    for text in ("先改的回答。", "后改的回答。"):
        await expect(second.locator(".faq-sides")).to_contain_text(text)
    await _looked_at(second, "moved", faults)
    await second.click("form[action$='/move'] button")
    await expect(second.locator("#answer")).to_have_value("后改的回答。")
    assert "先改的回答。" in office.desk.faq.library.block(ENTRY)[1].text
    assert not faults
    assert not office.complaints
