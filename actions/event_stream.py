"""Server-sent events: a response that stays open until either side goes away (WHATWG HTML, section 9.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from actions.tickets.database import DatabaseUnavailable

HEARTBEAT_SECONDS = 15.0
"""After so long without an event a sign of life is due: proxies drop what is silent."""


class _Open(set["asyncio.Task[None]"]):
    """The streams of an application that are open."""


_OPEN = web.AppKey("event_streams", _Open)


class EventStream:
    """One stream, as whoever sends sees it."""

    def __init__(self, request: web.Request, response: web.StreamResponse) -> None:
        self._request = request
        self._response = response

    @property
    def is_left(self) -> bool:
        """Whether the other side has gone. Writing would tell so only at a later sign of life."""
        return self._request.transport is None or self._request.transport.is_closing()

    async def send(self, kind: str, data: str, number: int | None = None) -> None:
        """An event; `data` in one line, `number` to go on from. Raises ConnectionResetError."""
        place = "" if number is None else f"id: {number}\n"
        await self._response.write(f"{place}event: {kind}\ndata: {data}\n\n".encode())

    async def beat(self) -> None:
        """A sign of life. Raises ConnectionResetError."""
        await self._response.write(b": still here\n\n")


def allow_streams(application: web.Application) -> None:
    """An application that stops does not wait for its streams. Doing so twice changes nothing."""
    if _OPEN not in application:
        application[_OPEN] = _Open()
        application.on_shutdown.append(_close)


async def stream(request: web.Request, send: Callable[[EventStream], Coroutine[Any, Any, None]]) -> web.StreamResponse:
    """Answer with a stream for as long as `send` runs. Whatever ends it early, the other side connects again by itself."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    streams = request.app[_OPEN]
    task = asyncio.create_task(send(EventStream(request, response)))
    streams.add(task)
    try:
        await task
    except (ConnectionResetError, DatabaseUnavailable, asyncio.CancelledError):
        task.cancel()
    finally:
        streams.discard(task)
    return response


async def _close(application: web.Application) -> None:
    streams = application[_OPEN]
    for task in tuple(streams):
        task.cancel()
