"""A service under test with a double in Rasa's place, and another one for the bureaus' servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from actions.faq.opening import FaqPlaces
from bot.app import public_application, rasa_dialogue
from bot.conversations import conversation_desk
from bot.questions import question_desk
from bot.settings import PROJECT, Settings, read_settings
from bot.tickets import ticket_desk
from desk.opening import open_desk
from tests.bot.bureau_double import SECRETS, BureauDouble, written_bureaus
from tests.bot.rasa_double import RasaDouble

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def rasa() -> AsyncIterator[RasaDouble]:
    """A running double."""
    double = RasaDouble()
    async with double.server:
        yield double


@pytest.fixture
async def bureau() -> AsyncIterator[BureauDouble]:
    """A running double, for all bureaus that have an endpoint."""
    double = BureauDouble()
    async with double.server:
        yield double


@pytest.fixture
def log_lines() -> list[dict[str, object]]:
    """What the service logged."""
    return []


@pytest.fixture
def rate_limit() -> int:
    """Requests a minute; a module with more to say puts its own in place of this one."""
    return 30


@pytest.fixture
def settings(
    rasa: RasaDouble, bureau: BureauDouble, rate_limit: int, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A quarter of a second for a turn, and the office's own files, with endpoints for some bureaus."""
    bureaus = tmp_path / "bureaus.yml"
    bureaus.write_text(written_bureaus((PROJECT / "actions" / "bureaus.yml").read_text(encoding="utf-8"), bureau.url), encoding="utf-8")
    for name, secret in {**SECRETS, "ROBOT_URL": f"{bureau.url}/robot"}.items():
        monkeypatch.setenv(name, secret)
    return read_settings(
        {
            "RASA_PORT": str(rasa.server.port),
            "TURN_TIMEOUT_SECONDS": "0.25",
            "RATE_LIMIT_PER_MINUTE": str(rate_limit),
            "DATA_DIR": str(data_dir),
            "PUBLIC_URL": "https://zixun.example.gov.cn",
            "BUREAUS_FILE": str(bureaus),
            "DELIVERY_ALLOW_NETWORKS": f"127.0.0.1/32:{bureau.server.port}",
        }
    )


@pytest.fixture
async def client(settings: Settings, data_dir: Path, log_lines: list[dict[str, object]]) -> AsyncIterator[Client]:
    """The public application."""

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        log_lines.append({**fields, "level": method})
        raise structlog.DropEvent

    logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
    async with (
        ticket_desk(settings.tickets, logger) as tickets,
        question_desk(tickets.registry.database, None, settings.feedback_days, logger) as questions,
        rasa_dialogue(settings) as dialogue,
        conversation_desk(tickets, dialogue.set_silent, logger) as conversations,
    ):
        public_url = settings.tickets.public_url
        served = (settings.desk, public_url, tickets.registry, logger, lambda request: "", tickets.poke, dialogue, str)
        with open_desk(*served, faq_places=FaqPlaces(data_dir)) as desk:
            application = public_application(settings, logger, questions, tickets, conversations, dialogue, desk)
            async with TestClient(TestServer(application)) as client:
                yield client
