"""The other side of the tiny channel: a platform whose people write to us, and which takes what is sent to them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

SECRET = b"tiny secret"


def sign(body: bytes) -> str:
    return hmac.digest(SECRET, body, hashlib.sha256).hex()


class TinyPlatform:
    """Sends a message until it is acknowledged, `patience` seconds each time, as WeChat does within five."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._ids = itertools.count(1)
        self.callback = ""
        """Our address."""
        self.patience = 5.0
        self.tries = 4
        self.sent: list[dict[str, Any]] = []
        """What we sent by ourselves."""
        self.failures: list[str] = []
        """What it says to the next ones that are sent; empty: it takes them."""
        self.shown: list[dict[str, Any]] = []
        """All that people saw, passive answers too, in order."""
        application = web.Application()
        application.router.add_post("/send", self._take)
        self.server = TestServer(application)

    async def say(self, person: str, text: str = "", kind: str = "text", key: str = "", choice: str = "", scene: str = "") -> str | None:
        """One person does something; the text of the passive answer, None where there is none."""
        answer = await self.post(person, text, kind, key, choice, scene)
        return answer["text"] if answer else None

    async def post(
        self, person: str, text: str = "", kind: str = "text", key: str = "", choice: str = "", scene: str = ""
    ) -> dict[str, Any]:
        """The whole of the acknowledgement."""
        said = {"from": person, "id": key or f"m{next(self._ids)}", "kind": kind, "text": text, "choice": choice, "scene": scene}
        body = json.dumps(said).encode()
        for _ in range(self.tries):
            try:
                timeout = aiohttp.ClientTimeout(total=self.patience)
                async with self._session.post(self.callback, params={"signature": sign(body)}, data=body, timeout=timeout) as response:
                    assert response.status == 200
                    answer: dict[str, Any] = await response.json()
            except (asyncio.TimeoutError, aiohttp.ClientError):
                continue
            if answer:
                self.shown.append(answer)
            return answer
        raise AssertionError("never acknowledged")

    async def until_sent(self, number: int, seconds: float = 10.0) -> list[dict[str, Any]]:
        """What was sent, once it is so much."""
        for _ in range(int(seconds / 0.02)):
            if len(self.sent) >= number:
                break
            await asyncio.sleep(0.02)
        assert len(self.sent) == number, [one["text"] for one in self.sent]
        return self.sent

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        assert request.query["signature"] == sign(body)
        failure = self.failures.pop(0) if self.failures else ""
        if not failure:
            self.sent.append(json.loads(body))
            self.shown.append(self.sent[-1])
        return web.json_response({"error": failure})
