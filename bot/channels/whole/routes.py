"""The page's addresses."""

from aiohttp import web

from bot.channels.whole import views

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get("/a/whole.css", views.style),
    web.get(r"/a/{id:[1-9][0-9]{0,17}}/{mark:[0-9a-f]{32}}", views.whole_answer),
)
