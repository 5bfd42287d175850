"""A WeCom application as a channel."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from actions.settings import SettingError
from bot.channels.contract import Limits, Outgoing, Received, Refused
from bot.channels.tencent.envelope import Envelope
from bot.channels.tencent.xml import Malformed, write_xml
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.schema import MOST_CHOICES, NAME, TEXT_BYTES, read_received, write_push, write_reply
from bot.channels.wecom.settings import WecomSettings, faults


class WecomChannel:
    """See `bot.channels.contract.Channel`."""

    def __init__(self, settings: WecomSettings, client: WecomClient, clock: Callable[[], float] = time.time) -> None:
        """Raises SettingError, with everything that is wrong with the settings. `clock`: seconds since 1970."""
        if found := faults(settings):
            raise SettingError("; ".join(found))
        self._settings = settings
        self._client = client
        self._clock = clock
        self._envelope = Envelope(settings.token, settings.aes_key, settings.corpid, clock)

    @property
    def name(self) -> str:
        """As it stands in conversations, figures and logs."""
        return NAME

    @property
    def limits(self) -> Limits:
        """Members may be written to at any time.

        WeCom drops silently what is over 30 a minute for one of them (发送应用消息, 频率限制). An answer that is ready in time goes with
        the request, and is none of these.
        """
        at_any_time = (1_000_000, timedelta(days=3650))
        return Limits(TEXT_BYTES, MOST_CHOICES, self._settings.answer_seconds, at_any_time, at_any_time)

    def verify(self, query: dict[str, str]) -> str:
        """What to answer a verification of the address with, within a second. Raises Refused."""
        return self._envelope.echo(query)

    def receive(self, query: dict[str, str], body: bytes) -> Received:
        """Verify, decrypt and parse. Raises Refused."""
        try:
            return read_received(self._envelope.open(query, body), self._settings.corpid, self._settings.agentid)
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from None

    def acknowledge(self, received: Received, answer: Outgoing | None) -> web.Response:
        """Nothing at all ends WeCom's retries and shows nothing; an answer ends them too."""
        if answer is None or not answer.text.strip():
            return web.Response()
        document = write_xml(write_reply(answer, int(self._clock())))
        return web.Response(text=self._envelope.seal(document), content_type="application/xml")

    async def send(self, outgoing: Outgoing) -> None:
        """Raises Unsendable."""
        await self._client.send(write_push(outgoing, self._settings.agentid))


def open_wecom(settings: WecomSettings, session: aiohttp.ClientSession, data_dir: Path) -> WecomChannel:
    """The channel of an application. Raises SettingError."""
    return WecomChannel(settings, WecomClient(settings.api_base, settings.corpid, settings.secret, session, data_dir))
