"""微信客服 as a real HTTP server: call-backs that say that there is something, pages to be fetched, sessions, messages with quotas."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.wecom_api import CORPID, answered
from tests.fakes.wecom_server import FakeWecom, Heard

KF_SECRET = "s3cret-Of_kefu-0123456789abcdefghijklmnopqr"
KF_TOKEN = "kf7Token"
KF_AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
ACCOUNT = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
_HOURS_48 = 48 * 3600


@dataclass
class Session:
    """Of one enquirer."""

    state: int = 4
    left: int = 0
    until: float = 0.0
    code: str = ""
    code_until: float = 0.0


@dataclass
class _Talk:
    items: list[dict[str, Any]] = field(default_factory=list)
    tokens: dict[str, float] = field(default_factory=dict)


class FakeWecomKf(FakeWecom):
    """One account, and any number of people in WeChat."""

    token, aes_key = KF_TOKEN, KF_AES_KEY

    def __init__(self, *, page: int = 1000, patience: float = 5.0, clock: Callable[[], float] = time.time) -> None:
        """`page`: messages that one answer holds at most."""
        super().__init__(patience=patience, clock=clock)
        self.secrets = {KF_SECRET}
        self.page = page
        self.sessions: dict[str, Session] = {}
        self.synced: list[dict[str, Any]] = []
        """All that was asked of sync_msg."""
        self.claimed: list[str] = []
        self.accounts = [{"open_kfid": ACCOUNT, "name": "搬迁咨询"}]
        self.refuses_to_sync = 0
        self._talk = _Talk()
        self._message_ids: set[str] = set()

    def environment(self, **others: str) -> dict[str, str]:
        """The settings of a service for 微信客服."""
        own = {"WECOM_CORPID": CORPID, "WECOM_KF_SECRET": KF_SECRET, "WECOM_KF_TOKEN": KF_TOKEN, "WECOM_KF_AES_KEY": KF_AES_KEY}
        return {**own, "WECOM_API_BASE": self.url, **others}

    def routes(self) -> list[web.RouteDef]:
        """All addresses."""
        own = {
            "account/list": self._accounts,
            "sync_msg": self._sync,
            "send_msg": self._say,
            "send_msg_on_event": self._greet,
            "service_state/get": self._state,
            "service_state/trans": self._trans,
        }
        return [*super().routes(), *(web.post(f"/cgi-bin/kf/{path}", self.with_token(handler)) for path, handler in own.items())]

    # What people do.

    async def write(self, person: str, text: str, *, tells: bool = True, at: float | None = None) -> Heard | None:
        """A person writes; with `tells` the service is called."""
        return await self.put(person, {"msgtype": "text", "text": {"content": text}}, tells=tells, at=at)

    async def tap(self, person: str, number: str) -> None:
        """A person taps a choice of the last menu."""
        shown = next(text for text in reversed(self.screen(person)) if f"[{number}] " in text)
        title = shown.split(f"[{number}] ")[1].split("\n")[0]
        await self.put(person, {"msgtype": "text", "text": {"content": title, "menu_id": number}})

    async def put(self, person: str, content: dict[str, Any], *, tells: bool = True, at: float | None = None) -> Heard | None:
        """Any message of a person."""
        session = self.sessions.setdefault(person, Session())
        session.state = 0 if session.state == 4 else session.state
        session.left, session.until = 5, self._clock() + _HOURS_48
        self._append({"external_userid": person, "origin": 3, **content}, at)
        return await self.call() if tells else None

    async def enter(self, person: str, scene: str = "") -> None:
        """A person opens the talk."""
        session = self.sessions.setdefault(person, Session())
        event = {"event_type": "enter_session", "open_kfid": ACCOUNT, "external_userid": person, "scene_param": scene}
        if session.until <= self._clock():
            session.code, session.code_until = secrets.token_hex(8), self._clock() + 20
            event["welcome_code"] = session.code
        self._append({"origin": 4, "msgtype": "event", "event": event})
        await self.call()

    def take_over(self, person: str, state: int, *, tells: bool = True) -> None:
        """A colleague in WeCom takes or ends the session."""
        self.sessions[person].state = state
        event = {"event_type": "session_status_change", "open_kfid": ACCOUNT, "external_userid": person, "change_type": 1}
        if tells:
            self._append({"origin": 4, "msgtype": "event", "event": event})

    def fail(self, person: str, reason: int) -> None:
        """A message did not arrive after all."""
        event = {"event_type": "msg_send_fail", "open_kfid": ACCOUNT, "external_userid": person, "fail_msgid": "m", "fail_type": reason}
        self._append({"origin": 4, "msgtype": "event", "event": event})

    async def call(self) -> Heard:
        """Tell the service that there is something."""
        self._talk.tokens[token := secrets.token_hex(8)] = self._clock() + 600
        common = {"ToUserName": CORPID, "FromUserName": "sys", "CreateTime": str(int(self._clock()))}
        return await self.post({**common, "MsgType": "event", "Event": "kf_msg_or_event", "Token": token, "OpenKfId": ACCOUNT})

    def _append(self, item: dict[str, Any], at: float | None = None) -> None:
        sent = int(self._clock() if at is None else at)
        self._talk.items.append({"msgid": f"m{len(self._talk.items)}", "open_kfid": ACCOUNT, "send_time": sent, **item})

    # Its API.

    async def _accounts(self, request: web.Request) -> web.Response:
        return answered(0, "ok", account_list=self.accounts)

    async def _sync(self, request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        self.synced.append(asked)
        if asked["open_kfid"] != ACCOUNT:
            return answered(95000, "invalid open_kfid")
        if self.refuses_to_sync:
            self.refuses_to_sync -= 1
            return answered(-1, "system busy")
        if "token" in asked and self._talk.tokens.get(asked["token"], 0.0) <= self._clock():
            return answered(95007, "invalid msg token")
        start = int(asked.get("cursor", "c0").removeprefix("c"))
        end = min(len(self._talk.items), start + min(self.page, asked["limit"]))
        has_more = int(end < len(self._talk.items))
        return answered(0, "ok", next_cursor=f"c{end}", has_more=has_more, msg_list=self._talk.items[start:end])

    async def _say(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        session = self.sessions.get(body["touser"])
        if body["open_kfid"] != ACCOUNT:
            return answered(95000, "invalid open_kfid")
        if session is None or session.state not in (0, 1):
            return answered(95018, "send msg session status invalid")
        if session.until <= self._clock() or session.left <= 0:
            return answered(95001, "send msg count limit")
        assert len(body["msgid"]) <= 32
        if body["msgid"] in self._message_ids:
            return answered(0, "ok", msgid=body["msgid"])
        self._message_ids.add(body["msgid"])
        session.left -= 1
        return self._show(body["touser"], body)

    async def _greet(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        for person, session in self.sessions.items():
            if session.code == body["code"] and session.code_until > self._clock():
                session.code = ""
                return self._show(person, body)
        return answered(95014, "invalid code")

    def _show(self, person: str, body: dict[str, Any]) -> web.Response:
        if body["msgtype"] == "text":
            shown = body["text"]["content"]
            assert 0 < len(shown.encode()) <= 2048
        else:
            menu = body["msgmenu"]
            assert len(menu["head_content"].encode()) <= 1024
            assert 0 < len(menu["list"]) <= 10
            assert all(len(each["click"]["content"].encode()) <= 128 for each in menu["list"])
            shown = "\n".join([menu["head_content"], *(f"[{each['click']['id']}] {each['click']['content']}" for each in menu["list"])])
        self.sent.append(body)
        self.screen(person).append(shown)
        return answered(0, "ok", msgid=body.get("msgid", "m"))

    async def _state(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        return answered(0, "ok", service_state=self.sessions.get(body["external_userid"], Session()).state)

    async def _trans(self, request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        session = self.sessions[body["external_userid"]]
        if session.state not in (0, 1):
            return answered(95016, "session status cannot be changed so")
        session.state = body["service_state"]
        self.claimed.append(body["external_userid"])
        return answered(0, "ok")
