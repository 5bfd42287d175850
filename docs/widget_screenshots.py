"""`python -m docs.widget_screenshots`: pictures of the widget for its guide, in a made-up site's page, with made-up words of an officer."""

from __future__ import annotations

import asyncio
import socket
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Frame, async_playwright

from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from tests.acceptance.browser import find_chromium
from tests.acceptance.widget_pages import DESKTOP, PHONE, SITE, Computers, Service, host, origin, service, write, written_sites
from tests.bot.rasa_double import RasaDouble

FOLDER = Path(__file__).parent / "images" / "widget"
QUESTION = "主平台制造业项目的用地指标怎么保障"
_TEXT = "主平台的制造业项目用地由市指标保障，应保尽保。"
_ANSWER = {
    "status": "answered",
    "citations": [{"clause": "task-09", "number": "二（三）9", "title": "强化用地保障", "quote": _TEXT}],
    "bureaus": {"principal": ["市自然资源局"], "supporting": []},
    "score": 1.0,
}
_CHEN = Officer(1, "chen", "陈霞", "市自然资源局", Role.OFFICER, True, False, False)


def main() -> int:
    """Take the pictures; 1 where there is no browser."""
    if find_chromium() is None:
        print("screenshots: no Chromium here: install the package chromium or set CHROMIUM", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_take(Path(folder)))
    return 0


async def _take(folder: Path) -> None:
    rasa = RasaDouble()
    rasa.utterances = [{"recipient_id": "x", "text": _TEXT}, {"recipient_id": "x", "custom": {"answer": _ANSWER}}]
    port = _free_port()
    ours = f"http://127.0.0.1:{port}"
    site = host(ours)
    async with rasa.server, site, async_playwright() as playwright:
        sites = written_sites(folder / "sites.yml", [origin(site)])
        async with service(port, folder / "var", rasa, sites) as running:
            computers = Computers(playwright, folder, ours)
            for name, screen, scheme, large in (
                ("desktop", DESKTOP, "light", False),
                ("dark", DESKTOP, "dark", False),
                ("phone", PHONE, "light", False),
                ("large-print", PHONE, "light", True),
            ):
                computer = await computers.new(screen, reduced_motion="reduce", color_scheme=scheme)
                await computer.visit(site)
                frame = await computer.open()
                if large:
                    await frame.click("#large-print")
                await _talk(frame, running)
                await computer.page.screenshot(path=FOLDER / f"{name}.png")
                print(f"screenshots: {FOLDER / name}.png")
            await computers.close()


async def _talk(frame: Frame, running: Service) -> None:
    """A question, and an officer who takes over."""
    await write(frame, QUESTION)
    await frame.locator('article[data-status="answered"]').wait_for()
    await running.conversations.flush()
    conversations = Conversations(running.registry.database, running.registry.key)
    mark = conversation_mark(await frame.evaluate(f"sessionStorage.getItem('conversation_id@{SITE}')"))
    conversations.take_over(mark, _CHEN, "市自然资源局", False, lambda *_: None)
    conversations.say(mark, _CHEN, "您好，请先准备项目备案文件。", lambda *_: None)
    await frame.locator('article[data-speaker="officer"]').wait_for()
    await frame.wait_for_timeout(300)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
