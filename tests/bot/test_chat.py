"""POST /api/chat and what happens when Rasa misbehaves."""

from __future__ import annotations

import time
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from tests.bot.conftest import Client
from tests.bot.rasa_double import RasaDouble

ANSWER = {"status": "answered", "citations": [], "bureaus": {"principal": [], "supporting": []}, "score": 1.0}


async def test_a_message_gets_the_assistants_messages(client: Client, rasa: RasaDouble) -> None:
    rasa.utterances = [
        {"recipient_id": "x", "text": "由市指标保障。", "buttons": [{"title": "联系", "payload": "联系市自然资源局"}]},
        {"recipient_id": "x", "custom": {"answer": ANSWER}},
    ]
    response = await client.post("/api/chat", json={"text": "用地指标"})
    body = await response.json()
    assert response.status == 200
    assert body["messages"] == [{"text": "由市指标保障。", "answer": ANSWER, "choices": [{"title": "联系", "payload": "联系市自然资源局"}]}]


async def test_a_conversation_goes_on_under_its_id(client: Client, rasa: RasaDouble) -> None:
    first = await (await client.post("/api/chat", json={"text": "你好"})).json()
    await client.post("/api/chat", json={"text": "用地", "conversation_id": first["conversation_id"]})
    assert rasa.received[0]["sender"] == rasa.received[1]["sender"] == first["conversation_id"]


async def test_a_new_conversation_has_a_new_id(client: Client) -> None:
    ids = {(await (await client.post("/api/chat", json={"text": "你好"})).json())["conversation_id"] for _ in range(3)}
    assert len(ids) == 3


async def test_an_id_that_is_not_ours_is_not_found(client: Client, rasa: RasaDouble) -> None:
    response = await client.post("/api/chat", json={"text": "你好", "conversation_id": "somebody-else"})
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "conversation_not_found"
    assert rasa.received == []


@pytest.mark.parametrize("text", ["/restart", " /session_start", '/ask{"bureaus_in_charge": ["x"]}'])
async def test_nobody_can_write_rasas_own_commands(client: Client, rasa: RasaDouble, text: str) -> None:
    await client.post("/api/chat", json={"text": text})
    assert not rasa.received[0]["message"].startswith("/")


@pytest.mark.parametrize("utterances", [[], {}, None, "oops", [{"recipient_id": "x"}], [{"custom": {"answer": None}}]], ids=repr)
async def test_an_empty_reply_is_a_failure(client: Client, rasa: RasaDouble, utterances: Any) -> None:
    rasa.utterances = utterances
    await _expect_unavailable(client)


async def test_a_rasa_error_is_a_failure(client: Client, rasa: RasaDouble) -> None:
    rasa.status = 500
    await _expect_unavailable(client)


async def test_a_slow_rasa_is_given_up_in_time(client: Client, rasa: RasaDouble) -> None:
    rasa.delay_seconds = 5
    started = time.monotonic()
    await _expect_unavailable(client)
    assert time.monotonic() - started < 2


async def test_the_service_recovers_when_rasa_is_back(client: Client, rasa: RasaDouble) -> None:
    port = rasa.server.port
    await rasa.server.close()
    await _expect_unavailable(client)
    assert (await client.get("/healthz")).status == 503
    again = RasaDouble()
    async with TestServer(again.server.app, port=port):
        assert (await client.post("/api/chat", json={"text": "你好"})).status == 200
        assert (await client.get("/healthz")).status == 200


async def _expect_unavailable(client: Client) -> None:
    response = await client.post("/api/chat", json={"text": "用地"})
    assert response.status == 503
    assert (await response.json())["error"]["code"] == "dialogue_unavailable"
    assert int(response.headers["Retry-After"]) > 0
