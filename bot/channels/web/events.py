"""GET /api/chat/events: what officers and the service say outside of a turn, as server-sent events (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
import json
import re

from aiohttp import web

from actions.feedback.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.schema import write_news, write_speaker
from bot.http.errors import ConversationNotFound
from bot.keys import CONVERSATION_IDS, CONVERSATIONS

_HEARTBEAT_SECONDS = 15.0
STREAMS: web.AppKey[set[asyncio.Task[None]]] = web.AppKey("chat_streams", set)
"""Those that are open: a service that stops does not wait for them."""


async def listen(request: web.Request) -> web.StreamResponse:
    """A stream of one conversation; its id comes as bearer token, as addresses get into logs. Last-Event-ID goes on where one broke off."""
    scheme, _, conversation_id = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.app[CONVERSATION_IDS].is_ours(conversation_id):
        raise ConversationNotFound
    last = request.headers.get("Last-Event-ID", "")
    after = int(last) if re.fullmatch("[0-9]{1,18}", last, re.ASCII) else 0
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    task = asyncio.ensure_future(_send(request, response, conversation_mark(conversation_id), after))
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
