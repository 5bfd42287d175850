"""微信客服 as a channel: call-backs say that there is something, messages are fetched, and answers are always sent."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from actions.settings import SettingError
from bot.channels.contract import Kind, Limits, Outgoing, Received, Refused, Unsendable
from bot.channels.tencent.envelope import Envelope
from bot.channels.tencent.xml import Malformed
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.errors import NOT_IN_THIS_STATE
from bot.channels.wecom.schema import MOST_CHOICES
from bot.channels.wecom_kf.client import Page, WecomKfClient
from bot.channels.wecom_kf.schema import NAME, TEXT_BYTES, read_changed, read_entered, read_message, read_notice, write_message
from bot.channels.wecom_kf.sessions import Sessions
from bot.channels.wecom_kf.settings import WecomKfSettings, faults

_GREET_WITHIN = timedelta(seconds=20)
_WINDOW = timedelta(hours=48)
_FIRST_LOOK = timedelta(minutes=10)
"""Without a cursor the last three days come: what was asked before the service was switched on is not answered days later."""
_MOST_GREETED = 1000


class WecomKfChannel:
    """See `bot.channels.contract.Channel`."""

    def __init__(self, settings: WecomKfSettings, client: WecomKfClient, clock: Callable[[], float] = time.time) -> None:
        """Raises SettingError, with everything that is wrong with the settings. `clock`: seconds since 1970."""
        if found := faults(settings):
            raise SettingError("; ".join(found))
        self._client = client
        self._clock = clock
        self._envelope = Envelope(settings.token, settings.aes_key, settings.corpid, clock)
        self._sessions = Sessions(client, clock)
        self._codes: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    @property
    def name(self) -> str:
        """As it stands in conversations, figures and logs."""
        return NAME

    @property
    def limits(self) -> Limits:
        """发送消息: five in 48 hours after a message of theirs; 事件响应消息: one within 20 seconds after they have opened the talk."""
        return Limits(TEXT_BYTES, MOST_CHOICES, 0.0, (5, _WINDOW), (1, _GREET_WITHIN))

    def verify(self, query: dict[str, str]) -> str:
        """What to answer a verification of the address with, within a second. Raises Refused."""
        return self._envelope.echo(query)

    def receive(self, query: dict[str, str], body: bytes) -> Received:
        """A call-back, which wants no answer: from which `account` there is something to be fetched, with what token (`key`).

        Raises Refused.
        """
        try:
            return read_notice(self._envelope.open(query, body))
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from None

    def acknowledge(self, received: Received, answer: Outgoing | None) -> web.Response:
        """Nothing at all: this platform takes no answer with its requests."""
        return web.Response()

    async def fetch(self, account: str, cursor: str, token: str) -> Page:
        """See `WecomKfClient.sync`. Raises Unsendable."""
        return await self._client.sync(account, cursor, token)

    def read(self, account: str, items: Iterable[Mapping[str, Any]], *, is_first: bool) -> tuple[Received, ...]:
        """What of a page wants an answer. `is_first`: it was fetched without a cursor."""
        oldest = self._now() - (_FIRST_LOOK if is_first else _WINDOW)
        wanted = (one for one in self._read(account, items) if one.kind is not Kind.NOTHING)
        return tuple(one for one in wanted if one.at is None or one.at >= oldest)

    async def send(self, outgoing: Outgoing) -> None:
        """Raises Unsendable. What is said first to somebody who has just opened the talk is their greeting."""
        account, person, message = outgoing.account, outgoing.person, write_message(outgoing)
        code, until = self._codes.pop((account, person), ("", 0.0))
        if code and self._clock() < until:
            await self._client.greet(code, message)
            return
        await self._sessions.hold(account, person)
        try:
            await self._client.say(account, person, message)
        except Unsendable as error:
            if error.code != NOT_IN_THIS_STATE:
                raise
            self._sessions.forget(account, person)
            await self._sessions.hold(account, person)  # a new session may have begun, which is nobody's yet
            await self._client.say(account, person, message)

    def _read(self, account: str, items: Iterable[Mapping[str, Any]]) -> Iterator[Received]:
        for item in items:
            if received := read_message(account, item):
                self._codes.pop((account, received.person), None)  # who writes may be answered without
                yield received
            elif entered := read_entered(account, item):
                until = entered[1].at or self._now()
                self._codes[account, entered[0].person] = (entered[0].code, (until + _GREET_WITHIN).timestamp())
                while len(self._codes) > _MOST_GREETED:
                    self._codes.popitem(last=False)
                if until + _GREET_WITHIN > self._now():
                    yield entered[1]
            elif person := read_changed(account, item):
                self._sessions.forget(account, person)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), tz=timezone.utc)


def open_wecom_kf(settings: WecomKfSettings, session: aiohttp.ClientSession, data_dir: Path) -> WecomKfChannel:
    """The channel of all accounts of an organisation. Raises SettingError."""
    api = WecomClient(settings.api_base, settings.corpid, settings.secret, session, data_dir)
    return WecomKfChannel(settings, WecomKfClient(api))
