"""The smallest channel there can be: JSON over HTTP, signed by HMAC-SHA256 over the raw body. docs/channels.md walks through it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
from aiohttp import web

from bot.channels.contract import Gone, Kind, Limits, NotPermitted, Outgoing, Received, Refused, TryAgain, Unsendable, WindowClosed
from bot.keys import EXCHANGE

LIMITS = Limits(500, 5, 1.0, after_message=(5, timedelta(hours=48)), after_tap=(3, timedelta(minutes=1)))
FAILURES: dict[str, type[Unsendable]] = {"busy": TryAgain, "closed": WindowClosed, "gone": Gone, "forbidden": NotPermitted}


@dataclass
class TinyChannel:
    """See `bot.channels.contract.Channel`."""

    session: aiohttp.ClientSession
    base_url: str
    secret: bytes
    limits: Limits = LIMITS
    name: str = "tiny"

    def receive(self, query: dict[str, str], body: bytes) -> Received:
        if not hmac.compare_digest(query.get("signature", ""), hmac.digest(self.secret, body, hashlib.sha256).hex()):
            raise Refused(403, "wrong signature")
        said = json.loads(body)
        return Received(self.name, "us", said["from"], said["id"], Kind(said["kind"]), said["text"], said["choice"], said["scene"])

    def acknowledge(self, received: Received, answer: Outgoing | None) -> web.Response:
        return web.json_response({} if answer is None else self._written(answer))

    async def send(self, outgoing: Outgoing) -> None:
        body = json.dumps(self._written(outgoing)).encode()
        async with self.session.post(
            f"{self.base_url}/send", params={"signature": hmac.digest(self.secret, body, hashlib.sha256).hex()}, data=body
        ) as response:
            if failure := (await response.json())["error"]:
                raise FAILURES.get(failure, Unsendable)(1, failure)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/tiny", self._post)]

    async def _post(self, request: web.Request) -> web.Response:
        try:
            received = self.receive(dict(request.query), await request.read())
        except Refused as refused:
            return web.Response(status=refused.status)
        return self.acknowledge(received, await request.app[EXCHANGE].take(self, received))

    def _written(self, answer: Outgoing) -> dict[str, object]:
        return {"to": answer.person, "text": answer.text, "choices": [choice.title for choice in answer.choices]}
