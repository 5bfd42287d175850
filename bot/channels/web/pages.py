"""The chat page by itself and in a widget's frame, and the script that puts a widget into another site's page."""

from __future__ import annotations

import html
import json
from pathlib import Path

from aiohttp import web

from bot.channels.web.session import SITES
from bot.channels.web.sites import Site, origin_of

STATIC = Path(__file__).parent / "static"
_PAGE = STATIC / "index.html"
_ROOT = '<html lang="zh-CN"'
# As for all pages, see bot/http/middlewares.py, but for who may put it into a frame.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
)


async def page(request: web.Request) -> web.FileResponse:
    """GET /: the chat page."""
    return web.FileResponse(_PAGE)


async def widget(request: web.Request) -> web.Response:
    """GET /widget?site=KEY&host=ORIGIN: the same page for a frame in a page of that site; nobody else's browser shows it."""
    site = request.app[SITES].get(request.query.get("site", ""))
    if site is None:
        raise web.HTTPNotFound
    text = _PAGE.read_text(encoding="utf-8").replace(_ROOT, f"{_ROOT}{_attributes(site, request.query.get('host', ''))}", 1)
    ancestors = " ".join(site.origins) or "'none'"
    headers = {"Content-Security-Policy": f"{_POLICY}; frame-ancestors {ancestors}", "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.Response(text=text, content_type="text/html", charset="utf-8", headers=headers)


def _attributes(site: Site, host: str) -> str:
    """What the page has to know of the site; `host`, who is spoken to outside of the frame, only where it is one of its origins."""
    known = origin_of(host)
    values = {
        "page": "widget",
        "site": site.key,
        "host": known if known in site.origins else "",
        "words": json.dumps(site.words, ensure_ascii=False),
        "identity": "signed" if site.secret else "",
    }
    return "".join(f' data-{name}="{html.escape(value or "")}"' for name, value in values.items())


async def script(request: web.Request) -> web.FileResponse:
    """GET /widget.js: open to all, so that sites may pin its content (Subresource Integrity)."""
    return web.FileResponse(
        STATIC / "widget.js", headers={"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    )
