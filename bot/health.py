"""GET /healthz: can the service do what it is for?"""

from __future__ import annotations

from aiohttp import web

from bot.http.errors import NotAvailable
from bot.keys import DIALOGUE


async def healthz(request: web.Request) -> web.Response:
    """200 once a question can be answered, 503 before. The knowledge is open before the service listens."""
    if not await request.app[DIALOGUE].is_ready():
        raise NotAvailable("not_ready", "服务正在启动，请稍候。")
    return web.json_response({"status": "ok"})


async def is_up(request: web.Request) -> web.Response:
    """200 once leads are taken: the database is open before the service listens."""
    return web.json_response({"status": "ok"})
