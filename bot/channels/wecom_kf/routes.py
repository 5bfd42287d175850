"""The one address of 微信客服."""

from aiohttp import web

from bot.channels.wecom_kf import views
from bot.channels.wecom_kf.settings import PATH

ROUTES: tuple[web.AbstractRouteDef, ...] = (
    web.get(PATH, views.verify),
    web.post(PATH, views.take),
)
