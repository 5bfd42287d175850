"""WeCom's one address."""

from aiohttp import web

from bot.channels.wecom import views
from bot.channels.wecom.settings import PATH

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get(PATH, views.verify),
    web.post(PATH, views.take),
)
