"""Live pages: each is told by server-sent events that what it shows has changed, and fetches it anew by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web

from actions import event_stream
from actions.event_stream import HEARTBEAT_SECONDS, EventStream
from desk.visit import Visit

_CHECK_SESSION_SECONDS = 10.0


async def stream(visit: Visit, look: Callable[[], Awaitable[str]], every: float = 1.0) -> web.StreamResponse:
    """Send an event `changed` whenever `look` gives another text than before, the first one at once; until either side goes away.

    `every`: seconds between two looks. The event's data is that text, in one line.
    """

    async def send(events: EventStream) -> None:
        loop = asyncio.get_running_loop()
        said: str | None = None
        spoke_at = checked_at = loop.time()
        while not events.is_left:
            seen = await look()
            now = loop.time()
            if seen != said:
                await events.send("changed", " ".join(seen.split()))
                said, spoke_at = seen, now
            elif now - spoke_at >= HEARTBEAT_SECONDS:
                await events.beat()
                spoke_at = now
            if now - checked_at >= _CHECK_SESSION_SECONDS:
                checked_at = now
                if await visit.run(visit.desk.officers.session, visit.token, False) is None:
                    await events.send("ended", "-")
                    return
            await asyncio.sleep(every)

    return await event_stream.stream(visit.request, send)
