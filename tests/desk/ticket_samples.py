"""Tickets for the desk's pages, and what a browser would make of the HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import lxml.html  # type: ignore[import-untyped]
from sqlalchemy import update

from actions.conversations.model import Author, Said, Turn
from actions.lead.model import Person
from actions.questions.model import conversation_mark
from actions.tickets.history import utc_now
from actions.tickets.model import Ticket
from actions.tickets.register import Standing
from actions.tickets.tables import TICKETS
from desk.services import Desk
from tests.actions.officers.samples import BUREAU
from tests.actions.tickets.samples import NAME, lead
from tests.desk.browsing import Browsing, Page


def open_ticket(desk: Desk, place: int = 0, **changed: Any) -> Ticket:
    """On land in 廉江市: 市自然资源局 is its principal bureau, 市财政局 supports. Each `place` is another company,
    phone and conversation.
    """
    own = {
        "company": f"第{place}号企业",
        "person": Person(NAME, f"+86138001380{place:02}"),
        "conversation": conversation_mark(_conversation(place)),
    }
    return desk.registry.tickets.open_ticket(lead(**{**own, **changed})).ticket


def talk(desk: Desk, place: int, question: str, answer: str, citation: Mapping[str, str]) -> None:
    """A question and the bot's answer, in the conversation of that place's ticket."""
    cited = {"status": "answered", "citations": [citation], "bureaus": {"principal": [BUREAU], "supporting": []}, "score": 0.9}
    said = (Said(Author.ENQUIRER, question), Said(Author.BOT, answer, answer=cited))
    desk.conversations.record([Turn(_conversation(place), "web", utc_now(), said)])


def _conversation(place: int) -> str:
    return f"conversation {place}"


def change(desk: Desk, number: str, **columns: Any) -> None:
    """Set columns of a ticket as only time would."""
    with desk.registry.database.writing() as connection:
        connection.execute(update(TICKETS).where(TICKETS.c.number == number).values(**columns))


def parsed(text: str) -> Any:
    """A page or a part of one as a tree."""
    return lxml.html.document_fromstring(text) if "<html" in text else lxml.html.fragment_fromstring(text, create_parent="div")


def words(tree: Any, selector: str) -> list[str]:
    """The text of each element that an XPath finds, with single spaces."""
    return [" ".join(element.text_content().split()) for element in tree.xpath(selector)]


def sequence(text: str) -> str:
    """What the forms of a ticket's page carry."""
    found: set[str] = set(parsed(text).xpath("//input[@name='sequence']/@value"))
    (only,) = found
    return only


def standing(desk: Desk, number: str) -> Standing:
    """A ticket with its history."""
    return desk.registry.tickets.standing(number)


async def send(officer: Browsing, number: str, act: str, /, **fields: str) -> Page:
    """Open the page and send one of its forms."""
    page = await officer.get(f"/tickets/{number}")
    return await officer.post(f"/tickets/{number}/{act}", {"sequence": sequence(page.text), **fields})


async def done(officer: Browsing, number: str, act: str, /, **fields: str) -> str:
    """The same, for what must be done; where it led to."""
    page = await send(officer, number, act, **fields)
    assert page.status == 303, parsed(page.text).xpath("string(//*[@id='not-done'])")
    return page.headers["Location"]
