"""What Tencent's APIs answer: HTTP 200 and JSON whatever happened; only the code in it says whether it went well."""

from __future__ import annotations

import json
from typing import Any

import aiohttp

from bot.channels.contract import TryAgain

MOST_BYTES = 256 * 1024
"""More than the largest menu."""


async def read_answer(response: aiohttp.ClientResponse, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The JSON object. Raises TryAgain where there is none: then something stands between the platform and us, or it is out of order."""
    if response.status != 200:
        raise TryAgain(response.status, f"HTTP {response.status} instead of an answer")
    body = bytearray()
    async for chunk in response.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > most_bytes:
            raise TryAgain(response.status, "the answer is too large")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise TryAgain(response.status, "the answer is no JSON object")
    return answer


def code_of(answer: dict[str, Any]) -> int:
    """`errcode`, 0 where all went well (some answers leave it out then)."""
    code = answer.get("errcode", 0)
    return code if isinstance(code, int) else -1
