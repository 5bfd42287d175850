"""Rough ways to treat a TCP connection."""

from __future__ import annotations

import asyncio
import socket
import struct

from aiohttp import web

from actions.background import set_within

_LOOK_SECONDS = 0.05


def reset(request: web.Request) -> web.Response:
    """Reset the connection under a request. The answer is for aiohttp's sake: it goes nowhere."""
    transport = request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            # No lingering: closing it sends RST instead of an orderly FIN.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def wait(request: web.Request, stopping: asyncio.Event, seconds: float | None) -> None:
    """Until the time is over (None: without end), the client has left or the server stops, whichever comes first."""
    loop = asyncio.get_running_loop()
    until = None if seconds is None else loop.time() + seconds
    while request.transport is not None and not request.transport.is_closing():
        # aiohttp tells a handler nothing of a client that leaves: one has to look.
        left = _LOOK_SECONDS if until is None else min(_LOOK_SECONDS, until - loop.time())
        if left <= 0:
            return
        if await set_within(stopping, left):
            return
