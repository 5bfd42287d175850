"""The service on a server of the test's own process, sites that embed its widget on servers of theirs, and browsers before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import BrowserContext, Frame, Page, Playwright, ViewportSize

from actions.faq.opening import FaqPlaces
from actions.registry import Registry
from bot.app import public_application, rasa_dialogue
from bot.conversations import ConversationDesk, conversation_desk
from bot.questions import question_desk
from bot.settings import read_settings
from bot.tickets import ticket_desk
from desk.opening import open_desk
from tests.acceptance.browser import ARGUMENTS, find_chromium
from tests.bot.rasa_double import RasaDouble

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
SITE = "portal"
SECRET = "0123456789abcdef0123456789abcdef"
_HOSTILE_STYLE = (
    "button{color:lime!important;font-size:60px!important} div{display:none} iframe{width:10px;opacity:0} *{letter-spacing:9px}"
)


@dataclass
class Service:
    """The service while it runs."""

    registry: Registry
    conversations: ConversationDesk


@asynccontextmanager
async def service(port: int, folder: Path, rasa: RasaDouble, sites: Path) -> AsyncIterator[Service]:
    """The public application on a port, with its data in a folder: another one on the same folder is the same service restarted."""
    settings = read_settings(
        {
            "RASA_PORT": str(rasa.server.port),
            "DATA_DIR": str(folder),
            "RATE_LIMIT_PER_MINUTE": "0",
            "WIDGET_SITES": str(sites),
            "TURN_TIMEOUT_SECONDS": "2",
        }
    )
    logger = structlog.wrap_logger(structlog.ReturnLogger())
    async with (
        ticket_desk(settings.tickets, logger) as tickets,
        question_desk(tickets.registry.database, None, settings.feedback_days, logger) as questions,
        rasa_dialogue(settings) as dialogue,
        conversation_desk(tickets, dialogue.set_silent, logger) as conversations,
    ):
        served = (settings.desk, "", tickets.registry, logger, lambda request: "", tickets.poke, dialogue, str)
        with open_desk(*served, faq_places=FaqPlaces(folder)) as desk:
            application = public_application(settings, logger, questions, tickets, conversations, dialogue, desk)
            async with TestServer(application, port=port):
                yield Service(tickets.registry, conversations)


def host(ours: str, attributes: str = "", port: int | None = None) -> TestServer:
    """A site under a policy as strict as policies are, with a style sheet that spoils whatever it reaches."""
    policy = f"default-src 'none'; script-src {ours}; frame-src {ours}; style-src 'self'; require-trusted-types-for 'script'"
    script = f'<script src="{ours}/widget.js" data-site="{SITE}" {attributes}></script>'

    async def page(request: web.Request) -> web.Response:
        head = '<meta name="viewport" content="width=device-width"><title>某园区</title><link rel="stylesheet" href="/spoil.css">'
        text = f'<!doctype html><html lang="zh-CN">{head}<h1>某园区</h1>{script}</html>'
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def style(request: web.Request) -> web.Response:
        return web.Response(text=_HOSTILE_STYLE, content_type="text/css")

    application = web.Application()
    application.router.add_get("/", page)
    application.router.add_get("/spoil.css", style)
    return TestServer(application, host="localhost", port=port)  # another host than 127.0.0.1, where the service is


def origin(site: TestServer) -> str:
    """Of a site that is served."""
    return f"http://localhost:{site.port}"


def written_sites(file: Path, origins: Sequence[str]) -> Path:
    """The list of sites, with one on it."""
    listed = ", ".join(f'"{each}"' for each in origins)
    file.write_text(f"sites:\n  - {{key: {SITE}, name: 某园区, origins: [{listed}], secret: {SECRET}}}\n", encoding="utf-8")
    return file


@dataclass
class Computer:
    """One browser with a storage of its own."""

    page: Page
    ours: str
    complaints: list[str] = field(default_factory=list)
    """Script errors, refused content, requests to anybody but the site and us."""

    async def visit(self, site: TestServer) -> None:
        """Open the site's page."""
        await self.page.goto(origin(site))

    async def open(self) -> Frame:
        """Unfold the widget; its frame, ready."""
        await self.page.evaluate("zhanjiangAssistant.open()")
        return await self.frame()

    async def frame(self) -> Frame:
        """The widget's frame, once its page is there."""
        for _ in range(100):
            for frame in self.page.frames:
                if frame.url.startswith(f"{self.ours}/widget") and await frame.locator("#question").count():
                    await frame.locator("#topics .topic").first.wait_for(state="attached")
                    return frame
            await self.page.wait_for_timeout(100)
        raise AssertionError(f"no frame of the widget; {[frame.url for frame in self.page.frames]}")

    async def launcher(self) -> dict[str, Any]:
        """Name and state of the launcher as assistive technology sees it: its shadow root is closed to everybody else."""
        session = await self.page.context.new_cdp_session(self.page)
        nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
        await session.detach()
        (button,) = [node for node in nodes if node.get("role", {}).get("value") == "button"]
        states = {state["name"]: state["value"].get("value") for state in button["properties"]}
        return {"name": button["name"]["value"], **states}


_AS_PEOPLE_HAVE_IT = "--disable-features=Translate"
"""In place of Playwright's own list, which switches off that frames of other sites have a storage apart (ThirdPartyStoragePartitioning).
Without that they have none at all."""


class Computers:
    """Gives out computers, each with a profile of its own."""

    def __init__(self, playwright: Playwright, folder: Path, ours: str) -> None:
        self._playwright = playwright
        self._folder = folder
        self._ours = ours
        self._contexts: list[BrowserContext] = []

    async def new(self, screen: ViewportSize = DESKTOP, has_storage: bool = True, **options: Any) -> Computer:
        """A new one."""
        is_phone = screen is PHONE
        options |= {"viewport": screen, "is_mobile": is_phone, "has_touch": is_phone}
        arguments = [*ARGUMENTS, *([_AS_PEOPLE_HAVE_IT] if has_storage else [])]
        context = await self._playwright.chromium.launch_persistent_context(
            self._folder / f"profile-{len(self._contexts)}", executable_path=find_chromium(), args=arguments, **options
        )
        self._contexts.append(context)
        return computer_of(await context.new_page(), self._ours)

    async def close(self) -> None:
        """All of them."""
        for context in self._contexts:
            await context.close()


def computer_of(page: Page, ours: str) -> Computer:
    """Another tab of one."""
    made = Computer(page, ours)
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda line: made.complaints.append(line.text) if "Content Security Policy" in line.text else None)
    ok = (ours, "http://localhost:", "data:")
    page.on("request", lambda sent: None if sent.url.startswith(ok) else made.complaints.append(sent.url))
    return made


async def write(frame: Frame | Page, text: str) -> None:
    """A message, sent with Enter."""
    await frame.fill("#question", text)
    await frame.press("#question", "Enter")
