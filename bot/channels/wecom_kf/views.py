"""The handlers of 微信客服: read within limits, verify, have the messages fetched, acknowledge."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from bot.channels.contract import Refused
from bot.channels.tencent.request import read_body, read_query, refusal, verification
from bot.channels.wecom_kf.channel import WecomKfChannel
from bot.channels.wecom_kf.pulling import Puller
from bot.http.middlewares import REQUEST_ID
from bot.keys import LOGGER

WECOM_KF = web.AppKey("wecom_kf", WecomKfChannel)
WECOM_KF_PULLER = web.AppKey("wecom_kf_puller", Puller)


async def verify(request: web.Request) -> web.Response:
    """GET /wecom/kf: the console asks whether this address is ours."""
    return verification(request, request.app[WECOM_KF].verify, "wecom_kf")


async def take(request: web.Request) -> web.Response:
    """POST /wecom/kf: there is something to be fetched. Answered at once, as the page demands: fetching may take long."""
    channel = request.app[WECOM_KF]
    try:
        query = read_query(request)
        received = channel.receive(query, await read_body(request))
        if received.account:
            request.app[WECOM_KF_PULLER].poke(received.account, received.key)
        return channel.acknowledge(received, None)
    except Refused as refused:
        return refusal(request, refused, "wecom_kf")
    except Exception:
        request.app[LOGGER].exception("wecom_kf_failed", request_id=request.get(REQUEST_ID))
        return web.Response()


async def pulling(application: web.Application) -> AsyncIterator[None]:
    """Fetches while the application runs; for its `cleanup_ctx`."""
    puller = application[WECOM_KF_PULLER]
    puller.start()
    yield
    await puller.end()
