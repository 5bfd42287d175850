"""The chat API's bodies."""

from __future__ import annotations

import json

import pytest

from bot.channels.web.schema import MAX_TEXT_CHARACTERS, read_chat_request
from bot.http.errors import BadInput


def test_a_message_is_read_with_its_defaults() -> None:
    request = read_chat_request('{"text": " 用地\\n指标 "}'.encode())
    assert (request.text, request.conversation_id, request.language) == ("用地 指标", None, "zh-Hans")


BAD_BODIES = [
    (b"", "invalid_json"),
    (b"{", "invalid_json"),
    (b"\xff\xfe", "invalid_json"),
    (b"[" * 100_000, "invalid_json"),
    (b"[]", "invalid_json"),
    (b"{}", "invalid_text"),
    (b'{"text": 5}', "invalid_text"),
    (b'{"text": null}', "invalid_text"),
    (b'{"text": ""}', "empty_text"),
    (b'{"text": " \\n\\t "}', "empty_text"),
    (b'{"text": "\\u0000\\u0007"}', "empty_text"),
    (b'{"text": "\\ud800"}', "empty_text"),
    (json.dumps({"text": "a" * (MAX_TEXT_CHARACTERS + 1)}).encode(), "text_too_long"),
    (b'{"text": "a", "conversation_id": 7}', "invalid_conversation_id"),
    (b'{"text": "a", "language": "fr"}', "invalid_language"),
    (b'{"text": "a", "language": []}', "invalid_language"),
]


@pytest.mark.parametrize(("body", "code"), BAD_BODIES, ids=[f"{body[:24]!r} {code}" for body, code in BAD_BODIES])
def test_bad_input_is_refused_with_its_code(body: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_chat_request(body)
    assert refused.value.code == code
