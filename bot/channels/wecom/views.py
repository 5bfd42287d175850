"""WeCom's handlers: read within limits, verify, one turn, acknowledge."""

from __future__ import annotations

from aiohttp import web

from bot.channels.contract import Refused
from bot.channels.tencent.request import read_body, read_query, refusal, verification
from bot.channels.wecom.channel import WecomChannel
from bot.http.middlewares import REQUEST_ID
from bot.keys import EXCHANGE, LOGGER

WECOM = web.AppKey("wecom", WecomChannel)


async def verify(request: web.Request) -> web.Response:
    """GET /wecom: the console asks whether this address is ours."""
    return verification(request, request.app[WECOM].verify, "wecom")


async def take(request: web.Request) -> web.Response:
    """POST /wecom: a message or an event."""
    channel = request.app[WECOM]
    try:
        query = read_query(request)
        received = channel.receive(query, await read_body(request))
        return channel.acknowledge(received, await request.app[EXCHANGE].take(channel, received))
    except Refused as refused:
        return refusal(request, refused, "wecom")
    except Exception:
        request.app[LOGGER].exception("wecom_failed", request_id=request.get(REQUEST_ID))
        return web.Response()
