"""JSON from the provider's server, and no more of it than is sensible."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from desk.oidc.errors import ProviderUnavailable

MOST_BYTES = 256 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=8, connect=4)


async def fetch_json(
    method: str, url: str, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and object that come back. Redirects are not followed: each address was named by the provider itself.

    Raises ProviderUnavailable where it cannot be reached, has trouble of its own, or sends no object.
    """
    # People sign in seldom: nothing is kept open between them.
    try:
        async with (
            aiohttp.ClientSession(timeout=_TIMEOUT, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False) as session,
            session.request(
                method, url, data=data, headers={"Accept": "application/json", **(headers or {})}, allow_redirects=False
            ) as answer,
        ):
            if answer.status >= 500 or answer.status in (408, 429):
                raise ProviderUnavailable(f"status {answer.status}")
            body = await _read(answer.content)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise ProviderUnavailable(type(error).__name__) from error
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProviderUnavailable(f"no JSON, status {answer.status}") from error
    if not isinstance(value, dict):
        raise ProviderUnavailable("no JSON object")
    return answer.status, value


async def _read(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for piece in content.iter_chunked(16 * 1024):
        body += piece
        if len(body) > MOST_BYTES:
            raise ProviderUnavailable(f"more than {MOST_BYTES} bytes")
    return bytes(body)
