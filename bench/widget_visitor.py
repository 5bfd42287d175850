"""A page of a widget that listens: a session, and its stream."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from actions.conversations.model import Author
from bench.errors import BenchError


class Visitor:
    """One page that listens."""

    def __init__(self, ours: str, session: aiohttp.ClientSession, place: int) -> None:
        self._ours = ours
        self._session = session
        self._headers = {"X-Forwarded-For": f"10.0.{place // 250}.{place % 250 + 1}", "Origin": ours}
        self.connected = asyncio.Event()
        self.heard: asyncio.Queue[float] = asyncio.Queue()
        self.is_open = False
        self.conversation_id = ""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Begin a session, and read its stream while the context lasts."""
        async with self._session.post(f"{self._ours}/api/widget/session", json={"site": "bench"}, headers=self._headers) as response:
            if response.status != 200:
                raise BenchError(f"a session was refused: {response.status} {await response.text()}")
            begun = await response.json()
        self.conversation_id = begun["conversation_id"]
        reading = asyncio.create_task(self._read(begun["token"]))
        try:
            yield
        finally:
            reading.cancel()

    async def _read(self, token: str) -> None:
        headers = {**self._headers, "Authorization": f"Bearer {token}"}
        patience = aiohttp.ClientTimeout(total=None)
        async with self._session.get(f"{self._ours}/api/chat/events", headers=headers, timeout=patience) as response:
            self.is_open = response.status == 200
            async for line in response.content:
                if line.startswith(b"data: "):
                    self.connected.set()
                    content = json.loads(line[6:])
                    if content and content.get("author") == Author.OFFICER.value:
                        self.heard.put_nowait(time.perf_counter())
        self.is_open = False
