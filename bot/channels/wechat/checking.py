"""What is wrong with an Official Account's settings, in words: their form, the way in, the way out, the rights."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import aiohttp

from bot.channels.contract import NotPermitted, Unsendable
from bot.channels.finding import Finding, Weight
from bot.channels.tencent.crypto import signature
from bot.channels.wechat.client import WechatClient
from bot.channels.wechat.schema import NAME
from bot.channels.wechat.settings import PATH, Mode, WechatSettings, faults
from bot.settings import Settings

_NOBODY = "oNobodyNobodyNobodyNobodyNob"
"""An OpenID that nobody has: whether WeChat objects to it, or to our asking at all, tells whether we may send."""
_NO_RIGHT = 48001
_PATIENCE = aiohttp.ClientTimeout(total=5)


async def check(settings: Settings) -> tuple[Finding, ...]:
    """Everything found, the most basic first. Calls WeChat, and our own address as WeChat would."""
    wechat, public_url = settings.wechat, settings.tickets.public_url
    if not wechat.is_on:
        return (_note("WECHAT_APPID is empty: this channel is off"),)
    wrong = [_fault(text) for text in faults(wechat)]
    found = [*wrong, *_mode(wechat), *_address(public_url)]
    async with aiohttp.ClientSession() as session:
        if wechat.token and urlsplit(public_url).hostname:
            found.append(await _way_in(session, wechat, public_url))
        if not wrong:
            client = WechatClient(wechat, session, settings.data_dir)
            found += [finding async for finding in _way_out(client, wechat)]
    return tuple(found)


def _mode(wechat: WechatSettings) -> Iterator[Finding]:
    if wechat.mode is not Mode.SAFE:
        yield _note(f"WECHAT_MODE={wechat.mode.value} is for trials: set 安全模式 in the console and WECHAT_MODE=safe here")


def _address(public_url: str) -> Iterator[Finding]:
    if not public_url:
        yield _fault(f"PUBLIC_URL is empty: the console's URL is PUBLIC_URL{PATH}")
        return
    parts = urlsplit(public_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if port not in (80, 443):
        yield _fault(f"PUBLIC_URL has port {port}: WeChat calls ports 80 and 443 only")
    if parts.scheme != "https":
        yield _note("PUBLIC_URL is http: what people are told in links goes unprotected; use https")


async def _way_in(session: aiohttp.ClientSession, wechat: WechatSettings, public_url: str) -> Finding:
    """Ask our own address what the console will ask it."""
    address, timestamp, nonce, echo = f"{public_url}{PATH}", str(int(time.time())), secrets.token_hex(5), secrets.token_hex(8)
    query = {"signature": signature(wechat.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": echo}
    try:
        async with session.get(address, params=query, timeout=_PATIENCE, allow_redirects=False) as response:
            status, said = response.status, await response.content.read(200)
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
        return _fault(f"{address} cannot be reached from this machine ({type(error).__name__}): is the service running, and its proxy?")
    if status == 200 and said == echo.encode():
        return _good(f"{address} answers as the console expects")
    if status == 403:
        return _fault(f"{address} refuses our signature: the running service has another WECHAT_TOKEN, or its clock is wrong")
    if status == 404:
        return _fault(f"{address} is not known there: the running service has no WECHAT_APPID, or another service answers")
    return _fault(f"{address} answers HTTP {status} and not what it was asked for: something stands before the service")


async def _way_out(client: WechatClient, wechat: WechatSettings) -> AsyncIterator[Finding]:
    """Whether WeChat's API takes our settings, and what the account may."""
    try:
        await client.fetch_token()
    except Unsendable as error:
        yield _fault(f"no access token from {wechat.api_base}: {error.reason} ({error.code})")
        return
    yield _good(f"{wechat.api_base} gives access tokens")
    try:
        await client.typing(_NOBODY)
    except NotPermitted as error:
        if error.code != _NO_RIGHT:
            yield _fault(f"customer-service messages: {error.reason} ({error.code})")
        elif wechat.can_push:
            yield _fault("WECHAT_CAN_PUSH=yes, but the account has no right to customer-service messages (48001): verify it, or set no")
        else:
            yield _note("the account has no right to customer-service messages (48001): late answers wait for the next message")
        return
    except Unsendable:
        pass  # nobody has this OpenID; that WeChat says so means that we may ask
    if wechat.can_push:
        yield _good("the account may send customer-service messages")
    else:
        yield _note("WECHAT_CAN_PUSH=no, but the account seems to have the right: with yes, late answers need not wait")


def _good(text: str) -> Finding:
    return Finding(NAME, Weight.GOOD, text)


def _note(text: str) -> Finding:
    return Finding(NAME, Weight.HINT, text)


def _fault(text: str) -> Finding:
    return Finding(NAME, Weight.FAULT, text)
