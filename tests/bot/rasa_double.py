"""A server that speaks as Rasa's REST channel does, on a port of its own, and can be told to misbehave."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


class RasaDouble:
    """Answers every message with `utterances`, after `delay_seconds`, with `status`."""

    def __init__(self) -> None:
        self.utterances: Any = [{"recipient_id": "x", "text": "您好"}]
        self.delay_seconds = 0.0
        self.status = 200
        self.received: list[dict[str, Any]] = []
        application = web.Application()
        application.router.add_post("/webhooks/rest/webhook", self._webhook)
        self.appended: dict[str, list[dict[str, Any]]] = {}
        self.replaced: dict[str, list[dict[str, Any]]] = {}
        application.router.add_post("/conversations/{id}/tracker/events", self._append)
        application.router.add_put("/conversations/{id}/tracker/events", self._replace)
        application.router.add_get("/conversations/{id}/tracker", self._tracker)
        application.router.add_get("/", self._hello)
        self.server = TestServer(application)

    @property
    def url(self) -> str:
        """Base URL."""
        return str(self.server.make_url("")).rstrip("/")

    async def _webhook(self, request: web.Request) -> web.Response:
        message = await request.json()
        self.received.append(message)
        await asyncio.sleep(self.delay_seconds)
        return web.json_response([] if self.is_paused(message["sender"]) else self.utterances, status=self.status)

    async def _append(self, request: web.Request) -> web.Response:
        if not request.query.get("token"):
            return web.json_response({"reason": "NotAuthenticated"}, status=401)
        events = await request.json()
        # As Rasa 3.6 does: a name that is null fails its schema.
        if not all(isinstance(event["parse_data"]["intent"]["name"], str) for event in events if event["event"] == "user"):
            return web.json_response({"reason": "BadRequest"}, status=400)
        self.appended.setdefault(request.match_info["id"], []).extend(events)
        return self._state(request)

    async def _replace(self, request: web.Request) -> web.Response:
        if not request.query.get("token"):
            return web.json_response({"reason": "NotAuthenticated"}, status=401)
        self.replaced[request.match_info["id"]] = await request.json()
        return self._state(request)

    async def _tracker(self, request: web.Request) -> web.Response:
        return self._state(request)

    def _state(self, request: web.Request) -> web.Response:
        return web.json_response({"paused": self.is_paused(request.match_info["id"])})

    def is_paused(self, conversation_id: str) -> bool:
        """Whether it was told to be silent there."""
        told = [event["event"] for event in self.appended.get(conversation_id, ()) if event["event"] in ("pause", "resume")]
        return told[-1:] == ["pause"]

    async def _hello(self, request: web.Request) -> web.Response:
        return web.Response(text="Hello from Rasa: 3.6.21")
