"""POST /api/feedback: a thumb on an answer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from actions.questions.tables import REMARKS
from bot.keys import TICKETS
from tests.bot.conftest import Client


def _remarks(client: Client) -> list[Any]:
    assert client.app is not None
    with client.app[TICKETS].registry.database.reading() as connection:
        return list(connection.execute(select(REMARKS)).all())


async def _conversation(client: Client) -> str:
    found: str = (await (await client.post("/api/chat", json={"text": "你好"})).json())["conversation_id"]
    return found


async def test_a_thumb_is_kept_with_its_masked_question_and_without_the_conversation_s_id(client: Client) -> None:
    conversation = await _conversation(client)
    body = {"conversation_id": conversation, "question": "用地，我的电话13800138000", "rating": "down", "comment": "答非所问"}
    assert (await client.post("/api/feedback", json=body)).status == 204
    (remark,) = _remarks(client)
    assert (remark.rating, remark.question, remark.comment) == ("down", "用地,我的电话[电话]", "答非所问")
    assert remark.conversation not in conversation


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"rating": "sideways"}, 400, "invalid_rating"),
        ({"rating": ["up"]}, 400, "invalid_rating"),
        ({"question": ""}, 400, "empty_question"),
        ({"question": None}, 400, "invalid_question"),
        ({"question": "a" * 1001}, 400, "question_too_long"),
        ({"comment": 7}, 400, "invalid_comment"),
        ({"conversation_id": None}, 400, "invalid_conversation_id"),
        ({"conversation_id": "somebody-else"}, 404, "conversation_not_found"),
    ],
)
async def test_bad_input_is_refused_and_nothing_kept(client: Client, change: dict[str, Any], status: int, code: str) -> None:
    body = {"conversation_id": await _conversation(client), "question": "用地", "rating": "up"} | change
    response = await client.post("/api/feedback", json=body)
    assert response.status == status
    assert (await response.json())["error"]["code"] == code
    assert _remarks(client) == []
