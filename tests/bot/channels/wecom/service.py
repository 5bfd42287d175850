"""The service with WeCom's channels only, as `bot.serve` puts it together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp.test_utils import TestServer

from bot.app import rasa_dialogue
from bot.channels.enabled import enabled_channels
from bot.conversations import conversation_desk
from bot.http.application import shared_application
from bot.settings import read_settings
from bot.tickets import ticket_desk


@dataclass
class Running:
    """A running one."""

    url: str
    log: list[dict[str, Any]] = field(default_factory=list)


@asynccontextmanager
async def service(environment: Mapping[str, str]) -> AsyncIterator[Running]:
    """Runs while the context lasts."""
    settings = read_settings(environment)
    running = Running("")

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        running.log.append({**fields, "level": method})
        raise structlog.DropEvent

    logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
    async with (
        ticket_desk(settings.tickets, logger) as tickets,
        rasa_dialogue(settings) as dialogue,
        conversation_desk(tickets, dialogue.set_silent, logger) as conversations,
        enabled_channels(settings, dialogue, conversations, tickets, logger) as add_channels,
    ):
        application = shared_application(settings, logger, tickets)
        add_channels(application)
        server = TestServer(application)
        async with server:
            running.url = str(server.make_url("")).rstrip("/")
            yield running
