"""`make screenshots`: pictures of the chat page for the README, taken from a running assistant."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.acceptance.browser import ARGUMENTS, find_chromium

FOLDER = Path(__file__).parent / "images"
QUESTIONS = ("主平台制造业项目的用地指标怎么保障", "每亩地多少钱")


def main() -> int:
    """Take the pictures; 1 where there is no browser."""
    chromium = find_chromium()
    if chromium is None:
        print("screenshots: no Chromium here: install the package chromium or set CHROMIUM", file=sys.stderr)
        return 1
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        _take(browser, url, "chat-desktop.png", 1280, 1000)
        _take(browser, url, "chat-phone.png", 390, 844)
        browser.close()
    return 0


def _take(browser: Browser, url: str, name: str, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(url)
    for number, question in enumerate(QUESTIONS, 1):
        page.fill("#question", question)
        page.press("#question", "Enter")
        page.locator('article[data-speaker="assistant"]').nth(number - 1).wait_for()
    page.screenshot(path=FOLDER / name)
    page.close()
    print(f"screenshots: {FOLDER / name}")


if __name__ == "__main__":
    sys.exit(main())
