"""Speaking in the bot's place."""

from __future__ import annotations

from contextlib import suppress

from aiohttp import web

from actions.conversations.model import NotTaken, TakenByAnother
from actions.tickets.model import AtDesk, EventKind, TicketError
from desk.pages.conversations.views import known, page
from desk.visit import Visit

MOST_CHARACTERS = 1000


async def take(visit: Visit) -> web.Response:
    """POST …/take: the bot falls silent, and the enquirer is told who speaks."""
    conversation = await known(visit)
    shows_name = (await visit.form()).get("name") == "show"
    bureau = visit.officer.bureau or conversation.bureau or visit.desk.registry.office.current.directory.fallback
    record = visit.on_record("conversation.taken", conversation.mark, bureau)
    try:
        await visit.run(visit.desk.conversations.take_over, conversation.mark, visit.officer, bureau, shows_name, record)
    except TakenByAnother as error:
        return await page(visit, conversation, 409, visit.t("conversations.taken-by-another", bureau=error.takeover.bureau))
    await _into_tickets(visit, conversation.mark, EventKind.TAKEN_OVER, bureau)
    return visit.redirect(f"/conversations/{conversation.mark}")


async def say(visit: Visit) -> web.Response:
    """POST …/say: words to the enquirer, in their own chat."""
    conversation = await known(visit)
    text = (await visit.form()).get("text", "").strip()
    if not text or len(text) > MOST_CHARACTERS:
        key = "conversations.too-long" if text else "conversations.nothing"
        return await page(visit, conversation, 400, visit.t(key, most=MOST_CHARACTERS), text)
    record = visit.on_record("conversation.said", conversation.mark, conversation.bureau)
    try:
        spoken = await visit.run(visit.desk.conversations.say, conversation.mark, visit.officer, text, record)
    except NotTaken:
        return await page(visit, await known(visit), 409, visit.t("conversations.not-taken"), text)
    identity = await visit.run(visit.desk.conversations.identity, conversation.mark)
    await visit.desk.tracker.add_words(identity, officer=text, bureau=spoken.said.bureau)
    return visit.redirect(f"/conversations/{conversation.mark}")


async def give_back(visit: Visit) -> web.Response:
    """POST …/give-back: the bot speaks again."""
    conversation = await known(visit)
    record = visit.on_record("conversation.given-back", conversation.mark, conversation.bureau)
    try:
        await visit.run(visit.desk.conversations.hand_back, conversation.mark, visit.officer, record)
    except NotTaken:
        return await page(visit, await known(visit), 409, visit.t("conversations.not-taken"))
    bureau = conversation.takeover.bureau if conversation.takeover else ""
    await _into_tickets(visit, conversation.mark, EventKind.HANDED_BACK, bureau)
    return visit.redirect(f"/conversations/{conversation.mark}", "conversations.given-back")


async def _into_tickets(visit: Visit, mark: str, kind: EventKind, bureau: str) -> None:
    """The tickets of the conversation tell of it too."""
    tickets = visit.desk.registry.tickets
    for standing in await visit.run(tickets.of_conversation, mark):
        number = standing.ticket.number
        record = AtDesk(visit.on_record(f"ticket.{kind.value}", number, bureau))
        with suppress(TicketError):
            await visit.run(tickets.tell, number, kind, bureau, record)
