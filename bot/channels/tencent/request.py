"""A call-back's query and body, read within limits before anything looks at them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from bot.channels.contract import Refused
from bot.http.middlewares import REQUEST_ID
from bot.keys import LOGGER

MOST_BODY_BYTES = 64 * 1024
"""A text message of WeChat is some 2 kB, three times that in compatible mode."""
_PATIENCE_SECONDS = 5.0
"""The platform itself gives up after that long."""


def read_query(request: web.Request) -> dict[str, str]:
    """The query's values by their names. Raises Refused where a name comes twice."""
    if len(request.query) != len(set(request.query)):
        raise Refused(400, "a name twice in the query")
    return dict(request.query)


async def read_body(request: web.Request) -> bytes:
    """The body's bytes as they came. Raises Refused: too large, or too slow."""
    if (request.content_length or 0) > MOST_BODY_BYTES:
        raise Refused(413, "body too large")
    try:
        return await asyncio.wait_for(_read(request), _PATIENCE_SECONDS)
    except asyncio.TimeoutError as error:
        raise Refused(408, "body too slow") from error


async def _read(request: web.Request) -> bytes:
    body = bytearray()
    async for chunk in request.content.iter_chunked(16 * 1024):
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise Refused(413, "body too large")
    return bytes(body)


def refusal(request: web.Request, refused: Refused, channel: str) -> web.Response:
    """An empty answer with the status; only the reason is logged."""
    request.app[LOGGER].warning(f"{channel}_refused", request_id=request.get(REQUEST_ID), reason=refused.reason)
    return web.Response(status=refused.status)


def verification(request: web.Request, verify: Callable[[dict[str, str]], str], channel: str) -> web.Response:
    """The answer to a console that asks whether an address is ours: what `verify` makes of the query, and nothing else."""
    try:
        return web.Response(text=verify(read_query(request)))
    except Refused as refused:
        return refusal(request, refused, channel)
