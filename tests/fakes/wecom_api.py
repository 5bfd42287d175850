"""WeCom's API as a service meets it: tokens by secret, and messages to members."""

from __future__ import annotations

import json
import re
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

CORPID = "ww0123456789abcdef"
AGENTID = "1000002"
SECRET = "s3cret-Of_the-application-0123456789abcdefg"
MOST_TEXT_BYTES = 2048
Handler = Callable[[web.Request], Awaitable[web.Response]]
_ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}")


class WecomApi:
    """One organisation at qyapi.weixin.qq.com."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.members = {"lin", "wang.fang", "Zhao_1"}
        self.screens: dict[str, list[str]] = {}
        """Texts as they arrive, passive replies and messages, by person."""
        self.sent: list[dict[str, Any]] = []
        self.secrets = {SECRET}
        self.tokens_fetched = 0
        self.blocked_address = ""
        """Where set, the server's address is not among the trusted ones."""
        self.codes: deque[int] = deque()
        """Error codes that the next calls with a token get."""
        self.lost = 0
        """So many calls with a token are carried out next without being answered."""
        self._clock = clock
        self._tokens: dict[str, str] = {}
        self._shown: dict[tuple[str, str], float] = {}

    def end_tokens(self) -> None:
        """As if WeCom had ended them before their time, which it says it may."""
        self._tokens.clear()

    def screen(self, person: str) -> list[str]:
        """All that a person got."""
        return self.screens.setdefault(person, [])

    def routes(self) -> list[web.RouteDef]:
        """All addresses."""
        return [
            web.get("/cgi-bin/gettoken", self._gettoken),
            web.get("/cgi-bin/agent/get", self.with_token(self._agent)),
            web.post("/cgi-bin/message/send", self.with_token(self._send)),
        ]

    async def _gettoken(self, request: web.Request) -> web.Response:
        self.tokens_fetched += 1
        if self.blocked_address:
            return answered(60020, f"not allow to access from your ip, hint: [1], from ip: {self.blocked_address}, more info at https://x")
        if request.query["corpid"] != CORPID:
            return answered(40013, "invalid corpid")
        if (secret := request.query["corpsecret"]) not in self.secrets:
            return answered(40001, "invalid credential")
        token = self._tokens.setdefault(secret, secrets.token_hex(40))
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200})

    def with_token(self, handler: Handler) -> Handler:
        """For who has a token, and writes JSON as WeCom reads it."""

        async def checked(request: web.Request) -> web.Response:
            if not request.query.get("access_token"):
                return answered(41001, "access_token missing")
            if request.query["access_token"] not in self._tokens.values():
                return answered(40014, "invalid access_token")
            if self.codes:
                return answered(self.codes.popleft(), "as told to")
            if _ESCAPED.search(await request.read()):
                return answered(40033, "invalid charset")
            response = await handler(request)
            if self.lost:
                self.lost -= 1
                assert request.transport is not None
                request.transport.close()
            return response

        return checked

    async def _agent(self, request: web.Request) -> web.Response:
        return answered(0, "ok") if request.query["agentid"] == AGENTID else answered(301002, "not allow operate another agent")

    async def _send(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if body["agentid"] != int(AGENTID):
            return answered(40056, "invalid agentid")
        if body["touser"] not in self.members:
            return answered(81013, "user & party & tag all invalid")
        text = body["text"]["content"].encode()[:MOST_TEXT_BYTES].decode(errors="ignore")  # silently, as WeCom does
        same = (body["touser"], text)
        if body.get("enable_duplicate_check") and self._shown.get(same, 0.0) > self._clock():
            return answered(0, "ok")
        self._shown[same] = self._clock() + body.get("duplicate_check_interval", 1800)
        self.sent.append(body)
        self.screen(body["touser"]).append(text)
        return answered(0, "ok")


def answered(code: int, said: str, **more: object) -> web.Response:
    """As WeCom answers, whatever happened."""
    return web.json_response({"errcode": code, "errmsg": said, **more})
