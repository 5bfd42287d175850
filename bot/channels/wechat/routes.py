"""WeChat's one address."""

from aiohttp import web

from bot.channels.wechat import views
from bot.channels.wechat.settings import PATH

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get(PATH, views.verify),
    web.post(PATH, views.take),
)
