"""The web channel's handlers: parse, take one turn, render."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from aiohttp import web

from actions.questions import Remark
from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.once import Once
from bot.channels.web.schema import ChatRequest, dump, read_chat_request, read_feedback_request, write_chat_reply
from bot.channels.web.talk import Talk, spoken_in
from bot.dialogue.message import IncomingMessage
from bot.dialogue.rasa import DialogueUnavailable
from bot.http.errors import ConversationNotFound, NotAvailable
from bot.http.middlewares import REQUEST_ID
from bot.keys import CONVERSATION_IDS, DIALOGUE, LOGGER, QUESTIONS

OPENAPI = Path(__file__).parent / "openapi.json"
ONCE = web.AppKey("chat_once", Once)


async def chat(request: web.Request) -> web.Response:
    """POST /api/chat: one message of an enquirer, answered; under a client_id once, however often it is sent."""
    asked = read_chat_request(await request.read())
    talk = spoken_in(request, asked.conversation_id)
    if asked.client_id is None:
        return web.json_response(await _taken(request, asked, talk), dumps=dump)
    mark = conversation_mark(talk.conversation_id) if talk else ""
    reply = await request.app[ONCE].take(mark, asked.client_id, lambda: _taken(request, asked, talk))
    return web.json_response(reply, dumps=dump)


async def _taken(request: web.Request, asked: ChatRequest, talk: Talk | None) -> dict[str, Any]:
    """The 200 body of a turn. Raises NotAvailable."""
    if talk is None:
        begun = request.app[CONVERSATION_IDS].new()
        talk = Talk(begun, begun)
    message = IncomingMessage(talk.conversation_id, asked.text, asked.language, "web")
    try:
        taken = await request.app[DIALOGUE].take(message)
    except DialogueUnavailable as error:
        request.app[LOGGER].warning("dialogue_unavailable", request_id=request[REQUEST_ID], reason=error.reason)
        raise NotAvailable("dialogue_unavailable", "咨询服务暂时繁忙，请稍后再试。") from error
    except DatabaseUnavailable as error:
        request.app[LOGGER].error("conversation_unavailable", request_id=request[REQUEST_ID], reason=str(error))
        raise NotAvailable("conversation_unavailable", "消息暂时未能送达工作人员，请稍后再试。") from error
    return write_chat_reply(talk.shown_id, taken)


async def feedback(request: web.Request) -> web.Response:
    """POST /api/feedback: an enquirer's thumb on an answer."""
    given = read_feedback_request(await request.read())
    talk = spoken_in(request, given.conversation_id)
    if talk is None:
        raise ConversationNotFound
    mark = conversation_mark(talk.conversation_id)
    remark = Remark(datetime.now(timezone.utc), mark, "web", given.question, given.rating, given.comment)
    if not await request.app[QUESTIONS].keep(remark):
        raise NotAvailable("feedback_unavailable", "评价暂时未能保存，请稍后再试。")
    return web.Response(status=204)


async def openapi(request: web.Request) -> web.FileResponse:
    """GET /api/openapi.json: this API, described."""
    return web.FileResponse(OPENAPI, headers={"Access-Control-Allow-Origin": "*"})
