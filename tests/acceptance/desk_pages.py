"""The officers' desk on a server of the test's own process, the browsers that are in front of it, and what axe says of a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, ConsoleMessage, Dialog, Page, ViewportSize, async_playwright, expect

from actions.faq.opening import FaqPlaces
from actions.registry import open_registry
from actions.settings import PROJECT, read_ticket_settings
from desk.application import mount
from desk.opening import FAQ_PLACES, open_desk
from desk.routes import ROUTES
from desk.services import Desk
from desk.settings import read_desk_settings
from docs.desk_sample import PASSWORD, add_officers
from tests.acceptance.browser import ARGUMENTS, find_chromium
from tests.actions.officers.samples import cheap_passwords
from tests.desk.browsing import NoRasa

WIDE: ViewportSize = {"width": 1280, "height": 900}
TABLET: ViewportSize = {"width": 820, "height": 1180}
_RULES: Mapping[str, object] = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
_NOT_PAGES = ("/{", "/live", "/export", "/oidc")
"""What the addresses of no page of its own hold: parts of pages, files, and a provider that is not set here."""


@dataclass
class Office:
    """A desk that is served, and people's computers before it."""

    desk: Desk
    url: str
    """Of the desk."""
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    """Errors in the console, refused content, dialogs, requests to elsewhere: of every computer that was not told to expect some."""

    async def computer(self, language: str = "zh", ignores_policy: bool = False, expects_refusals: bool = False) -> Page:
        """A browser with cookies of its own. `ignores_policy`: scripts run that the content policy would have stopped.
        `expects_refusals`: addresses may answer with an error, which Chromium writes into its console.
        """
        context = await self.browser.new_context(viewport=WIDE, reduced_motion="reduce", bypass_csp=ignores_policy)
        context.set_default_timeout(10_000)
        await context.add_cookies([{"name": "desk-language", "value": language, "url": self.url}])
        page = await context.new_page()

        def hear(line: ConsoleMessage) -> None:
            is_refusal = expects_refusals and line.text.startswith("Failed to load resource")
            if line.type == "error" and not is_refusal:
                self.complaints.append(f"{page.url}: {line.text}")

        async def dismiss(dialog: Dialog) -> None:
            self.complaints.append(f"{page.url}: dialog {dialog.message}")
            await dialog.dismiss()

        page.on("console", hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("dialog", dismiss)
        page.on("request", lambda sent: None if sent.url.startswith(self._own) else self.complaints.append(f"{page.url}: {sent.url}"))
        return page

    async def signed_in(self, login: str, language: str = "zh", ignores_policy: bool = False, expects_refusals: bool = False) -> Page:
        """The same, at the list of tickets."""
        page = await self.computer(language, ignores_policy, expects_refusals)
        await page.goto(f"{self.url}/sign-in")
        await page.fill("#login", login)
        await page.fill("#password", f"{PASSWORD}{login}")
        await page.press("#password", "Enter")
        await expect(page).to_have_url(f"{self.url}/tickets")
        return page

    async def open(self, page: Page, path: str) -> None:
        """A page of the desk, which must be there."""
        assert await self.status(page, path) == 200, path

    async def status(self, page: Page, path: str) -> int:
        """What an address of the desk answers with."""
        response = await page.goto(f"{self.url}{path}")
        assert response is not None
        return response.status

    @property
    def _own(self) -> tuple[str, ...]:
        return (self.url.removesuffix("/desk") + "/", "data:")


@asynccontextmanager
async def open_office(folder: Path, faq_places: FaqPlaces = FAQ_PLACES) -> AsyncIterator[Office]:
    """A desk with the officers of docs.desk_sample and nothing else, on SQLite in the folder."""
    environment = {"DATA_DIR": str(folder)}
    served = (lambda request: "", lambda: None, NoRasa(), str, cheap_passwords(), faq_places)
    with (
        open_registry(read_ticket_settings(environment), environment) as registry,
        open_desk(read_desk_settings({}), "", registry, structlog.get_logger(), *served) as desk,
    ):
        add_officers(desk.officers)
        application = web.Application()
        mount(application, desk)
        application.router.add_static("/static", PROJECT / "bot" / "channels" / "web" / "static")
        async with TestServer(application) as server, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
            yield Office(desk, str(server.make_url("/desk")), browser)
            await browser.close()


def pages_by_address() -> tuple[str, ...]:
    """Addresses below /desk of all pages that need nothing more than an address."""
    return tuple(route.path for route in ROUTES if route.method == "GET" and not any(part in route.path for part in _NOT_PAGES))


async def violations(page: Page) -> Sequence[str]:
    """What axe-core finds against WCAG 2.1 A and AA, also in what can be unfolded. Playwright runs it past the page's content policy."""
    await page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    found = await Axe().run(page, options=dict(_RULES))
    return [
        f"{page.url}: {violation['id']} {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


async def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the screen."""
    wider: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wider
