"""What is wrong with the settings of a WeCom application, in words: their form, the way in, the way out, the rights."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp

from bot.channels.contract import Unsendable
from bot.channels.finding import Finding, Weight
from bot.channels.tencent.crypto import MessageCipher, is_key, signature
from bot.channels.wecom.client import WecomClient
from bot.channels.wecom.schema import NAME
from bot.channels.wecom.settings import PATH, faults
from bot.settings import Settings

_PATIENCE = aiohttp.ClientTimeout(total=5)


async def check(settings: Settings) -> tuple[Finding, ...]:
    """Everything found, the most basic first. Calls WeCom, and our own address as WeCom would."""
    wecom = settings.wecom
    if not wecom.is_on:
        return (Finding(NAME, Weight.HINT, "WECOM_CORPID or the application's settings are empty: this channel is off"),)
    wrong = faults(wecom)
    found = [Finding(NAME, Weight.FAULT, text) for text in wrong]
    async with aiohttp.ClientSession() as session:
        knock = Knock(session, NAME, "WECOM", wecom.corpid, wecom.token, wecom.aes_key)
        found += [finding async for finding in knock.at(settings.tickets.public_url, PATH)]
        if not wrong:
            client = WecomClient(wecom.api_base, wecom.corpid, wecom.secret, session, settings.data_dir)
            found += [finding async for finding in _way_out(client, wecom.api_base, wecom.agentid)]
    return tuple(found)


async def _way_out(client: WecomClient, api_base: str, agentid: str) -> AsyncIterator[Finding]:
    try:
        await client.fetch_token()
        yield Finding(NAME, Weight.GOOD, f"{api_base} gives access tokens")
        await client.call("agent/get", agentid=agentid)  # 获取应用 (path 90227): the Secret and the AgentId belong together
        yield Finding(NAME, Weight.GOOD, "the application may send messages")
    except Unsendable as error:
        yield Finding(NAME, Weight.FAULT, f"{api_base} refuses the application: {error.reason} ({error.code})")


class Knock:
    """Asks an address of ours what WeCom's console will ask it."""

    def __init__(self, session: aiohttp.ClientSession, channel: str, prefix: str, corpid: str, token: str, aes_key: str) -> None:
        """`prefix`: of the settings' names."""
        self._session = session
        self._channel = channel
        self._prefix = prefix
        self._corpid = corpid
        self._token = token
        self._aes_key = aes_key

    async def at(self, public_url: str, path: str) -> AsyncIterator[Finding]:
        """What is found; nothing where the settings do not suffice for asking, which is told elsewhere."""
        if not public_url:
            yield self._fault(f"PUBLIC_URL is empty: the console's URL is PUBLIC_URL{path}")
        elif self._token and is_key(self._aes_key) and urlsplit(public_url).hostname:
            yield await self._ask(f"{public_url}{path}")

    async def _ask(self, address: str) -> Finding:
        timestamp, nonce, echo = str(int(time.time())), secrets.token_hex(5), secrets.token_hex(8)
        secret = MessageCipher(self._aes_key, self._corpid).encrypt(echo)
        query = {"timestamp": timestamp, "nonce": nonce, "echostr": secret}
        query["msg_signature"] = signature(self._token, timestamp, nonce, secret)
        try:
            async with self._session.get(address, params=query, timeout=_PATIENCE, allow_redirects=False) as response:
                status, said = response.status, await response.content.read(200)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            reason = type(error).__name__
            return self._fault(f"{address} cannot be reached from this machine ({reason}): is the service running, and its proxy?")
        match status:
            case 200 if said == echo.encode():
                return Finding(self._channel, Weight.GOOD, f"{address} answers as the console expects")
            case 400:
                return self._fault(f"{address} cannot decrypt: the running service has another {self._prefix}_AES_KEY or WECOM_CORPID")
            case 403:
                return self._fault(f"{address} refuses our signature: it has another {self._prefix}_TOKEN, or its clock is wrong")
            case 404:
                return self._fault(f"{address} is not known there: the running service has this off, or another service answers")
            case _:
                return self._fault(f"{address} answers HTTP {status} and not what it was asked for: something stands before the service")

    def _fault(self, text: str) -> Finding:
        return Finding(self._channel, Weight.FAULT, text)
