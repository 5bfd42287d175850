"""The list of conversations, a transcript, and speaking in the bot's place: who may, and what is on record."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import update

from actions.contacts.inbox import Inbox
from actions.contacts.model import Answer, Message
from actions.contacts.register import Contacts
from actions.contacts.tables import CONTACTS
from actions.conversations.model import Author, Said, Turn
from actions.conversations.register import Conversations
from actions.conversations.tables import CONVERSATIONS
from actions.questions.model import conversation_mark
from actions.tickets.model import EventKind
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU, logged
from tests.actions.tickets.samples import lead
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn

ID = "an-unguessable-conversation-id-of-43-characters"
MARK = conversation_mark(ID)
QUOTE = "主平台的制造业项目用地由市指标保障，应保尽保。"
CITATION = {"clause": "task-09", "number": "二（三）9", "title": "加强用地用林保障", "quote": QUOTE}
ADDRESS = f"/conversations/{MARK}"


def _answer(bureau: str) -> dict[str, Any]:
    return {"status": "answered", "citations": [CITATION], "bureaus": {"principal": [bureau], "supporting": []}, "score": 0.9}


def _talk(desk: Desk, text: str = "用地怎么保障", conversation_id: str = ID, bureau: str = BUREAU, ago: timedelta = timedelta()) -> None:
    at = datetime.now(timezone.utc) - ago
    said = (Said(Author.ENQUIRER, text), Said(Author.BOT, "应保尽保", answer=_answer(bureau)))
    desk.conversations.record([Turn(conversation_id, "web", at, said)])


def _words(conversations: Conversations) -> list[tuple[Author, str]]:
    return [(each.said.author, each.said.text) for each in conversations.transcript(MARK)]


@pytest.fixture
async def officer(desk: Desk, sign_in: SignIn) -> Browsing:
    """Of the bureau whose business the conversation is."""
    _talk(desk)
    return await sign_in()


async def test_an_officer_sees_the_conversations_of_their_bureau_with_what_was_said_last(desk: Desk, officer: Browsing) -> None:
    _talk(desk, "税怎么交", "another-conversation", OTHER_BUREAU)
    page = await officer.get("/conversations")
    assert page.status == 200
    assert "应保尽保" in page.text
    assert MARK in page.text
    assert conversation_mark("another-conversation") not in page.text
    assert ID not in page.text, "whoever reads the page could speak as the enquirer"


async def test_an_administrator_sees_all_of_them(desk: Desk, officer: Browsing, sign_in: SignIn) -> None:
    _talk(desk, "税怎么交", "another-conversation", OTHER_BUREAU)
    page = await (await sign_in("administrator", "")).get("/conversations")
    assert MARK in page.text
    assert conversation_mark("another-conversation") in page.text


async def test_a_conversation_that_ended_yesterday_is_not_in_the_list_but_can_be_opened(desk: Desk, sign_in: SignIn) -> None:
    _talk(desk, ago=timedelta(days=1))
    officer = await sign_in()
    assert "最近12小时没有会话" in (await officer.get("/conversations")).text
    assert (await officer.get(ADDRESS)).status == 200


async def test_a_transcript_shows_the_words_with_the_clauses_they_rest_on(officer: Browsing) -> None:
    page = await officer.get(ADDRESS)
    assert "用地怎么保障" in page.text
    assert QUOTE in page.text
    assert ID not in page.text


async def test_a_look_is_on_record_once_for_each_officer_and_hour(desk: Desk, officer: Browsing, sign_in: SignIn) -> None:
    for browsing in (officer, officer, await sign_in("supervisor")):
        await browsing.get(ADDRESS)
        await browsing.get(f"{ADDRESS}/words")
    seen = [row for row in logged(desk.officers) if row["action"] == "conversation.seen"]
    assert [row["subject"] for row in seen] == [MARK, MARK]
    assert seen[0]["officer"] == officer.officer.login


@pytest.mark.parametrize("part", ["", "/words", "/live"])
async def test_another_bureaus_conversation_is_not_there(officer: Browsing, sign_in: SignIn, part: str) -> None:
    other = await sign_in("officer", OTHER_BUREAU)
    assert (await other.get(ADDRESS + part)).status == 404
    assert (await officer.get(f"/conversations/{'0' * 16}{part}")).status == 404


@pytest.mark.parametrize("act", ["take", "say", "give-back"])
async def test_nor_can_anything_be_done_to_it(desk: Desk, officer: Browsing, sign_in: SignIn, act: str) -> None:
    other = await sign_in("officer", OTHER_BUREAU)
    assert (await other.post(f"{ADDRESS}/{act}", {"text": "您好"})).status == 404
    assert desk.conversations.takeovers() == ()


async def test_a_bureau_that_a_ticket_of_it_was_given_to_sees_it_too(desk: Desk, officer: Browsing, sign_in: SignIn) -> None:
    number = desk.registry.tickets.open_ticket(lead(conversation=MARK)).ticket.number
    desk.registry.tickets.reassign(number, OTHER_BUREAU, "陈", "归口")
    page = await (await sign_in("officer", OTHER_BUREAU)).get(ADDRESS)
    assert page.status == 200
    assert number in page.text


async def test_an_officer_takes_over_speaks_and_gives_back_and_ticket_and_log_tell_of_it(desk: Desk, officer: Browsing) -> None:
    number = desk.registry.tickets.open_ticket(lead(conversation=MARK)).ticket.number
    assert (await officer.post(f"{ADDRESS}/take")).status == 303
    assert (await officer.post(f"{ADDRESS}/say", {"text": " 请带上营业执照 "})).status == 303
    assert (await officer.post(f"{ADDRESS}/give-back")).status == 303
    words = _words(desk.conversations)[2:]
    assert [author for author, _ in words] == [Author.SYSTEM, Author.OFFICER, Author.SYSTEM]
    assert words[1][1] == "请带上营业执照"
    assert officer.officer.name not in words[0][1]
    kinds = [event.kind for event in desk.registry.tickets.standing(number).events]
    assert kinds[-2:] == [EventKind.TAKEN_OVER, EventKind.HANDED_BACK]
    done = [row["action"] for row in logged(desk.officers) if row["subject"] == MARK]
    assert done == ["conversation.taken", "conversation.said", "conversation.given-back"]
    assert not any("营业执照" in row["detail"] for row in logged(desk.officers))


async def test_the_officers_name_is_shown_where_they_choose_so(desk: Desk, officer: Browsing) -> None:
    await officer.post(f"{ADDRESS}/take", {"name": "show"})
    await officer.post(f"{ADDRESS}/say", {"text": "您好"})
    assert desk.conversations.transcript(MARK)[-1].said.name == officer.officer.name


async def test_a_second_officer_is_told_who_speaks(desk: Desk, officer: Browsing, sign_in: SignIn) -> None:
    second = await sign_in("supervisor")
    await officer.post(f"{ADDRESS}/take")
    page = await second.post(f"{ADDRESS}/take")
    assert page.status == 409
    assert f"{BUREAU}的工作人员正在答复" in page.text
    assert [taken.login for taken in desk.conversations.takeovers()] == [officer.officer.login]


async def test_words_of_whoever_does_not_speak_any_more_are_not_sent_and_not_lost(desk: Desk, officer: Browsing) -> None:
    page = await officer.post(f"{ADDRESS}/say", {"text": "我回来了"})
    assert page.status == 409
    assert "我回来了" in page.text
    assert (Author.OFFICER, "我回来了") not in _words(desk.conversations)


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001], ids=["empty", "blank", "too long"])
async def test_nothing_and_too_much_are_refused(desk: Desk, officer: Browsing, text: str) -> None:
    await officer.post(f"{ADDRESS}/take")
    before = _words(desk.conversations)
    assert (await officer.post(f"{ADDRESS}/say", {"text": text})).status == 400
    assert _words(desk.conversations) == before


async def test_markup_in_words_and_names_stays_text(desk: Desk, officer: Browsing) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    _talk(desk, attack)
    desk.conversations.record([Turn(ID, "web", datetime.now(timezone.utc), (Said(Author.ENQUIRER, attack),))])
    for address in ("/conversations", ADDRESS, f"{ADDRESS}/words"):
        text = (await officer.get(address)).text
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "&lt;script&gt;" in text


async def test_the_page_is_told_at_once_what_is_said_and_an_open_page_is_a_sign_of_life(
    desk: Desk, officer: Browsing, client: TestClient[web.Request, web.Application]
) -> None:
    await officer.post(f"{ADDRESS}/take")
    with desk.registry.database.writing() as connection:
        connection.execute(update(CONVERSATIONS).values(officer_seen_at=datetime.now(timezone.utc) - timedelta(hours=1)))
    cookie = "; ".join(f"{name}={value}" for name, value in officer.cookies.items())
    async with client.get(f"/desk{ADDRESS}/live", headers={"Cookie": cookie}) as response:
        first = await asyncio.wait_for(response.content.readuntil(b"\n\n"), 5)
        desk.conversations.hear(ID, "在吗")
        second = await asyncio.wait_for(response.content.readuntil(b"\n\n"), 5)
    assert first.startswith(b"event: changed")
    assert second != first
    assert desk.conversations.end_vanished(timedelta(seconds=30), timedelta(minutes=10), lambda *_: None) == ()


async def test_whoever_waits_is_shown_with_the_minutes(desk: Desk, officer: Browsing) -> None:
    await officer.post(f"{ADDRESS}/take")
    desk.conversations.hear(ID, "在吗")
    assert "等待答复 0 分钟" in (await officer.get("/conversations")).text


async def test_after_erasure_there_is_no_conversation_any_more(desk: Desk, officer: Browsing) -> None:
    number = desk.registry.tickets.open_ticket(lead(conversation=MARK)).ticket.number
    desk.registry.tickets.erase(number)
    page = await officer.get(ADDRESS)
    assert page.status == 404
    assert "用地怎么保障" not in page.text


async def test_an_officer_sees_how_far_somebody_on_a_platform_can_be_reached(desk: Desk, officer: Browsing) -> None:
    assert "主动发送" not in (await officer.get(ADDRESS)).text
    contacts = Contacts(desk.registry.database, desk.registry.key, lambda: ID)
    inbox = Inbox(contacts)
    allowed = (5, timedelta(hours=48))
    arrival = inbox.arrive(Message("wechat", "gh_1", "openid-1", "message:1", "text", "用地", "", "park-7"), allowed)
    assert arrival.contact is not None
    page = (await officer.get(ADDRESS)).text
    assert "对方使用微信公众号：还可主动发送 5 条，至" in page
    assert "park-7" in page
    assert "尚未送达" not in page
    assert "openid-1" not in page
    inbox.complete(arrival.inbox_id, arrival.contact.id, Answer("应保尽保"), goes_along=False, most_bytes=2000)
    with desk.registry.database.writing() as connection:
        connection.execute(update(CONTACTS).values(window_left=0))
    page = (await officer.get(ADDRESS)).text
    assert "平台现在不允许主动发送" in page
    assert "有 1 条尚未送达" in page
