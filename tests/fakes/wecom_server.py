"""WeCom as a real HTTP server: its API, and its other side, which signs, encrypts and posts what people do, waits and tries again."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar
from xml.etree import ElementTree as ET

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.wechat_seal import seal, sign, unseal
from tests.fakes.wecom_api import AGENTID, CORPID, MOST_TEXT_BYTES, SECRET, WecomApi

TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
T = TypeVar("T", bound="FakeWecom")


@dataclass(frozen=True)
class Heard:
    """What came of something that a person did."""

    text: str | None
    """The passive reply; None where there was none."""
    attempts: int
    error: str


class FakeWecom(WecomApi):
    """One organisation with one application. `async with` it; set `callback` to the address of the service."""

    token, aes_key = TOKEN, AES_KEY

    def __init__(
        self, *, patience: float = 5.0, retries: int = 3, repeats_nonce: bool = True, clock: Callable[[], float] = time.time
    ) -> None:
        """`patience`: seconds that WeCom waits."""
        super().__init__(clock)
        self.patience, self.retries, self.repeats_nonce = patience, retries, repeats_nonce
        self.callback = ""
        self._numbers = itertools.count(6 * 10**18 + secrets.randbelow(10**17))
        application = web.Application()
        application.router.add_routes(self.routes())
        self.server = TestServer(application)

    async def __aenter__(self: T) -> T:
        await self.server.start_server()
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._session.close()
        await self.server.close()

    @property
    def url(self) -> str:
        """For WECOM_API_BASE."""
        return str(self.server.make_url("")).rstrip("/")

    def environment(self, **others: str) -> dict[str, str]:
        """The settings of a service for this application."""
        own = {"WECOM_CORPID": CORPID, "WECOM_AGENTID": AGENTID, "WECOM_SECRET": SECRET, "WECOM_TOKEN": TOKEN, "WECOM_AES_KEY": AES_KEY}
        return {**own, "WECOM_API_BASE": self.url, **others}

    async def say(self, person: str, text: str) -> Heard:
        """A member writes."""
        return await self.act(person, {"MsgType": "text", "Content": text, "MsgId": str(next(self._numbers))})

    async def event(self, person: str, event: str, key: str = "") -> Heard:
        """Any event."""
        return await self.act(person, {"MsgType": "event", "Event": event, "EventKey": key})

    async def act(self, person: str, fields: Mapping[str, str]) -> Heard:
        """Post it, wait, and post it again as often as WeCom does."""
        common = {"ToUserName": CORPID, "FromUserName": person, "CreateTime": str(int(self._clock()))}
        return await self.post({**common, **fields, "AgentID": AGENTID})

    async def post(self, message: Mapping[str, str]) -> Heard:
        """The same with all fields as they are."""
        stamp, error = self._stamp(), "never asked"
        for attempt in range(1, self.retries + 2):
            query, body = self.request(message, stamp if self.repeats_nonce else self._stamp())
            try:
                patience = aiohttp.ClientTimeout(total=self.patience)
                async with self._session.post(self.callback, params=query, data=body, timeout=patience) as response:
                    status, said = response.status, await response.text()
            except (aiohttp.ClientError, asyncio.TimeoutError) as failed:
                error = type(failed).__name__
                continue
            if status != 200:
                error = f"HTTP {status}"
                continue
            text = self._read_reply(said, message["FromUserName"]) if said else None
            if text is not None:
                self.screen(message["FromUserName"]).append(text)
            return Heard(text, attempt, "")
        return Heard(None, self.retries + 1, error)

    def request(self, message: Mapping[str, str], stamp: tuple[str, str] | None = None) -> tuple[dict[str, str], bytes]:
        """Query and body of a call-back."""
        secret = seal(_write(message), self.aes_key, CORPID)
        outer = {"ToUserName": CORPID, "AgentID": message.get("AgentID", ""), "Encrypt": secret}
        return self.signed(secret, stamp), _write(outer).encode()

    def signed(self, secret: str, stamp: tuple[str, str] | None = None) -> dict[str, str]:
        """The query for something encrypted."""
        timestamp, nonce = stamp or self._stamp()
        return {"msg_signature": sign(self.token, timestamp, nonce, secret), "timestamp": timestamp, "nonce": nonce}

    def _stamp(self) -> tuple[str, str]:
        return str(int(self._clock())), str(secrets.randbelow(10**9))

    def _read_reply(self, said: str, person: str) -> str:
        outer = {child.tag: child.text or "" for child in ET.fromstring(said)}
        assert outer["MsgSignature"] == sign(self.token, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"]), "wrong signature"
        fields = {child.tag: child.text or "" for child in ET.fromstring(unseal(outer["Encrypt"], self.aes_key, CORPID))}
        assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == (person, CORPID, "text"), "not swapped"
        assert fields["CreateTime"].isdigit()
        assert 0 < len(fields["Content"].encode()) <= MOST_TEXT_BYTES, "empty or too long"
        return fields["Content"]


def _write(fields: Mapping[str, str]) -> str:
    root = ET.Element("xml")
    for name, value in fields.items():
        ET.SubElement(root, name).text = value
    return ET.tostring(root, encoding="unicode")
