"""One question to one of Tencent's APIs.

Addresses hold tokens and secrets in their query: nothing of an aiohttp exception may reach a log, so each is replaced by what is known
of it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.contract import TryAgain
from bot.channels.tencent.answer import MOST_BYTES, read_answer

_TIMEOUT = aiohttp.ClientTimeout(total=10)


async def ask(
    session: aiohttp.ClientSession,
    address: str,
    params: Mapping[str, str],
    body: Mapping[str, Any] | None,
    platform: str,
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """The JSON object that is answered; without a body it is asked by GET. Raises TryAgain, in which `platform` is named."""
    # Not json=: WeChat refuses \uXXXX (40033) or shows it as it stands.
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    asked = session.request(
        "GET" if data is None else "POST",
        address,
        params=params,
        data=data,
        headers={} if data is None else {"Content-Type": "application/json; charset=utf-8"},
        timeout=_TIMEOUT,
        allow_redirects=False,
    )
    try:
        async with asked as response:
            return await read_answer(response, most_bytes)
    except (aiohttp.ClientError, asyncio.TimeoutError):
        raise TryAgain(-1, f"{platform} cannot be reached") from None
