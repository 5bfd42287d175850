"""The service put together: settings, resources, routes, middlewares."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aiohttp
import structlog
from aiohttp import web

from actions.answer import ActionAnswer
from actions.endpoint import action_application
from bot.channels.bureau.routes import ROUTES as BUREAU_ROUTES
from bot.channels.portal.routes import ROUTES as PORTAL_ROUTES
from bot.channels.web.routes import add_web_channel
from bot.conversation_id import ConversationIds
from bot.conversations import ConversationDesk
from bot.dialogue.rasa import RasaDialogue
from bot.dialogue.turn import Dialogue
from bot.health import healthz
from bot.http.application import shared_application
from bot.keys import CONVERSATION_IDS, CONVERSATIONS, DIALOGUE, QUESTIONS
from bot.questions import QuestionDesk
from bot.secret_file import conversation_secret, rasa_token
from bot.settings import Settings
from bot.ticket_actions import hear_by, ticket_actions
from bot.tickets import TicketDesk
from desk.application import mount
from desk.services import Desk
from knowledge import Context, Language, Reply
from knowledge.live import LiveKnowledge


def public_application(
    settings: Settings,
    logger: structlog.stdlib.BoundLogger,
    questions: QuestionDesk,
    tickets: TicketDesk,
    conversations: ConversationDesk,
    rasa: RasaDialogue,
    desk: Desk,
) -> web.Application:
    """What the world may reach. Raises LibraryError where the list of sites with a widget cannot be used."""
    application = shared_application(settings, logger, tickets)
    application[QUESTIONS] = questions
    application[CONVERSATIONS] = conversations
    application[DIALOGUE] = Dialogue(rasa, conversations)
    secret = conversation_secret(settings)
    application[CONVERSATION_IDS] = ConversationIds(secret.encode())
    application.router.add_routes([*PORTAL_ROUTES, *BUREAU_ROUTES])
    application.router.add_get("/healthz", healthz)
    add_web_channel(application, settings, tickets, secret.encode(), logger)
    mount(application, desk)
    return application


@asynccontextmanager
async def loopback_application(
    knowledge: LiveKnowledge, token: str, questions: QuestionDesk, tickets: TicketDesk
) -> AsyncIterator[web.Application]:
    """What only Rasa may reach: the actions, with the knowledge behind them on a thread of its own."""
    with ThreadPoolExecutor(1, thread_name_prefix="knowledge") as thread:
        answer = ActionAnswer(_replier(knowledge, thread), questions.note, hear_by(knowledge))
        yield action_application([answer, *ticket_actions(knowledge, tickets)], token)


def _replier(knowledge: LiveKnowledge, thread: ThreadPoolExecutor) -> Callable[[str, Context | None, Language], Awaitable[Reply]]:
    """The one place where questions cross from the event loop to the encoder and the index."""

    def replied(question: str, context: Context | None, chosen: Language) -> Reply:
        current = knowledge.current
        return current.reply(question, context, current.language_of(question, chosen))

    async def reply(question: str, context: Context | None, chosen: Language) -> Reply:
        return await asyncio.get_running_loop().run_in_executor(thread, replied, question, context, chosen)

    return reply


@asynccontextmanager
async def rasa_dialogue(settings: Settings) -> AsyncIterator[RasaDialogue]:
    """Rasa's client, over connections that are kept."""
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield RasaDialogue(session, settings.rasa_url, settings.turn_timeout_seconds, rasa_token(settings))
