"""Server-sent events to officers' pages: a page is told that what it shows has changed, and fetches it anew by itself.

Format: WHATWG HTML, section "Server-sent events".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from actions.tickets.database import DatabaseUnavailable
from desk.visit import Visit

_HEARTBEAT_SECONDS = 15.0
_CHECK_SESSION_SECONDS = 10.0


class Streams(set["asyncio.Task[None]"]):
    """Those that are open: a service that stops does not wait for them."""


STREAMS = web.AppKey("desk_streams", Streams)


async def stream(visit: Visit, look: Callable[[], Awaitable[str]], every: float = 1.0) -> web.StreamResponse:
    """Send an event `changed` whenever `look` gives another text than before, the first one at once; until either side goes away.

    `every`: seconds between two looks. The event's data is that text, in one line.
    """
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
    await response.prepare(visit.request)
    streams = visit.request.app[STREAMS]
    task = asyncio.ensure_future(_send(visit, response, look, every))
    streams.add(task)
    try:
        await task
    except (ConnectionResetError, DatabaseUnavailable, asyncio.CancelledError):
        task.cancel()  # the page connects again by itself
    finally:
        streams.discard(task)
    return response


async def _send(visit: Visit, response: web.StreamResponse, look: Callable[[], Awaitable[str]], every: float) -> None:
    loop = asyncio.get_running_loop()
    said: str | None = None
    spoke_at = checked_at = loop.time()
    while True:
        seen = await look()
        now = loop.time()
        if seen != said:
            await response.write(f"event: changed\ndata: {' '.join(seen.split())}\n\n".encode())
            said, spoke_at = seen, now
        elif now - spoke_at >= _HEARTBEAT_SECONDS:
            await response.write(b": still here\n\n")
            spoke_at = now
        if now - checked_at >= _CHECK_SESSION_SECONDS:
            checked_at = now
            if await visit.run(visit.desk.officers.session, visit.token, False) is None:
                await response.write(b"event: ended\ndata: -\n\n")
                return
        await asyncio.sleep(every)


async def close_streams(application: web.Application) -> None:
    """End all of them."""
    streams = application[STREAMS]
    for task in tuple(streams):
        task.cancel()
