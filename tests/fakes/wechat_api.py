"""WeChat's API as an account's server meets it: tokens, customer-service messages with their quotas, typing, menus."""

from __future__ import annotations

import json
import re
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.Response]]
_ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}")
_MOST_TEXT_BYTES = 2048


@dataclass
class Window:
    """How many messages may still be sent to somebody, and until when."""

    left: int = 0
    until: float = 0.0


@dataclass
class Person:
    """Somebody with a phone."""

    follows: bool = True
    window: Window = field(default_factory=Window)
    screen: list[str] = field(default_factory=list)
    """Texts as they arrive, menu messages with their choices in lines `[id] content`."""


class WechatApi:
    """One account at api.weixin.qq.com."""

    def __init__(self, appid: str, secret: str, clock: Callable[[], float]) -> None:
        self.appid, self.secret, self._clock = appid, secret, clock
        self.people: dict[str, Person] = {}
        self.sent: list[dict[str, Any]] = []
        self.typing: list[str] = []
        self.menu: dict[str, Any] | None = None
        self.tokens_fetched = 0
        self.tokens_per_minute = 10_000
        self.lifetime = 7200
        self.has_rights = True
        self.takes_menu_messages = True
        self.blocked_address = ""
        """Where set, the server's address is not in the list of allowed ones."""
        self.codes: deque[int] = deque()
        """Error codes that the next calls of custom/send get."""
        self._tokens: dict[str, float] = {}
        self._current: tuple[str, float] | None = None
        self._fetches: deque[float] = deque()

    def routes(self) -> list[web.RouteDef]:
        """All addresses."""
        return [
            web.post("/cgi-bin/stable_token", self._stable_token),
            web.post("/cgi-bin/message/custom/send", self._with_token(self._send)),
            web.post("/cgi-bin/message/custom/typing", self._with_token(self._type)),
            web.post("/cgi-bin/menu/create", self._with_token(self._create_menu)),
            web.get("/cgi-bin/menu/get", self._with_token(self._get_menu)),
            web.get("/cgi-bin/menu/delete", self._with_token(self._delete_menu)),
        ]

    def end_tokens(self) -> None:
        """As if the secret had been used elsewhere with force_refresh."""
        self._tokens.clear()
        self._current = None

    def open_window(self, openid: str, number: int, seconds: float) -> None:
        """Somebody did something."""
        person = self.people.setdefault(openid, Person())
        person.window = Window(number, self._clock() + seconds)

    async def _stable_token(self, request: web.Request) -> web.Response:
        asked = await request.json()
        now = self._clock()
        while self._fetches and self._fetches[0] <= now - 60:
            self._fetches.popleft()
        self._fetches.append(now)
        self.tokens_fetched += 1
        if len(self._fetches) > self.tokens_per_minute:
            return _code(45011, "api minute-quota reach limit")
        if self.blocked_address:
            return _code(40164, f"invalid ip {self.blocked_address} ipv6 ::ffff:{self.blocked_address}, not in whitelist rid: 6")
        if asked["grant_type"] != "client_credential" or asked["appid"] != self.appid:
            return _code(40013, "invalid appid")
        if asked["secret"] != self.secret:
            return _code(40125, "invalid appsecret")
        if self._current is None or asked.get("force_refresh") or self._current[1] - 300 <= now:
            self._current = (secrets.token_hex(40), now + self.lifetime)
            # The one before works for five minutes more.
            self._tokens = {token: min(until, now + 300) for token, until in self._tokens.items()}
            self._tokens[self._current[0]] = self._current[1]
        return web.json_response({"access_token": self._current[0], "expires_in": int(self._current[1] - now)})

    def _with_token(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.Response:
            token = request.query.get("access_token", "")
            if not token:
                return _code(41001, "access_token missing")
            if token not in self._tokens:
                return _code(40001, "invalid credential, access_token is invalid or not latest")
            if self._tokens[token] <= self._clock():
                return _code(42001, "access_token expired")
            if _ESCAPED.search(await request.read()):
                return _code(40033, "invalid charset. please check your request, if include \\uxxxx will create fail")
            return await handler(request)

        return checked

    async def _send(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if self.codes:
            return _code(self.codes.popleft(), "as told to")
        if code := self._refusal(body):
            return _code(code, "refused")
        person = self.people[body["touser"]]
        person.window.left -= 1
        person.screen.append(_shown(body))
        self.sent.append(body)
        return _code(0, "ok")

    def _refusal(self, body: Mapping[str, Any]) -> int:
        person = self.people.get(body["touser"])
        if not self.has_rights:
            return 48001
        if person is None:
            return 40003
        if body["msgtype"] not in ("text", "msgmenu") or (body["msgtype"] == "msgmenu" and not self.takes_menu_messages):
            return 40008
        if len(_shown(body).encode()) > _MOST_TEXT_BYTES:
            return 45002
        if not person.follows or person.window.until <= self._clock():
            return 45015
        return 0 if person.window.left > 0 else 45047

    async def _type(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        if not self.has_rights:
            return _code(48001, "api unauthorized")
        if body["touser"] not in self.people:
            return _code(40003, "invalid openid")
        if body["command"] == "Typing" and body["touser"] in self.typing:
            return _code(45081, "already typing")
        self.typing.append(body["touser"])
        return _code(0, "ok")

    async def _create_menu(self, request: web.Request) -> web.Response:
        menu = json.loads(await request.read())
        if not 1 <= len(menu["button"]) <= 3:
            return _code(40016, "invalid button size")
        if any(len(button["name"].encode()) > 16 for button in menu["button"]):
            return _code(40018, "invalid button name size")
        self.menu = menu
        return _code(0, "ok")

    async def _get_menu(self, request: web.Request) -> web.Response:
        return _code(46003, "menu no exist") if self.menu is None else web.json_response({"menu": self.menu})

    async def _delete_menu(self, request: web.Request) -> web.Response:
        self.menu = None
        return _code(0, "ok")


def _shown(body: Mapping[str, Any]) -> str:
    if body["msgtype"] == "text":
        return str(body["text"]["content"])
    menu = body["msgmenu"]
    return "\n".join([menu["head_content"], *(f"[{each['id']}] {each['content']}" for each in menu["list"]), menu["tail_content"]]).rstrip()


def _code(code: int, said: str) -> web.Response:
    return web.json_response({"errcode": code, "errmsg": said})
