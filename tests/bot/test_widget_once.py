"""The same message sent again gets the same answer, and is taken once."""

from __future__ import annotations

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import select, update

from actions.contacts.tables import INBOX
from actions.tickets.history import utc_now
from bot.channels.web.kept import KeptReplies
from bot.channels.web.once import Once, Reply
from bot.http.errors import NotAvailable
from bot.keys import TICKETS
from tests.bot.conftest import Client
from tests.bot.rasa_double import RasaDouble


class Work:
    """Takes a moment, and counts how often it was done."""

    def __init__(self) -> None:
        self.done = 0
        self.fails = False

    async def __call__(self) -> Reply:
        self.done += 1
        number = self.done
        await asyncio.sleep(0.02)
        if self.fails:
            raise NotAvailable("x", "x")
        return {"number": number}


class Shelf:
    """Keeps answers beyond one `Once`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Reply] = {}

    async def find(self, conversation: str, client_id: str) -> Reply | None:
        return self.kept.get((conversation, client_id))

    async def keep(self, conversation: str, client_id: str, reply: Reply) -> None:
        self.kept[conversation, client_id] = reply


async def test_repeats_wait_for_the_first_and_get_what_it_gets() -> None:
    once, work = Once(), Work()
    replies = await asyncio.gather(*(once.take("m", "1", work) for _ in range(5)))
    assert [*replies, await once.take("m", "1", work)] == [{"number": 1}] * 6
    assert await once.take("m", "2", work) == {"number": 2}
    assert await once.take("another", "1", work) == {"number": 3}


async def test_what_failed_may_be_tried_again() -> None:
    once, work = Once(), Work()
    work.fails = True
    failures = await asyncio.gather(*(once.take("m", "1", work) for _ in range(2)), return_exceptions=True)
    assert [type(failure) for failure in failures] == [NotAvailable, NotAvailable]
    assert work.done == 1
    work.fails = False
    assert await once.take("m", "1", work) == {"number": 2}


async def test_whoever_goes_away_takes_nobodys_answer_along() -> None:
    once, work = Once(), Work()
    first = asyncio.create_task(once.take("m", "1", work))
    await asyncio.sleep(0.005)
    second = asyncio.create_task(once.take("m", "1", work))
    first.cancel()
    assert await second == {"number": 1}


async def test_a_restart_changes_nothing_where_answers_are_kept() -> None:
    shelf, work = Shelf(), Work()
    assert await Once(shelf).take("m", "1", work) == {"number": 1}
    assert await Once(shelf).take("m", "1", work) == {"number": 1}
    assert work.done == 1


async def _chat(client: Client, **body: Any) -> Any:
    async with client.post("/api/chat", json={"text": "用地", **body}) as response:
        assert response.status == 200
        return await response.json()


async def test_a_message_that_is_sent_again_meanwhile_or_later_reaches_the_bot_once(client: Client, rasa: RasaDouble) -> None:
    rasa.delay_seconds = 0.1
    name = str(uuid.uuid4())
    replies = await asyncio.gather(*(_chat(client, client_id=name) for _ in range(3)))
    replies.append(await _chat(client, client_id=name.upper()))
    assert replies == [replies[0]] * 4, "the id of the conversation that it began among it"
    assert len(rasa.received) == 1
    await _chat(client, client_id=name, conversation_id=replies[0]["conversation_id"])
    assert len(rasa.received) == 2, "within another conversation it is another message"


async def test_a_message_that_comes_again_after_a_restart_gets_the_answer_that_was_kept_in_no_readable_form(
    client: Client, rasa: RasaDouble
) -> None:
    name = str(uuid.uuid4())
    first = await _chat(client, client_id=name)
    assert client.app is not None
    tickets = client.app[TICKETS]
    restarted = Once(KeptReplies(tickets, structlog.get_logger()))
    work = Work()
    assert await restarted.take("", name, work) == first
    assert work.done == 0
    with tickets.registry.database.reading() as connection:
        (row,) = connection.execute(select(INBOX)).mappings().all()
    assert name not in str(dict(row))
    assert "您好" not in str(dict(row))
    with tickets.registry.database.writing() as connection:
        connection.execute(update(INBOX).values(at=utc_now() - timedelta(days=1, seconds=1)))
    await restarted.take("m", name, work)
    with tickets.registry.database.reading() as connection:
        assert [each["account"] for each in connection.execute(select(INBOX)).mappings()] == ["m"], "a day is over"


async def test_a_message_that_rasa_did_not_take_is_taken_when_it_comes_again(client: Client, rasa: RasaDouble) -> None:
    name = str(uuid.uuid4())
    rasa.status = 500
    async with client.post("/api/chat", json={"text": "用地", "client_id": name}) as response:
        assert response.status == 503
    rasa.status = 200
    assert (await _chat(client, client_id=name))["messages"]


@pytest.mark.parametrize("name", [7, "", "x", "not-a-uuid", "0" * 36])
async def test_another_kind_of_id_is_refused(client: Client, name: Any) -> None:
    async with client.post("/api/chat", json={"text": "用地", "client_id": name}) as response:
        assert response.status == 400
        assert (await response.json())["error"]["code"] == "invalid_client_id"
