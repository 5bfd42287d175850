"""The bureau channel's address."""

from aiohttp import web

from bot.channels.bureau import views

ROUTES: tuple[web.AbstractRouteDef, ...] = (web.post("/api/callbacks/{bureau}", views.callback),)
