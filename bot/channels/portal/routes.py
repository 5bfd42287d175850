"""The portal channel's addresses."""

from aiohttp import web

from bot.channels.portal import views

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.post("/api/leads", views.take_lead),
    web.get("/api/consent", views.consent),
    web.get("/sheets/sheet.css", views.sheet_style),
    web.get("/sheets/{number}/{mark}", views.sheet),
)
