"""GET /api/chat/events: what officers and the service say outside of a turn, as server-sent events (WHATWG HTML, section 9.2).

With ?wait=0 the same as one JSON reply: proxies of offices often hold streams back until they end.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.schema import write_news, write_speaker
from bot.http.errors import BadInput, ConversationNotFound, NotAvailable, TooManyRequests
from bot.http.limits import remote_address
from bot.keys import CONVERSATION_IDS, CONVERSATIONS, SETTINGS

_HEARTBEAT_SECONDS = 15.0
MOST_STREAMS = 100
"""Open at once from one address: a whole office may be behind it, and each costs memory and a look every fifteen seconds."""
_TRY_AGAIN_SECONDS = 30


class Streams(set["asyncio.Task[None]"]):
    """Those that are open, and how many of them each address has. A service that stops does not wait for them."""

    def __init__(self) -> None:
        super().__init__()
        self._by_address: Counter[str] = Counter()

    @contextmanager
    def counted(self, address: str) -> Iterator[None]:
        """One more of an address while the context lasts. Raises TooManyRequests."""
        if self._by_address[address] >= MOST_STREAMS:
            raise TooManyRequests(_TRY_AGAIN_SECONDS)
        self._by_address[address] += 1
        try:
            yield
        finally:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]


STREAMS: web.AppKey[Streams] = web.AppKey("chat_streams", Streams)


async def listen(request: web.Request) -> web.StreamResponse:
    """News of one conversation; its id comes as bearer token, as addresses get into logs. Last-Event-ID goes on where one broke off."""
    scheme, _, conversation_id = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.app[CONVERSATION_IDS].is_ours(conversation_id):
        raise ConversationNotFound
    last = request.headers.get("Last-Event-ID", "")
    after = int(last) if re.fullmatch("[0-9]{1,18}", last, re.ASCII) else 0
    mark = conversation_mark(conversation_id)
    wait = request.query.get("wait")
    if wait == "0":
        return await _news(request, mark, after)
    if wait is not None:
        raise BadInput("invalid_wait", "wait 只能为 0。")
    with request.app[STREAMS].counted(remote_address(request, request.app[SETTINGS].trusted_proxies)):
        return await _stream(request, mark, after)


async def _news(request: web.Request, mark: str, after: int) -> web.Response:
    conversations = request.app[CONVERSATIONS]
    try:
        said = await conversations.news(mark, after)
    except DatabaseUnavailable as error:
        raise NotAvailable("events_unavailable", "暂时不能读取新消息，请稍后再试。") from error
    body = {
        "messages": [{"id": str(utterance.id), "data": write_news(utterance)} for utterance in said],
        "speaker": write_speaker(conversations.takeover(mark)),
    }
    return web.json_response(body, dumps=lambda value: json.dumps(value, ensure_ascii=False))


async def _stream(request: web.Request, mark: str, after: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    task = asyncio.ensure_future(_send(request, response, mark, after))
    request.app[STREAMS].add(task)
    try:
        await task
    except (ConnectionResetError, asyncio.CancelledError):
        task.cancel()
    finally:
        request.app[STREAMS].discard(task)
    return response


async def _send(request: web.Request, response: web.StreamResponse, mark: str, after: int) -> None:
    conversations = request.app[CONVERSATIONS]
    said: object = ()
    with conversations.listening(mark) as news:
        while True:
            news.clear()
            try:
                for utterance in await conversations.news(mark, after):
                    await response.write(_event("message", write_news(utterance), utterance.id))
                    after = utterance.id
            except DatabaseUnavailable:
                return  # the page connects again and goes on from where it was
            speaker = write_speaker(conversations.takeover(mark))
            if speaker != said:
                await response.write(_event("speaker", speaker))
                said = speaker
            try:
                await asyncio.wait_for(news.wait(), _HEARTBEAT_SECONDS)
            except asyncio.TimeoutError:
                await response.write(b": still here\n\n")


def _event(kind: str, data: object, number: int | None = None) -> bytes:
    place = "" if number is None else f"id: {number}\n"
    return f"{place}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


async def close_streams(application: web.Application) -> None:
    """End all of them."""
    streams = application[STREAMS]
    for task in tuple(streams):
        task.cancel()
