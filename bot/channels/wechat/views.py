"""WeChat's handlers: read within limits, verify, one turn, acknowledge."""

from __future__ import annotations

import time

from aiohttp import web

from bot.channels.contract import Refused
from bot.channels.tencent.request import read_body, read_query, refusal, verification
from bot.channels.wechat.channel import WechatChannel
from bot.http.middlewares import REQUEST_ID
from bot.keys import EXCHANGE, LOGGER

WECHAT = web.AppKey("wechat", WechatChannel)


async def verify(request: web.Request) -> web.Response:
    """GET /wechat: the console asks whether this address is ours."""
    return verification(request, request.app[WECHAT].verify, "wechat")


async def take(request: web.Request) -> web.Response:
    """POST /wechat: a message or an event.

    WeChat, 被动回复用户消息: whatever else than a reply, `success` or nothing within 5 seconds shows an error to the enquirer.
    """
    channel = request.app[WECHAT]
    try:
        query = read_query(request)
        received = channel.receive(query, await read_body(request))
        asked = time.monotonic()
        answer = await request.app[EXCHANGE].take(channel, received)
        if answer is None and time.monotonic() - asked >= channel.limits.answer_seconds:
            channel.show_typing(received.person)  # it is late, and will be sent
        return channel.acknowledge(received, answer)
    except Refused as refused:
        return refusal(request, refused, "wechat")
    except Exception:
        request.app[LOGGER].exception("wechat_failed", request_id=request.get(REQUEST_ID))
        return web.Response(text="success")
