"""A service with the tiny channel alone, which can be killed and started again on the same database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from actions.contacts.reach import Reach
from actions.conversations.model import Author
from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from bot.app import rasa_dialogue
from bot.channels.contract import Limits
from bot.conversation_id import ConversationIds
from bot.conversations import ConversationDesk, conversation_desk
from bot.exchange.exchange import Exchange
from bot.exchange.opening import open_exchange
from bot.keys import EXCHANGE
from bot.settings import Settings
from bot.tickets import TicketDesk, ticket_desk
from tests.fakes.tiny_channel import LIMITS, TinyChannel
from tests.fakes.tiny_platform import SECRET, TinyPlatform

CHEN = Officer(1, "chen", "陈霞", "市自然资源局", Role.OFFICER, True, False, False)


class TinyService:
    """One process of the service, as far as the platform can tell."""

    def __init__(self, settings: Settings, platform: TinyPlatform, session: aiohttp.ClientSession, limits: Limits = LIMITS) -> None:
        self.settings = settings
        self.log: list[dict[str, Any]] = []
        self.channel = TinyChannel(session, str(platform.server.make_url("")).rstrip("/"), SECRET, limits)
        self.logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[self._keep])
        self._platform = platform
        self._stack = AsyncExitStack()
        self.exchange: Exchange
        self.tickets: TicketDesk
        self.desk: ConversationDesk
        self.conversations: Conversations

    async def start(self) -> None:
        enter = self._stack.enter_async_context
        logger = self.logger
        self.tickets = await enter(ticket_desk(self.settings.tickets, logger))
        rasa = await enter(rasa_dialogue(self.settings))
        self.desk = await enter(conversation_desk(self.tickets, rasa.set_silent, logger))
        new_id = ConversationIds(b"secret").new
        self.exchange = await enter(open_exchange([self.channel], rasa, self.desk, self.tickets, new_id, logger))
        application = web.Application()
        application[EXCHANGE] = self.exchange
        application.router.add_routes(self.channel.routes())
        server = await enter(TestServer(application))
        self._platform.callback = str(server.make_url("/tiny"))
        registry = self.tickets.registry
        self.conversations = Conversations(registry.database, registry.key)

    async def stop(self) -> None:
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    def mark(self, index: int = 0) -> str:
        """Of the conversation that began as the so manieth."""
        with self.tickets.registry.database.reading() as connection:
            marks = connection.exec_driver_sql("SELECT conversation_mark FROM channel_contacts ORDER BY id").scalars().all()
        return str(marks[index])

    def count(self, table: str, where: str = "1 = 1") -> int:
        with self.tickets.registry.database.reading() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table} WHERE {where}").scalar())

    def transcript(self, mark: str) -> list[tuple[Author, str]]:
        return [(spoken.said.author, spoken.said.text) for spoken in self.conversations.transcript(mark)]

    def window(self, mark: str) -> tuple[int, datetime] | None:
        reached = Reach(self.tickets.registry.database).of(mark)
        return (reached.window.left, reached.window.until) if reached and reached.window else None

    async def take_over(self, mark: str) -> None:
        await self.desk.flush()
        self.conversations.take_over(mark, CHEN, CHEN.bureau, False, lambda connection: None)
        await self.desk.look()

    def say(self, mark: str, text: str) -> None:
        self.conversations.say(mark, CHEN, text, lambda connection: None)

    async def until(self, is_so: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait for something that happens beside."""
        for _ in range(int(seconds / 0.02)):
            if is_so():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("never so")

    def _keep(self, logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        self.log.append({**fields, "level": method})
        raise structlog.DropEvent
