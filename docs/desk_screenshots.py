"""`python -m docs.desk_screenshots`: pictures of the desk's pages for the officers' guide, from a desk with invented work on it.

It starts the desk by itself, on a port and a database of its own; no Rasa is needed. The preview of an edit is a real one, over the
project's own library, and takes a minute or two; the encoder has to be there (`make` trains it). No file of the library is changed.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FloatRect, Page, async_playwright

from actions.registry import Registry, open_registry
from actions.settings import read_ticket_settings
from desk.application import mount
from desk.opening import open_desk
from desk.settings import read_desk_settings
from docs.desk_sample import PASSWORD, add_conversations, add_officers, add_questions, add_tickets
from tests.acceptance.browser import ARGUMENTS, find_chromium
from tests.desk.browsing import NoRasa

FOLDER = Path(__file__).parent / "images" / "desk"
WIDE, TABLET = (1280, 900), (820, 1180)
_ENTRY = "land-overview"
_PREVIEW_MS = 600_000
_TOP = 1500


def main() -> int:
    """Take the pictures; 1 where there is no browser."""
    chromium = find_chromium()
    if chromium is None:
        print("screenshots: no Chromium here: install the package chromium or set CHROMIUM", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATA_DIR": folder}
        with open_registry(read_ticket_settings(environment), environment) as registry:
            asyncio.run(_pictures(registry, chromium))
    return 0


async def _pictures(registry: Registry, chromium: str) -> None:
    now = datetime.now(timezone.utc)
    with open_desk(read_desk_settings({}), "", registry, structlog.get_logger(), lambda request: "", lambda: None, NoRasa(), str) as desk:
        add_officers(desk.officers)
        numbers = add_tickets(registry, now)
        marks = add_conversations(registry, now)
        add_questions(registry, now)
        application = web.Application()
        mount(application, desk)
        application.router.add_static("/static", Path(__file__).parent.parent / "bot" / "channels" / "web" / "static")
        async with TestServer(application) as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            url = str(server.make_url("/desk"))
            await _picture(await _open(browser, WIDE), f"{url}/sign-in", "sign-in")
            officer = await _signed_in(browser, url, "liming", WIDE)
            await _picture(officer, f"{url}/tickets", "tickets")
            await _picture(officer, f"{url}/tickets/{numbers[-1]}", "ticket")
            await _picture(officer, f"{url}/conversations", "conversations")
            await officer.goto(f"{url}/conversations/{marks[0]}")
            await officer.click("form[action$='/take'] button")
            await officer.fill("#text", "您好，我局已看到您的问题，请问项目计划用地多少亩？")
            await _shoot(officer, "takeover")
            await _picture(officer, f"{url}/account", "account")
            await _picture(officer, f"{url}/unanswered", "unanswered")
            chief = await _signed_in(browser, url, "chenxia", TABLET)
            await _picture(chief, f"{url}/tickets", "tickets-tablet")
            boss = await _signed_in(browser, url, "boss", WIDE)
            year = f"period=own&from={now.year - 1}-01-01&to={now.date()}"
            pages = {
                f"/figures?{year}": "figures",
                f"/figures/map?{year}": "map",
                "/figures/assessment": "assessment",
                "/officers": "officers",
                "/audit": "audit",
            }
            for path, name in pages.items():
                await _picture(boss, url + path, name)
            await _edit(boss, url)
            await browser.close()


async def _edit(page: Page, url: str) -> None:
    """An answer is edited, and what it changes is looked at; nothing is published."""
    await page.goto(f"{url}/faq?q=用地")
    await _shoot(page, "faq", _TOP)
    await page.goto(f"{url}/faq/entries/{_ENTRY}")
    await page.click("button[value=change]")
    answer = await page.input_value("#answer")
    await page.fill("#answer", answer.replace("方案提出，", "按方案，", 1))
    await page.fill("#phrasings", "\n".join((await page.input_value("#phrasings")).splitlines()[:12]))
    await _shoot(page, "faq-draft")
    await page.click("button[value=preview]")
    await page.wait_for_selector("#sums", timeout=_PREVIEW_MS)
    await _shoot(page, "faq-preview", _TOP)


async def _open(browser: Browser, size: tuple[int, int]) -> Page:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    return await context.new_page()


async def _signed_in(browser: Browser, url: str, login: str, size: tuple[int, int]) -> Page:
    page = await _open(browser, size)
    await page.goto(f"{url}/sign-in")
    await page.fill("#login", login)
    await page.fill("#password", f"{PASSWORD}{login}")
    await page.press("#password", "Enter")
    await page.wait_for_url("**/tickets")
    return page


async def _picture(page: Page, address: str, name: str) -> None:
    await page.goto(address)
    await _shoot(page, name)


async def _shoot(page: Page, name: str, top: int | None = None) -> None:
    """The whole page, or so many pixels from its top."""
    clip: FloatRect | None = {"x": 0, "y": 0, "width": WIDE[0], "height": top} if top else None
    await page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)
    print(f"screenshots: {FOLDER / name}.png")


if __name__ == "__main__":
    sys.exit(main())
