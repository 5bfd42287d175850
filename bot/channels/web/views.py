"""The web channel's handlers: parse, take one turn, render."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from aiohttp import web

from actions.questions import Remark
from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.schema import dump, read_chat_request, read_feedback_request, write_chat_reply
from bot.dialogue.message import IncomingMessage
from bot.dialogue.rasa import DialogueUnavailable
from bot.http.errors import ConversationNotFound, NotAvailable
from bot.http.middlewares import REQUEST_ID
from bot.keys import CONVERSATION_IDS, DIALOGUE, LOGGER, QUESTIONS

STATIC = Path(__file__).parent / "static"
OPENAPI = Path(__file__).parent / "openapi.json"


async def chat(request: web.Request) -> web.Response:
    """POST /api/chat: one message of an enquirer, answered."""
    chat_request = read_chat_request(await request.read())
    ids = request.app[CONVERSATION_IDS]
    conversation_id = chat_request.conversation_id or ids.new()
    if not ids.is_ours(conversation_id):
        raise ConversationNotFound
    message = IncomingMessage(conversation_id, chat_request.text, chat_request.language, "web")
    try:
        taken = await request.app[DIALOGUE].take(message)
    except DialogueUnavailable as error:
        request.app[LOGGER].warning("dialogue_unavailable", request_id=request[REQUEST_ID], reason=error.reason)
        raise NotAvailable("dialogue_unavailable", "咨询服务暂时繁忙，请稍后再试。") from error
    except DatabaseUnavailable as error:
        request.app[LOGGER].error("conversation_unavailable", request_id=request[REQUEST_ID], reason=str(error))
        raise NotAvailable("conversation_unavailable", "消息暂时未能送达工作人员，请稍后再试。") from error
    return web.json_response(write_chat_reply(conversation_id, taken), dumps=dump)


async def feedback(request: web.Request) -> web.Response:
    """POST /api/feedback: an enquirer's thumb on an answer."""
    given = read_feedback_request(await request.read())
    if not request.app[CONVERSATION_IDS].is_ours(given.conversation_id):
        raise ConversationNotFound
    mark = conversation_mark(given.conversation_id)
    remark = Remark(datetime.now(timezone.utc), mark, "web", given.question, given.rating, given.comment)
    if not await request.app[QUESTIONS].keep(remark):
        raise NotAvailable("feedback_unavailable", "评价暂时未能保存，请稍后再试。")
    return web.Response(status=204)


async def page(request: web.Request) -> web.FileResponse:
    """GET /: the chat page."""
    return web.FileResponse(STATIC / "index.html")


async def openapi(request: web.Request) -> web.FileResponse:
    """GET /api/openapi.json: this API, described."""
    return web.FileResponse(OPENAPI, headers={"Access-Control-Allow-Origin": "*"})
