"""`python -m bot leads`: takes leads and call-backs and delivers, without the chat: starts in a second, and as often as there is need.

Nothing here imports the knowledge's encoder and index.
"""

from __future__ import annotations

import structlog
import uvloop
from aiohttp import web

from actions.logs import open_logger
from actions.stop import stop_by_signal
from bot.channels.bureau.routes import ROUTES as BUREAU_ROUTES
from bot.channels.portal.routes import ROUTES as PORTAL_ROUTES
from bot.health import is_up
from bot.http.application import listen, shared_application
from bot.settings import Settings
from bot.tickets import TicketDesk, ticket_desk


def intake_application(settings: Settings, logger: structlog.stdlib.BoundLogger, tickets: TicketDesk) -> web.Application:
    """What takes leads and call-backs only."""
    application = shared_application(settings, logger, tickets)
    application.router.add_routes([*PORTAL_ROUTES, *BUREAU_ROUTES])
    application.router.add_get("/healthz", is_up)
    return application


def serve_intake(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises KnowledgeError, PersonalKeyError, DatabaseUnavailable, OSError before listening."""
    logger = open_logger(settings.log_level)

    async def until_told_to_stop() -> None:
        stop = stop_by_signal()
        async with (
            ticket_desk(settings.tickets, logger) as tickets,
            listen(intake_application(settings, logger, tickets), settings.host, settings.port),
        ):
            logger.info("listening", host=settings.host, port=settings.port)
            await stop.wait()
            logger.info("stopping")

    uvloop.run(until_told_to_stop())
