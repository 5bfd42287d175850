"""What officers see of conversations. Every look at one is on record, once in an hour for each officer."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from aiohttp import web

from actions.conversations.model import Conversation, NoSuchConversation
from actions.officers.model import Permission, Role
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.history import utc_now
from desk.live import stream
from desk.refusals import NotFound
from desk.visit import Visit

WITHIN = timedelta(hours=12)
_SEEN_EVERY_SECONDS = 10.0
_RECORDED_FOR = timedelta(hours=1)


async def listing(visit: Visit) -> web.Response:
    """GET /desk/conversations; with the header of htmx, only the list."""
    found = await visit.run(visit.desk.conversations.live, WITHIN, own_bureau(visit))
    template = "conversations/_list.html" if "HX-Request" in visit.request.headers else "conversations/list.html"
    last = await visit.run(visit.desk.conversations.last_said, [one.mark for one in found])
    return visit.render(template, conversations=found, last=last, minutes=minutes_since)


async def live_listing(visit: Visit) -> web.StreamResponse:
    """GET /desk/conversations/live: changes of that list."""

    async def look() -> str:
        found = await visit.run(visit.desk.conversations.live, WITHIN, own_bureau(visit))
        # Who waits is shown to wait for one more minute.
        return str(hash((found, *(minutes_since(one.waiting_since) for one in found if one.waiting_since))))

    return await stream(visit, look, 2.0)


async def show(visit: Visit) -> web.Response:
    """GET /desk/conversations/{mark}."""
    conversation = await known(visit)
    record = visit.desk.officers.audit.note_once
    await visit.run(record, _RECORDED_FOR, visit.officer.login, "conversation.seen", conversation.mark, conversation.bureau)
    return await page(visit, conversation)


async def words(visit: Visit) -> web.Response:
    """GET /desk/conversations/{mark}/words: what was said, as part of the page."""
    conversation = await known(visit)
    spoken = await visit.run(visit.desk.conversations.transcript, conversation.mark)
    return visit.render("conversations/_words.html", spoken=spoken, conversation=conversation)


async def live(visit: Visit) -> web.StreamResponse:
    """GET /desk/conversations/{mark}/live: news of it; while this is open, the officer who speaks is there."""
    mark = (await known(visit)).mark
    conversations = visit.desk.conversations
    seen_at = 0.0

    async def look() -> str:
        nonlocal seen_at
        now = asyncio.get_running_loop().time()
        conversation = await visit.run(conversations.conversation, mark)
        if conversation.is_with(visit.officer.login) and now - seen_at >= _SEEN_EVERY_SECONDS:
            seen_at = now
            try:
                await visit.run(conversations.seen, mark, visit.officer.login)
            except DatabaseUnavailable:
                seen_at = 0.0
        spoken = await visit.run(conversations.last_words, mark)
        return f"{spoken} {conversation.takeover.login if conversation.takeover else '-'}"

    return await stream(visit, look)


async def known(visit: Visit) -> Conversation:
    """The conversation of the address. Raises NotFound, also where it is another bureau's business."""
    mark = visit.request.match_info["mark"]
    try:
        conversation = await visit.run(visit.desk.conversations.conversation, mark)
    except NoSuchConversation as error:
        raise NotFound from error
    bureaus = await visit.run(visit.desk.conversations.bureaus, mark)
    if not visit.may(Permission.TAKE_OVER, *bureaus):
        raise NotFound
    return conversation


async def page(visit: Visit, conversation: Conversation, status: int = 200, told: str = "", typed: str = "") -> web.Response:
    """The whole page, with what was typed if it could not be sent."""
    spoken = await visit.run(visit.desk.conversations.transcript, conversation.mark)
    tickets = await visit.run(visit.desk.registry.tickets.of_conversation, conversation.mark)
    numbers = [standing.ticket.number for standing in tickets]
    is_mine = conversation.is_with(visit.officer.login)
    reached = await visit.run(visit.desk.reach.of, conversation.mark)
    values = {"conversation": conversation, "spoken": spoken, "numbers": numbers, "is_mine": is_mine, "told": told, "typed": typed}
    return visit.render("conversations/one.html", status, reached=reached, **values)


def minutes_since(moment: datetime) -> int:
    """Whole minutes since then."""
    return int((utc_now() - moment).total_seconds() // 60)


def own_bureau(visit: Visit) -> str:
    """Whose conversations are listed: all for administrators."""
    return "" if visit.officer.role is Role.ADMINISTRATOR else visit.officer.bureau
