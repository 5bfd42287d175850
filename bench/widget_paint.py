"""How soon a widget is seen, in a real browser: the button after its script, the page in the frame after it was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Page, async_playwright

from bench.errors import NotStarted
from tests.acceptance.browser import ARGUMENTS, find_chromium

_WITHIN_MS = 10_000
# Times are in milliseconds of each document (W3C Paint Timing, Resource Timing).
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_SCRIPT_HAD = "performance.getEntriesByType('resource').find((entry) => entry.name.endsWith('/widget.js')).responseEnd"


@dataclass(frozen=True, slots=True)
class Paint:
    """Of one visit, in seconds."""

    button: float
    frame: float


async def painted(site: str, frame: str, visits: int) -> list[Paint]:
    """Visits of a site with a widget, each with an empty cache; one before them does not count. Raises NotStarted."""
    chromium = find_chromium()
    if chromium is None:
        raise NotStarted("no Chromium here: install the package chromium or set CHROMIUM")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        found = []
        for _ in range(visits + 1):
            context = await browser.new_context(viewport={"width": 1280, "height": 800})
            found.append(await _visit(await context.new_page(), site, frame))
            await context.close()
        await browser.close()
    return found[1:]


async def _visit(page: Page, site: str, frame: str) -> Paint:
    await page.goto(site)
    button = await _when_painted(page)
    script = float(await page.evaluate(_SCRIPT_HAD))
    await page.evaluate("zhanjiangAssistant.open()")
    for _ in range(_WITHIN_MS // 20):
        if inner := next((each for each in page.frames if each.url.startswith(frame)), None):
            found = await inner.evaluate(_PAINTED)
            if found is not None:
                return Paint((button - script) / 1000, float(found) / 1000)
        await page.wait_for_timeout(20)
    raise NotStarted("the page in the frame was not painted")


async def _when_painted(page: Page) -> float:
    for _ in range(_WITHIN_MS // 20):
        found = await page.evaluate(_PAINTED)
        if found is not None:
            return float(found)
        await page.wait_for_timeout(20)
    raise NotStarted("the button was not painted")
