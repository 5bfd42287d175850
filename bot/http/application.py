"""An application with what all of ours share, and how one is served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import structlog
from aiohttp import web

from bot.http.limits import RateLimiter
from bot.http.middlewares import middlewares
from bot.keys import LOGGER, SETTINGS, TICKETS
from bot.settings import Settings
from bot.tickets import TicketDesk

MAX_BODY_BYTES = 16 * 1024


def shared_application(settings: Settings, logger: structlog.stdlib.BoundLogger, tickets: TicketDesk) -> web.Application:
    """Limits, headers, logs and the ticket desk; no routes yet."""
    limiter = RateLimiter(settings.rate_limit_per_minute)
    application = web.Application(middlewares=middlewares(logger, limiter, settings.trusted_proxies), client_max_size=MAX_BODY_BYTES)
    application[SETTINGS] = settings
    application[LOGGER] = logger
    application[TICKETS] = tickets
    return application


def listen(application: web.Application, host: str, port: int) -> AbstractAsyncContextManager[None]:
    """Serve an application while the context lasts; requests under way are finished before it ends."""

    @asynccontextmanager
    async def listening() -> AsyncIterator[None]:
        runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=6.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield
        finally:
            await runner.cleanup()

    return listening()
