"""A WeChat Official Account as a channel."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from actions.settings import SettingError
from bot.channels.contract import Limits, Outgoing, Received, Refused, WindowClosed
from bot.channels.tencent.crypto import MessageCipher, Undecipherable, is_signed, signature
from bot.channels.tencent.fields import read_fields
from bot.channels.tencent.freshness import Freshness
from bot.channels.tencent.xml import Malformed, write_xml
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.schema import MOST_CHOICES, NAME, TEXT_BYTES, read_received, write_pushes, write_reply
from bot.channels.wechat.settings import Mode, WechatSettings, faults

_ECHO = re.compile(r"[A-Za-z0-9_+/=-]{1,256}")
_NONE_BY_ITSELF = (0, timedelta(0))


class WechatChannel:
    """See `bot.channels.contract.Channel`."""

    def __init__(self, settings: WechatSettings, client: WechatClient, clock: Callable[[], float] = time.time) -> None:
        """Raises SettingError, with everything that is wrong with the settings. `clock`: seconds since 1970."""
        if found := faults(settings):
            raise SettingError("; ".join(found))
        self._settings = settings
        self._client = client
        self._clock = clock
        self._cipher = None if settings.mode is Mode.PLAIN else MessageCipher(settings.aes_key, settings.appid)
        self._showing: set[asyncio.Task[None]] = set()
        self._freshness = Freshness(settings.clock_skew_seconds, clock)

    @property
    def name(self) -> str:
        """As it stands in conversations, figures and logs."""
        return NAME

    @property
    def limits(self) -> Limits:
        """WeChat, 客服接口-发消息: five in 48 hours after a message of theirs, three in a minute after a tap, a scan or a follow."""
        pushes = self._settings.can_push
        return Limits(
            text_bytes=TEXT_BYTES,
            choices=MOST_CHOICES,
            answer_seconds=self._settings.answer_seconds,
            after_message=(5, timedelta(hours=48)) if pushes else _NONE_BY_ITSELF,
            after_tap=(3, timedelta(minutes=1)) if pushes else _NONE_BY_ITSELF,
        )

    def verify(self, query: dict[str, str]) -> str:
        """The `echostr` to answer a verification of the address with; in an Official Account it is plain in every mode. Raises Refused."""
        self._check(query, "signature")
        if not _ECHO.fullmatch(echo := query.get("echostr", "")):
            raise Refused(400, "no echostr")
        return echo

    def receive(self, query: dict[str, str], body: bytes) -> Received:
        """Verify, decrypt and parse. Raises Refused.

        In safe and compatible mode only what is encrypted counts: `msg_signature` covers it, while `signature` covers no body at all.
        """
        try:
            if self._cipher is None:
                self._check(query, "signature")
                content = body
            else:
                secret = read_fields(body).get("Encrypt", "")
                self._check(query, "msg_signature", secret)
                content = self._cipher.decrypt(secret)
            received = read_received(read_fields(content))
        except Undecipherable:
            raise Refused(400, "cannot be decrypted with WECHAT_AES_KEY for WECHAT_APPID") from None
        except Malformed as error:
            raise Refused(400, f"malformed: {error}") from None
        # What was decrypted, as a retry may be encrypted anew.
        if self._freshness.is_replayed(query["timestamp"], query["nonce"], content):
            raise Refused(403, "timestamp and nonce were used before")
        return received

    def acknowledge(self, received: Received, answer: Outgoing | None) -> web.Response:
        """`success` ends WeChat's retries and shows nothing; an answer ends them too."""
        document = write_xml(write_reply(answer, int(self._clock()))) if answer is not None and answer.text.strip() else ""
        if not document:
            return web.Response(text="success")
        # Compatible mode takes either, and is for looking at what goes to and fro.
        if self._cipher is not None and self._settings.mode is Mode.SAFE:
            document = self._encrypted(self._cipher.encrypt(document))
        return web.Response(text=document, content_type="application/xml")

    async def send(self, outgoing: Outgoing) -> None:
        """Raises Unsendable; WindowClosed at once where the account has no right to customer-service messages."""
        if not self._settings.can_push:
            raise WindowClosed(0, "the account cannot send by itself (WECHAT_CAN_PUSH)")
        await self._client.push(write_pushes(outgoing))

    def show_typing(self, person: str) -> None:
        """Let a person see that their answer is being written; nobody waits for it, and where it cannot be shown nothing is lost."""
        if self._settings.can_push:
            showing = asyncio.create_task(self._client.typing(person))
            self._showing.add(showing)
            showing.add_done_callback(self._shown)

    def _shown(self, showing: asyncio.Task[None]) -> None:
        self._showing.discard(showing)
        if not showing.cancelled():
            showing.exception()  # looked at, so that asyncio does not tell of it

    def _check(self, query: dict[str, str], name: str, *signed: str) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        # First, so that what is refused takes the same time whether or not its timestamp is good.
        is_ours = is_signed(query.get(name, ""), self._settings.token, timestamp, nonce, *signed)
        if not self._freshness.is_timely(timestamp, nonce) or not is_ours:
            raise Refused(403, "wrong signature" if not is_ours else "timestamp too far off, or odd nonce")

    def _encrypted(self, secret: str) -> str:
        timestamp, nonce = str(int(self._clock())), secrets.token_hex(8)
        sealed = signature(self._settings.token, timestamp, nonce, secret)
        return write_xml({"Encrypt": secret, "MsgSignature": sealed, "TimeStamp": int(timestamp), "Nonce": nonce})


def open_wechat(settings: WechatSettings, session: aiohttp.ClientSession, data_dir: Path) -> WechatChannel:
    """The channel of an account. Raises SettingError."""
    return WechatChannel(settings, WechatClient(settings, session, data_dir))
