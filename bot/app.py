"""The service put together: settings, resources, routes, middlewares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import structlog
from aiohttp import web

from actions.answer import ActionAnswer
from actions.endpoint import action_application
from bot.channels.bureau.routes import ROUTES as BUREAU_ROUTES
from bot.channels.portal.routes import ROUTES as PORTAL_ROUTES
from bot.channels.web.routes import ROUTES as WEB_ROUTES
from bot.conversation_id import ConversationIds
from bot.dialogue.rasa import RasaDialogue
from bot.feedback import FeedbackDesk
from bot.health import healthz, is_up
from bot.http.limits import RateLimiter
from bot.http.middlewares import middlewares
from bot.keys import CONVERSATION_IDS, DIALOGUE, FEEDBACK, LOGGER, SETTINGS, TICKETS
from bot.secret_file import read_or_make_secret
from bot.settings import Settings
from bot.ticket_actions import hear_by, ticket_actions
from bot.tickets import TicketDesk
from knowledge import Context, Reply
from knowledge.live import LiveKnowledge

MAX_BODY_BYTES = 16 * 1024


def public_application(
    settings: Settings, logger: structlog.stdlib.BoundLogger, feedback: FeedbackDesk, tickets: TicketDesk
) -> web.Application:
    """What the world may reach."""
    application = _application(settings, logger, tickets)
    application[FEEDBACK] = feedback
    secret = read_or_make_secret(settings.conversation_secret, settings.data_dir / "conversation.secret")
    application[CONVERSATION_IDS] = ConversationIds(secret.encode())
    application.cleanup_ctx.append(_dialogue)
    application.router.add_routes([*WEB_ROUTES, *PORTAL_ROUTES, *BUREAU_ROUTES])
    application.router.add_get("/healthz", healthz)
    return application


def intake_application(settings: Settings, logger: structlog.stdlib.BoundLogger, tickets: TicketDesk) -> web.Application:
    """What takes leads and call-backs only, without the chat: starts in a second, and as often as there is need."""
    application = _application(settings, logger, tickets)
    application.router.add_routes([*PORTAL_ROUTES, *BUREAU_ROUTES])
    application.router.add_get("/healthz", is_up)
    return application


def _application(settings: Settings, logger: structlog.stdlib.BoundLogger, tickets: TicketDesk) -> web.Application:
    limiter = RateLimiter(settings.rate_limit_per_minute)
    application = web.Application(middlewares=middlewares(logger, limiter, settings.trusted_proxies), client_max_size=MAX_BODY_BYTES)
    application[SETTINGS] = settings
    application[LOGGER] = logger
    application[TICKETS] = tickets
    return application


@asynccontextmanager
async def loopback_application(
    knowledge: LiveKnowledge, token: str, feedback: FeedbackDesk, tickets: TicketDesk
) -> AsyncIterator[web.Application]:
    """What only Rasa may reach: the actions, with the knowledge behind them on a thread of its own."""
    with ThreadPoolExecutor(1, thread_name_prefix="knowledge") as thread:
        answer = ActionAnswer(_replier(knowledge, thread), feedback.keep, hear_by(knowledge))
        yield action_application([answer, *ticket_actions(knowledge, tickets)], token)


def _replier(knowledge: LiveKnowledge, thread: ThreadPoolExecutor) -> Callable[[str, Context | None], Awaitable[Reply]]:
    """The one place where questions cross from the event loop to the encoder and the index."""

    async def reply(question: str, context: Context | None) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(thread, knowledge.current.reply, question, context)

    return reply


async def _dialogue(application: web.Application) -> AsyncIterator[None]:
    settings = application[SETTINGS]
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        application[DIALOGUE] = RasaDialogue(session, settings.rasa_url, settings.turn_timeout_seconds)
        yield


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
