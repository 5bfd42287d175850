"""A cut answer can be read whole by whoever was given its link, for a day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from actions.contacts.tables import INBOX
from bot.channels.contract import Kind, Outgoing, Received
from bot.channels.whole.routes import ROUTES
from bot.channels.whole.views import WHOLE_ANSWERS
from bot.http.application import shared_application
from bot.settings import Settings, read_settings
from tests.bot.channels.tiny_service import TinyService
from tests.bot.rasa_double import RasaDouble
from tests.fakes.tiny_platform import TinyPlatform

SITE = "https://zixun.example.gov.cn"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def tiny_settings(rasa: RasaDouble, database_url: str, data_dir: object) -> Settings:
    named = {"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(data_dir), "DATABASE_URL": database_url, "PUBLIC_URL": SITE}
    return read_settings(named)


@pytest.fixture
async def reader(service: TinyService, tiny_settings: Settings) -> AsyncIterator[Client]:
    application = shared_application(tiny_settings, service.logger, service.tickets)
    application[WHOLE_ANSWERS] = service.exchange.inbox
    application.router.add_routes(ROUTES)
    async with TestClient(TestServer(application)) as opened:
        yield opened


async def _asked(service: TinyService) -> Outgoing:
    answer = await service.exchange.take(service.channel, Received("tiny", "us", "小李", "m1", Kind.TEXT, "用地"))
    assert answer is not None
    return answer


async def test_the_link_of_an_answer_shows_it_whole_and_as_text(service: TinyService, reader: Client, rasa: RasaDouble) -> None:
    rasa.utterances = [{"text": f"{'很长的答复。' * 200}\n<script>alert(1)</script>"}]
    answer = await _asked(service)
    assert answer.whole_url.startswith(f"{SITE}/a/")
    page = await reader.get(answer.whole_url.removeprefix(SITE))
    text = await page.text()
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert "很长的答复。" * 200 in text
    assert "<script" not in text
    assert "noindex" in text
    assert (await reader.get("/a/whole.css")).status == 200


@pytest.mark.parametrize("change", [lambda p: p[:-1] + ("0" if p[-1] != "0" else "1"), lambda p: p.replace("/a/1/", "/a/2/")])
async def test_no_other_link_shows_anything(service: TinyService, reader: Client, change: object) -> None:
    assert callable(change)
    path = (await _asked(service)).whole_url.removeprefix(SITE)
    page = await reader.get(change(path))
    assert page.status == 404
    assert "12345" in await page.text()


async def test_after_a_day_the_link_shows_nothing(service: TinyService, reader: Client) -> None:
    path = (await _asked(service)).whole_url.removeprefix(SITE)
    with service.tickets.registry.database.writing() as connection:
        connection.execute(update(INBOX).values(at=datetime.now(timezone.utc) - timedelta(hours=25)))
    assert (await reader.get(path)).status == 404


async def test_without_a_public_address_there_is_no_link(
    tiny_settings: Settings, platform: TinyPlatform, session: aiohttp.ClientSession
) -> None:
    settings = replace(tiny_settings, tickets=replace(tiny_settings.tickets, public_url=""))
    service = TinyService(settings, platform, session)
    await service.start()
    assert (await _asked(service)).whole_url == ""
    await service.stop()
