"""The web channel's addresses."""

from aiohttp import web

from bot.channels.web import events, views

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get("/", views.page),
    web.static("/static", views.STATIC),
    web.post("/api/chat", views.chat),
    web.get("/api/chat/events", events.listen),
    web.post("/api/feedback", views.feedback),
    web.get("/api/openapi.json", views.openapi),
)
