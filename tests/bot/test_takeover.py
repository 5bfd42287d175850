"""An officer in the bot's place, as the enquirer's channel sees it: who gets the message, and what comes down by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest
from sqlalchemy import update

from actions.conversations.register import Conversations
from actions.conversations.tables import CONVERSATIONS as CONVERSATION_ROWS
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from actions.tickets.model import EventKind
from bot.channels.web.views import OPENAPI
from bot.keys import CONVERSATIONS, TICKETS
from tests.actions.tickets.samples import lead
from tests.bot.conftest import Client
from tests.bot.rasa_double import RasaDouble

DESCRIBED = json.loads(OPENAPI.read_text(encoding="utf-8"))
CHEN = Officer(1, "chen", "陈霞", "市税务局", Role.OFFICER, True, False, False)


def _nothing(*_: object) -> None:
    """No record is asked for here."""


async def _chat(client: Client, text: str, conversation_id: str | None = None) -> Any:
    async with client.post("/api/chat", json={"text": text, "conversation_id": conversation_id}) as response:
        assert response.status == 200
        return await response.json()


async def _events(client: Client, conversation_id: str, last: str = "") -> AsyncIterator[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {conversation_id}", **({"Last-Event-ID": last} if last else {})}
    async with client.get("/api/chat/events", headers=headers) as response:
        assert response.status == 200
        assert response.content_type == "text/event-stream"
        event: dict[str, Any] = {}
        async for line in response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = json.loads(value) if name == "data" else value
            elif event:
                yield event
                event = {}


@pytest.fixture
def conversations(client: Client) -> Conversations:
    assert client.app is not None
    registry = client.app[TICKETS].registry
    return Conversations(registry.database, registry.key)


async def _begun(client: Client) -> str:
    conversation_id: str = (await _chat(client, "您好"))["conversation_id"]
    assert client.app is not None
    await client.app[CONVERSATIONS].flush()
    return conversation_id


async def _look(client: Client) -> None:
    assert client.app is not None
    await client.app[CONVERSATIONS].look()


async def test_while_an_officer_speaks_the_message_goes_to_them_and_not_to_the_bot(
    client: Client, rasa: RasaDouble, conversations: Conversations
) -> None:
    conversation_id = await _begun(client)
    mark = conversation_mark(conversation_id)
    conversations.take_over(mark, CHEN, "市税务局", False, _nothing)
    await _look(client)
    said = len(rasa.received)
    reply = await _chat(client, "税怎么交", conversation_id)
    assert reply["messages"] == []
    assert reply["with_officer"] == {"bureau": "市税务局", "name": ""}
    assert len(rasa.received) == said
    assert [each.said.text for each in conversations.transcript(mark)][-1] == "税怎么交"
    conversations.hand_back(mark, CHEN, _nothing)
    reply = await _chat(client, "税怎么交", conversation_id)
    assert reply["with_officer"] is None
    assert [message["text"] for message in reply["messages"]] == ["您好"], "at once, though Rasa was still silent"


async def test_what_is_said_to_an_officer_is_in_rasas_tracker_and_the_bot_is_paused_meanwhile(
    client: Client, rasa: RasaDouble, conversations: Conversations
) -> None:
    conversation_id = await _begun(client)
    conversations.take_over(conversation_mark(conversation_id), CHEN, "市税务局", False, _nothing)
    await _look(client)
    await _chat(client, "/restart", conversation_id)
    conversations.hand_back(conversation_mark(conversation_id), CHEN, _nothing)
    await _look(client)
    assert [event["event"] for event in rasa.appended[conversation_id]] == ["pause", "user", "action", "resume"]
    assert rasa.appended[conversation_id][1]["text"] == "／restart"


async def test_a_message_that_meets_a_silent_rasa_goes_to_the_officer_who_has_just_taken_over(
    client: Client, rasa: RasaDouble, conversations: Conversations
) -> None:
    conversation_id = await _begun(client)
    mark = conversation_mark(conversation_id)
    rasa.appended[conversation_id] = [{"event": "pause"}]  # another copy of the service has noticed before this one
    conversations.take_over(mark, CHEN, "市税务局", False, _nothing)
    reply = await _chat(client, "税怎么交", conversation_id)
    assert (reply["messages"], reply["with_officer"]) == ([], {"bureau": "市税务局", "name": ""})
    assert [each.said.text for each in conversations.transcript(mark)][-1] == "税怎么交"
    assert rasa.is_paused(conversation_id)


async def test_the_bot_speaks_again_also_where_rasa_was_never_told_that_the_officer_gave_back(client: Client, rasa: RasaDouble) -> None:
    conversation_id = await _begun(client)
    rasa.appended[conversation_id] = [{"event": "pause"}]  # a service that ended before it could say more
    reply = await _chat(client, "税怎么交", conversation_id)
    assert [message["text"] for message in reply["messages"]] == ["您好"]
    assert not rasa.is_paused(conversation_id)


async def test_rasa_being_down_keeps_nobody_from_talking_to_an_officer(
    client: Client, rasa: RasaDouble, conversations: Conversations
) -> None:
    conversation_id = await _begun(client)
    conversations.take_over(conversation_mark(conversation_id), CHEN, "市税务局", False, _nothing)
    await _look(client)
    await rasa.server.close()
    assert (await _chat(client, "在吗", conversation_id))["with_officer"]


async def test_the_tickets_of_a_conversation_tell_of_an_officer_who_vanished(client: Client, conversations: Conversations) -> None:
    assert client.app is not None
    tickets = client.app[TICKETS].registry.tickets
    conversation_id = await _begun(client)
    mark = conversation_mark(conversation_id)
    number = tickets.open_ticket(lead(conversation=mark)).ticket.number
    conversations.take_over(mark, CHEN, "市税务局", False, _nothing)
    with client.app[TICKETS].registry.database.writing() as connection:
        connection.execute(update(CONVERSATION_ROWS).values(officer_seen_at=datetime.now(timezone.utc) - timedelta(hours=1)))
    await client.app[CONVERSATIONS].end_vanished()
    assert conversations.takeovers() == ()
    assert [event.kind for event in tickets.standing(number).events][-1] is EventKind.HANDED_BACK


async def test_officers_words_come_down_by_themselves_and_once_each_also_after_a_break(
    client: Client, conversations: Conversations
) -> None:
    conversation_id = await _begun(client)
    mark = conversation_mark(conversation_id)
    heard: list[dict[str, Any]] = []

    async def listen(number: int, last: str = "") -> None:
        async for event in _events(client, conversation_id, last):
            heard.append(event)
            if len(heard) >= number:
                return

    listening = asyncio.create_task(listen(4))
    await asyncio.sleep(0.2)
    conversations.take_over(mark, CHEN, "市税务局", True, _nothing)
    conversations.say(mark, CHEN, "您好", _nothing)
    await asyncio.wait_for(listening, 5)
    kinds = [event["event"] for event in heard]
    assert sorted(kinds) == ["message", "message", "speaker", "speaker"]
    assert heard[0] == {"event": "speaker", "data": None}
    (officer,) = [event["data"] for event in heard if event["event"] == "message" and event["data"]["author"] == "officer"]
    assert (officer["bureau"], officer["name"], officer["text"]) == ("市税务局", "陈霞", "您好")
    last = max((event["id"] for event in heard if "id" in event), key=int)
    conversations.say(mark, CHEN, "再见", _nothing)
    heard.clear()
    await asyncio.wait_for(listen(2, last), 5)
    assert [event["data"].get("text") for event in heard if event["event"] == "message"] == ["再见"]


async def test_where_streams_are_held_back_the_same_comes_as_one_reply(client: Client, conversations: Conversations) -> None:
    conversation_id = await _begun(client)
    mark = conversation_mark(conversation_id)
    conversations.take_over(mark, CHEN, "市税务局", False, _nothing)
    conversations.say(mark, CHEN, "您好", _nothing)
    await _look(client)

    async def ask(last: str) -> Any:
        headers = {"Authorization": f"Bearer {conversation_id}", "Last-Event-ID": last}
        async with client.get("/api/chat/events", params={"wait": "0"}, headers=headers) as response:
            assert response.status == 200
            body = await response.json()
        jsonschema.Draft202012Validator({**DESCRIBED, "$ref": "#/components/schemas/NewsSoFar"}).validate(body)
        return body

    body = await ask("")
    assert [message["data"]["author"] for message in body["messages"]] == ["system", "officer"]
    assert body["speaker"] == {"bureau": "市税务局", "name": ""}
    assert (await ask(body["messages"][-1]["id"]))["messages"] == []
    async with client.get("/api/chat/events", params={"wait": "9"}, headers={"Authorization": f"Bearer {conversation_id}"}) as response:
        assert response.status == 400


async def test_one_address_opens_so_many_streams_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.web.events.MOST_STREAMS", 2)
    headers = {"Authorization": f"Bearer {await _begun(client)}"}
    async with client.get("/api/chat/events", headers=headers) as first, client.get("/api/chat/events", headers=headers) as second:
        assert (first.status, second.status) == (200, 200)
        async with client.get("/api/chat/events", headers=headers) as third:
            assert third.status == 429
            assert int(third.headers["Retry-After"]) > 0


async def test_nobody_listens_to_anothers_conversation(client: Client) -> None:
    conversation_id = await _begun(client)
    for headers in (
        {},
        {"Authorization": "Bearer x"},
        {"Authorization": f"Basic {conversation_id}"},
        {"Authorization": f"Bearer {conversation_id[:-1]}"},
    ):
        async with client.get("/api/chat/events", headers=headers) as response:
            assert response.status == 404


async def test_a_turn_is_in_the_transcript_with_the_answer(client: Client, rasa: RasaDouble, conversations: Conversations) -> None:
    answer = {"status": "abstained", "citations": [], "bureaus": {"principal": ["市税务局"], "supporting": []}, "score": 0.1}
    rasa.utterances = [{"recipient_id": "x", "text": "方案未载明"}, {"recipient_id": "x", "custom": {"answer": answer}}]
    conversation_id = await _begun(client)
    asked, answered = conversations.transcript(conversation_mark(conversation_id))
    assert (asked.said.text, answered.said.text, answered.said.answer) == ("您好", "方案未载明", answer)
