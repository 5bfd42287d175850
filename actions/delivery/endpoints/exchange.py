"""One POST, and what came back.

Errors never carry an address: a robot's address is its secret. For the same reason foreign errors, which quote it, are not chained to ours.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from actions.delivery.endpoints.failure import told, wrong_address
from actions.delivery.guard import CONNECT_SECONDS
from actions.delivery.model import DeliveryFailed

TIMEOUT_SECONDS = 15.0
ANSWER_BYTES = 64 * 1024
"""So much of an answer is read, the rest is left."""

_SENDABLE = re.compile(r"https?://[!-~]+")
_HEADERS = {"Content-Type": "application/json", "User-Agent": "zhanjiang-relocation-assistant", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said."""

    status: int
    body: bytes
    """The beginning, at most as long as was asked for."""
    retry_after: str
    """The header as it came; empty if there was none."""


def read_address(address: str, who: str) -> URL:
    """The URL to call, exactly as written. Raises DeliveryFailed that disables if it cannot be one."""
    try:
        url = URL(address, encoded=True) if _SENDABLE.fullmatch(address) else URL()
        usable = bool(url.host) and url.port is not None
    except ValueError:
        usable = False
    if not usable:
        raise wrong_address(who)
    if url.raw_user is not None or url.raw_password is not None:
        raise DeliveryFailed(f"{who}的地址里不能带用户名和密码，请管理员更正后重新启用。", disables=True)
    return url


async def post(
    session: aiohttp.ClientSession,
    url: URL,
    body: bytes,
    headers: Mapping[str, str],
    *,
    who: str,
    timeout_seconds: float = TIMEOUT_SECONDS,
    answer_bytes: int = 0,
) -> Answer:
    """Send JSON once, following no redirect. Raises DeliveryFailed if no answer came; every status is an answer."""
    timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds))
    try:
        async with session.post(url, data=body, headers=_HEADERS | dict(headers), timeout=timeout, allow_redirects=False) as response:
            beginning = await _read(response.content, answer_bytes)
            return Answer(response.status, beginning, response.headers.get("Retry-After", ""))
    except (aiohttp.ClientError, OSError, asyncio.TimeoutError, ValueError, RuntimeError) as error:
        # ValueError: a host name that cannot be encoded. RuntimeError: uvloop's, and a session closed while we stop.
        failure = told(error, who)
    raise failure


async def _read(content: aiohttp.StreamReader, limit: int) -> bytes:
    beginning = bytearray()
    while len(beginning) < limit and (chunk := await content.read(limit - len(beginning))):
        beginning += chunk
    return bytes(beginning)
