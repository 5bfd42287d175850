"""The page's handlers."""

from __future__ import annotations

from html import escape
from pathlib import Path

from aiohttp import web

from actions.contacts.inbox import Inbox
from actions.tickets.database import DatabaseUnavailable
from bot.channels.cutting import plain
from bot.channels.whole.links import is_path_of
from bot.http.errors import NotAvailable
from bot.keys import TICKETS

WHOLE_ANSWERS = web.AppKey("whole_answers", Inbox)
_STYLE = Path(__file__).with_name("whole.css")
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>答复全文</title>
<link rel="stylesheet" href="../whole.css">
</head>
<body>
<main>
<h1>{title}</h1>
{paragraphs}
</main>
<footer>{foot}</footer>
</body>
</html>
"""
_FOOT = "本服务由智能问答系统自动回复，内容摘自公开文件，以原文为准。本页保留24小时。"
_GONE = "这个链接不正确，或者已超过24小时。请回到对话里再问一次；也可拨打政务服务便民热线12345。"


async def whole_answer(request: web.Request) -> web.Response:
    """GET /a/{id}/{mark}. Wrong links and those that have run out get the same page."""
    desk = request.app[TICKETS]
    inbox_id = int(request.match_info["id"])
    text = None
    if is_path_of(desk.registry.key, inbox_id, request.path):
        try:
            text = await desk.in_thread(request.app[WHOLE_ANSWERS].whole_answer, inbox_id)
        except DatabaseUnavailable as error:
            raise NotAvailable("answer_unavailable", "暂时不能打开，请稍后再试。") from error
    page = _written("没有找到", _GONE, "") if text is None else _written("答复全文", plain(text), _FOOT)
    return web.Response(text=page, status=404 if text is None else 200, content_type="text/html", headers={"Cache-Control": "no-store"})


async def style(request: web.Request) -> web.FileResponse:
    """GET /a/whole.css."""
    return web.FileResponse(_STYLE)


def _written(title: str, text: str, foot: str) -> str:
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return _PAGE.format(title=title, paragraphs=paragraphs, foot=foot)
