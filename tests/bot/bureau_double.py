"""A bureau's server on a port of its own, and how that bureau signs: by the public library alone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

LAND_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_LAND_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
ECOLOGY_SECRET = "whsec_ZWNvbG9neS1lbnZpcm9ubWVudC1pdHMtc2VjcmV0"
INDUSTRY_SECRET = "whsec_aW5kdXN0cnktaW5mb3JtYXRpb24taXRzLXNlY3JldA=="
ROBOT_SECRET = "whsec_Z3JvdXAgcm9ib3RzIGNhbm5vdCBjYWxsIGJhY2sh"
STRANGER_SECRET = "whsec_bm9ib2R5IGV2ZXIgZ2F2ZSB1cyB0aGlzIHNlY3JldA=="
SECRETS = {
    "LAND_SECRET": f"{LAND_SECRET} {OLD_LAND_SECRET}",  # while the old one is replaced
    "ECOLOGY_SECRET": ECOLOGY_SECRET,
    "INDUSTRY_SECRET": INDUSTRY_SECRET,
    "ROBOT_SECRET": ROBOT_SECRET,
}
ENDPOINTS = {
    "市自然资源局": 'endpoint: {kind: webhook, url: "%s/webhook", secret_env: LAND_SECRET, insecure: true}',
    "市生态环境局": 'endpoint: {kind: webhook, url: "%s/webhook", secret_env: ECOLOGY_SECRET, insecure: true}',
    "市工业和信息化局": 'endpoint: {kind: webhook, url: "%s/webhook", secret_env: INDUSTRY_SECRET, insecure: true}',
    "市科技局": "endpoint: {kind: wecom, url_env: ROBOT_URL, insecure: true}",
    "市财政局": "endpoint: {kind: dingtalk, url_env: ROBOT_URL, secret_env: ROBOT_SECRET, insecure: true}",
    "市教育局": "endpoint: {kind: feishu, url_env: ROBOT_URL, secret_env: ROBOT_SECRET, insecure: true}",
    "市商务局": "endpoint: {kind: email, address: swj@example.org}",
}


@dataclass(frozen=True)
class Arrived:
    """A request that arrived."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class BureauDouble:
    """Takes everything with 204 and keeps it."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self._changed = asyncio.Condition()
        application = web.Application()
        application.router.add_post("/webhook", self._webhook)
        self.server = TestServer(application)

    @property
    def url(self) -> str:
        """Base URL."""
        return str(self.server.make_url("")).rstrip("/")

    async def wait_for(self, number: int) -> list[Arrived]:
        """The requests, once so many have arrived. Raises TimeoutError after five seconds."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: len(self.arrived) >= number), 5)
        return self.arrived

    async def _webhook(self, request: web.Request) -> web.Response:
        self.arrived.append(Arrived(dict(request.headers), await request.read()))
        async with self._changed:
            self._changed.notify_all()
        return web.Response(status=204)


def written_bureaus(shipped: str, url: str) -> str:
    """The office's list with endpoints in it; `url` is the double's."""
    for name, endpoint in ENDPOINTS.items():
        line = f"    name: {name}\n"
        assert line in shipped
        shipped = shipped.replace(line, f"{line}    {endpoint.replace('%s', url)}\n")
    return shipped


def signed(body: bytes, secret: str, id_: str = "msg_1", seconds_ago: float = 0) -> dict[str, str]:
    """The three headers."""
    at = datetime.fromtimestamp(int(time.time() - seconds_ago), tz=timezone.utc)
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(id_, at, body.decode()),
    }
