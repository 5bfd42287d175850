"""WeChat as a real HTTP server: its API, and its other side, which signs, encrypts and posts what people do, waits and tries again."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Literal
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.wechat_api import Person, WechatApi
from tests.fakes.wechat_seal import seal, sign, unseal

APPID = "wxb11529c136998cb6"
SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "pamtest"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ACCOUNT = "gh_0123456789ab"
_LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]+)&msgmenuid=([^"]+)">')
_MENU_LINE = re.compile(r"^\[([^\]]+)\] (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Heard:
    """What came of something that a person did."""

    text: str | None
    """The passive reply; None where there was none."""
    attempts: int
    """How often the service was asked."""
    error: str
    """Where it is not empty the person sees 该公众号暂时无法提供服务，请稍后再试."""
    seconds: float
    """From the first attempt to the reply."""


class FakeWechat:
    """One account, and any number of people. `async with` it; set `callback` to the address of the service."""

    def __init__(
        self,
        mode: Literal["safe", "compatible", "plain"] = "safe",
        *,
        as_json: bool = False,
        patience: float = 5.0,
        retries: int = 3,
        repeats_nonce: bool = True,
        clock: Callable[[], float] = time.time,
        port: int = 0,
    ) -> None:
        """`patience`: seconds that WeChat waits. `repeats_nonce`: whether retries come with the same timestamp and nonce (undocumented)."""
        self.mode, self.as_json, self.patience, self.retries, self.repeats_nonce = mode, as_json, patience, retries, repeats_nonce
        self.callback = ""
        self.api = WechatApi(APPID, SECRET, clock)
        self._clock = clock
        # Ids are never used again, also where a service outlives this account.
        self._numbers = itertools.count(6 * 10**18 + secrets.randbelow(10**17))
        application = web.Application()
        application.router.add_routes(self.api.routes())
        self.server = TestServer(application, port=port)

    async def __aenter__(self) -> FakeWechat:
        await self.server.start_server()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._session.close()
        await self.server.close()

    @property
    def url(self) -> str:
        """For WECHAT_API_BASE."""
        return str(self.server.make_url("")).rstrip("/")

    def environment(self, api_base: str = "", **others: str) -> dict[str, str]:
        """The settings of a service for this account; `api_base` where the API is not up yet."""
        return {
            "WECHAT_APPID": APPID,
            "WECHAT_SECRET": SECRET,
            "WECHAT_TOKEN": TOKEN,
            "WECHAT_AES_KEY": AES_KEY,
            "WECHAT_MODE": self.mode,
            "WECHAT_API_BASE": api_base or self.url,
            "WECHAT_CAN_PUSH": "yes",
            **others,
        }

    def screen(self, openid: str) -> list[str]:
        """All that a person got, passive replies and messages, in order."""
        return self.api.people.setdefault(openid, Person()).screen

    async def say(self, openid: str, text: str, **more: str) -> Heard:
        """A person writes."""
        return await self.act(openid, {"MsgType": "text", "Content": text, "MsgId": str(next(self._numbers)), **more}, (5, 48 * 3600))

    async def tap(self, openid: str, number: str) -> Heard:
        """A person taps a choice in the last message that has it. Raises LookupError."""
        for shown in reversed(self.screen(openid)):
            choices = {**{id_: unquote(title) for title, id_ in _LINK.findall(shown)}, **dict(_MENU_LINE.findall(shown))}
            if number in choices:
                fields = {"MsgType": "text", "Content": choices[number], "bizmsgmenuid": number, "MsgId": str(next(self._numbers))}
                return await self.act(openid, fields, (3, 60))
        raise LookupError(number)

    async def follow(self, openid: str, scene: str = "") -> Heard:
        """A person follows the account, perhaps by a QR code."""
        self.api.people.setdefault(openid, Person()).follows = True
        return await self.event(openid, "subscribe", f"qrscene_{scene}" if scene else "", (3, 60))

    async def unfollow(self, openid: str) -> Heard:
        """A person leaves."""
        self.api.people.setdefault(openid, Person()).follows = False
        return await self.event(openid, "unsubscribe")

    async def scan(self, openid: str, scene: str) -> Heard:
        """A follower scans a QR code."""
        return await self.event(openid, "SCAN", scene, (3, 60))

    async def click(self, openid: str, key: str) -> Heard:
        """A person taps a button of the menu."""
        return await self.event(openid, "CLICK", key, (3, 60))

    async def event(self, openid: str, event: str, key: str = "", opens: tuple[int, float] | None = None) -> Heard:
        """Any event."""
        return await self.act(openid, {"MsgType": "event", "Event": event, "EventKey": key}, opens)

    async def act(self, openid: str, fields: Mapping[str, str], opens: tuple[int, float] | None = None) -> Heard:
        """Post it, wait, and post it again as often as WeChat does. `opens`: messages and seconds that it allows."""
        if opens:
            self.api.open_window(openid, *opens)
        message = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": str(int(self._clock())), **fields}
        started, stamp = time.monotonic(), self._stamp()
        error = "never asked"
        for attempt in range(1, self.retries + 2):
            try:
                query, body = self.request(message, stamp if self.repeats_nonce else self._stamp())
                patience = aiohttp.ClientTimeout(total=self.patience)
                async with self._session.post(self.callback, params=query, data=body, timeout=patience) as response:
                    status, said = response.status, await response.text()
            except (aiohttp.ClientError, asyncio.TimeoutError) as failed:
                error = type(failed).__name__
                continue
            if status != 200:
                error = f"HTTP {status}"
                continue
            try:
                text = self._read_reply(said, openid)
            except (AssertionError, ET.ParseError, KeyError, ValueError) as wrong:
                return Heard(None, attempt, f"{type(wrong).__name__}: {wrong}", time.monotonic() - started)
            if text is not None:
                self.screen(openid).append(text)
            return Heard(text, attempt, "", time.monotonic() - started)
        return Heard(None, self.retries + 1, error, time.monotonic() - started)

    def request(self, message: Mapping[str, str], stamp: tuple[str, str] | None = None) -> tuple[dict[str, str], bytes]:
        """Query and body of a push, as this account's console is set."""
        timestamp, nonce = stamp or self._stamp()
        query = {"signature": sign(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "openid": message["FromUserName"]}
        if self.mode == "plain":
            return query, self._write(message).encode()
        secret = seal(self._write(message), AES_KEY, APPID)
        query |= {"encrypt_type": "aes", "msg_signature": sign(TOKEN, timestamp, nonce, secret)}
        outer = {"ToUserName": ACCOUNT, "Encrypt": secret}
        return query, self._write(outer if self.mode == "safe" else {**message, **outer}).encode()

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock())), str(secrets.randbelow(10**9))

    def _write(self, fields: Mapping[str, str]) -> str:
        if self.as_json:
            return json.dumps({name: int(value) if name in ("CreateTime", "MsgId") else value for name, value in fields.items()})
        root = ET.Element("xml")
        for name, value in fields.items():
            ET.SubElement(root, name).text = value
        return ET.tostring(root, encoding="unicode")

    def _read_reply(self, said: str, openid: str) -> str | None:
        if said in ("", "success"):
            return None
        fields = {child.tag: child.text or "" for child in ET.fromstring(said)}
        if self.mode == "safe" or "Encrypt" in fields:
            assert fields["MsgSignature"] == sign(TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]), "wrong signature"
            fields = {child.tag: child.text or "" for child in ET.fromstring(unseal(fields["Encrypt"], AES_KEY, APPID))}
        assert (fields["ToUserName"], fields["FromUserName"]) == (openid, ACCOUNT), "not swapped"
        assert fields["MsgType"] == "text"
        assert fields["CreateTime"].isdigit()
        assert 0 < len(fields["Content"].encode()) <= 2048, "empty or too long"
        return fields["Content"]
