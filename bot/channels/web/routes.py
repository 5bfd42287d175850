"""The web channel's addresses, and what its handlers share."""

from __future__ import annotations

import structlog
from aiohttp import web

from actions.event_stream import allow_streams
from bot.channels.web import events, pages, session, talk, transcript, views
from bot.channels.web.events import LISTENERS, Listeners
from bot.channels.web.kept import KeptReplies
from bot.channels.web.once import Once
from bot.channels.web.sites import Sites
from bot.channels.web.tokens import Identities, SessionTokens
from bot.settings import Settings
from bot.tickets import TicketDesk

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get("/", pages.page),
    web.get("/widget", pages.widget),
    web.get("/widget.js", pages.script),
    web.static("/static", pages.STATIC),
    web.post("/api/chat", views.chat),
    web.get("/api/chat/events", events.listen),
    web.get("/api/chat/transcript", transcript.transcript),
    web.post("/api/feedback", views.feedback),
    web.post("/api/widget/session", session.begin_session),
    web.get("/api/openapi.json", views.openapi),
)


def add_web_channel(
    application: web.Application, settings: Settings, tickets: TicketDesk, secret: bytes, logger: structlog.stdlib.BoundLogger
) -> None:
    """Put the channel into an application; `secret` signs sessions. Raises LibraryError where the list of sites cannot be used."""
    application[session.SITES] = Sites(settings.widget_sites, logger)
    application[session.IDENTITIES] = Identities()
    application[talk.TOKENS] = SessionTokens(secret)
    application[views.ONCE] = Once(KeptReplies(tickets, logger))
    application[LISTENERS] = Listeners()
    allow_streams(application)
    application.router.add_routes(ROUTES)
