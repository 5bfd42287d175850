"""GET /api/chat/transcript: what was said in a conversation, for a page that shows it again."""

from __future__ import annotations

from aiohttp import web

from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from bot.channels.web.schema import dump, write_speaker, write_utterance
from bot.channels.web.talk import heard_in
from bot.http.errors import NotAvailable
from bot.keys import CONVERSATIONS


async def transcript(request: web.Request) -> web.Response:
    """The latest words, oldest first, as they are kept: numbers that tell who asked are masked."""
    mark = conversation_mark(heard_in(request))
    conversations = request.app[CONVERSATIONS]
    try:
        said = await conversations.transcript(mark)
    except DatabaseUnavailable as error:
        raise NotAvailable("transcript_unavailable", "暂时不能读取对话记录，请稍后再试。") from error
    body = {"messages": [write_utterance(each) for each in said], "speaker": write_speaker(conversations.takeover(mark))}
    return web.json_response(body, dumps=dump)
