"""GET /api/chat/events: what officers and the service say outside of a turn, as server-sent events (WHATWG HTML, section 9.2).

With ?wait=0 the same as one JSON reply: proxies of offices often hold streams back until they end.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from actions.background import set_within
from actions.event_stream import HEARTBEAT_SECONDS, EventStream, stream
from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.schema import dump, write_news, write_speaker
from bot.channels.web.talk import heard_in
from bot.http.errors import BadInput, NotAvailable, TooManyRequests
from bot.http.limits import remote_address
from bot.keys import CONVERSATIONS, SETTINGS

MOST_STREAMS = 100
"""Open at once from one address: a whole office may be behind it, and each costs memory and a look every fifteen seconds."""
MOST_IN_ALL = 5_000
STREAM_SECONDS = 300.0
"""So long a stream lasts; the page then connects again, and its token is looked at again."""
_TRY_AGAIN_SECONDS = 30


class Listeners(Counter[str]):
    """How many streams each address has open."""

    @contextmanager
    def counted(self, address: str) -> Iterator[None]:
        """One more of an address while the context lasts. Raises TooManyRequests."""
        if self[address] >= MOST_STREAMS or self.total() >= MOST_IN_ALL:
            raise TooManyRequests(_TRY_AGAIN_SECONDS)
        self[address] += 1
        try:
            yield
        finally:
            self[address] -= 1
            if not self[address]:
                del self[address]


LISTENERS = web.AppKey("chat_listeners", Listeners)


async def listen(request: web.Request) -> web.StreamResponse:
    """News of one conversation, which the bearer token names. Last-Event-ID goes on where one broke off."""
    conversation_id = heard_in(request)
    last = request.headers.get("Last-Event-ID", "")
    after = int(last) if re.fullmatch("[0-9]{1,18}", last, re.ASCII) else 0
    mark = conversation_mark(conversation_id)
    wait = request.query.get("wait")
    if wait == "0":
        return await _news(request, mark, after)
    if wait is not None:
        raise BadInput("invalid_wait", "wait 只能为 0。")
    with request.app[LISTENERS].counted(remote_address(request, request.app[SETTINGS].trusted_proxies)):
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
    return web.json_response(body, dumps=dump)


async def _stream(request: web.Request, mark: str, after: int) -> web.StreamResponse:
    conversations = request.app[CONVERSATIONS]

    async def send(events: EventStream) -> None:
        last, said = after, object()
        ends_at = time.monotonic() + STREAM_SECONDS
        with conversations.listening(mark) as news:
            while time.monotonic() < ends_at:
                news.clear()
                for utterance in await conversations.news(mark, last):
                    await events.send("message", dump(write_news(utterance)), utterance.id)
                    last = utterance.id
                speaker = write_speaker(conversations.takeover(mark))
                if speaker != said:
                    await events.send("speaker", dump(speaker))
                    said = speaker
                if not await set_within(news, HEARTBEAT_SECONDS):
                    await events.beat()

    return await stream(request, send)
