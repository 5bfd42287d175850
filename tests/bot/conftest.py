"""A service under test with a double in Rasa's place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.app import public_application
from bot.feedback import feedback_desk
from bot.settings import read_settings
from bot.tickets import ticket_desk
from tests.bot.rasa_double import RasaDouble

Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def rasa() -> AsyncIterator[RasaDouble]:
    """A running double."""
    double = RasaDouble()
    async with double.server:
        yield double


@pytest.fixture
def log_lines() -> list[dict[str, object]]:
    """What the service logged."""
    return []


@pytest.fixture
async def client(rasa: RasaDouble, data_dir: Path, log_lines: list[dict[str, object]]) -> AsyncIterator[Client]:
    """The public application, with five requests a minute and a quarter of a second for a turn."""

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        log_lines.append({**fields, "level": method})
        raise structlog.DropEvent

    logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
    settings = read_settings(
        {
            "RASA_PORT": str(rasa.server.port),
            "TURN_TIMEOUT_SECONDS": "0.25",
            "RATE_LIMIT_PER_MINUTE": "30",
            "DATA_DIR": str(data_dir),
            "PUBLIC_URL": "https://zixun.example.gov.cn",
        }
    )
    async with (
        feedback_desk(settings, logger) as feedback,
        ticket_desk(settings.tickets, logger) as tickets,
        TestClient(TestServer(public_application(settings, logger, feedback, tickets))) as client,
    ):
        yield client
