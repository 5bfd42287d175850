"""The chat API's JSON as values: strict on the way in, exact on the way out."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, cast

from actions.conversations.model import Takeover, Utterance
from actions.questions import Rating
from bot.dialogue.message import LANGUAGES, Language
from bot.dialogue.turn import Taken
from bot.http.errors import BadInput

MAX_TEXT_CHARACTERS = 1000
_MOST_TOKEN_CHARACTERS = 4096
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A parsed body of POST /api/chat."""

    text: str
    conversation_id: str | None
    language: Language
    client_id: str | None
    """The page's own id of the message, a UUID (RFC 9562): the same one for each try."""


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A parsed body of POST /api/widget/session."""

    site: str
    conversation_id: str | None
    """The conversation that is to go on."""
    identity: str | None
    """What the site signed about its visitor."""


@dataclass(frozen=True, slots=True)
class FeedbackRequest:
    """A parsed body of POST /api/feedback."""

    conversation_id: str
    question: str
    rating: Rating
    comment: str


def read_chat_request(body: bytes) -> ChatRequest:
    """Parse and check a body. Raises BadInput naming the field."""
    fields = read_object(body)
    text = _words(fields, "text")
    if not text:
        raise BadInput("empty_text", "请输入您的问题。")
    conversation_id = _text_if_any(fields, "conversation_id")
    language = fields.get("language", "zh-Hans")
    if language not in LANGUAGES:
        raise BadInput("invalid_language", f"language 应为 {'、'.join(LANGUAGES)} 之一。")
    client_id = _text_if_any(fields, "client_id")
    if client_id is not None and not _UUID.fullmatch(client_id.lower()):
        raise BadInput("invalid_client_id", "client_id 应为 UUID。")
    return ChatRequest(text, conversation_id, cast(Language, language), client_id and client_id.lower())


def read_session_request(body: bytes) -> SessionRequest:
    """Parse and check a body. Raises BadInput naming the field."""
    fields = read_object(body)
    site = fields.get("site")
    if not isinstance(site, str):
        raise BadInput("invalid_site", "site 应为网站的 key。")
    return SessionRequest(site, _text_if_any(fields, "conversation_id"), _text_if_any(fields, "identity"))


def read_feedback_request(body: bytes) -> FeedbackRequest:
    """Parse and check a body. Raises BadInput naming the field."""
    fields = read_object(body)
    conversation_id = fields.get("conversation_id")
    if not isinstance(conversation_id, str):
        raise BadInput("invalid_conversation_id", "conversation_id 应为文字。")
    rating = fields.get("rating")
    if rating not in (Rating.UP.value, Rating.DOWN.value):
        raise BadInput("invalid_rating", "rating 应为 up 或 down。")
    question = _words(fields, "question")
    if not question:
        raise BadInput("empty_question", "question 应为所评价的问题。")
    return FeedbackRequest(conversation_id, question, Rating(rating), _words({"comment": "", **fields}, "comment"))


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object that a body is. Raises BadInput."""
    try:
        fields = json.loads(body.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadInput("invalid_json", "请求内容不是有效的 UTF-8 JSON。") from error
    if not isinstance(fields, dict):
        raise BadInput("invalid_json", "请求内容应为 JSON 对象。")
    return fields


def _text_if_any(fields: dict[str, Any], name: str) -> str | None:
    text = fields.get(name)
    if text is not None and (not isinstance(text, str) or len(text) > _MOST_TOKEN_CHARACTERS):
        raise BadInput(f"invalid_{name}", f"{name} 应为文字。")
    return text


def _words(fields: dict[str, Any], name: str) -> str:
    """What a person wrote, without control characters."""
    text = fields.get(name)
    if not isinstance(text, str):
        raise BadInput(f"invalid_{name}", f"{name} 应为文字。")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise BadInput(f"{name}_too_long", f"一次最多 {MAX_TEXT_CHARACTERS} 个字，请分几次发送。")
    return printable(text)


def write_chat_reply(conversation_id: str, taken: Taken) -> dict[str, Any]:
    """The 200 body of POST /api/chat."""
    return {
        "conversation_id": conversation_id,
        "with_officer": write_speaker(taken.officer),
        "messages": [
            {
                "text": message.text,
                "answer": message.answer,
                "choices": [{"title": choice.title, "payload": choice.payload} for choice in message.choices],
            }
            for message in taken.messages
        ],
    }


def write_speaker(officer: Takeover | None) -> dict[str, str] | None:
    """Who speaks in the bot's place, as far as the enquirer is told."""
    return None if officer is None else {"bureau": officer.bureau, "name": officer.name}


def write_news(utterance: Utterance) -> dict[str, str]:
    """The data of an event of GET /api/chat/events."""
    said = utterance.said
    return {"author": said.author.value, "text": said.text, "bureau": said.bureau, "name": said.name, "at": utterance.at.isoformat()}


def write_utterance(utterance: Utterance) -> dict[str, Any]:
    """One of the messages of GET /api/chat/transcript."""
    return {"id": str(utterance.id), **write_news(utterance), "answer": utterance.said.answer}


def dump(value: object) -> str:
    """JSON as it is sent: Chinese stays legible."""
    return json.dumps(value, ensure_ascii=False)


def printable(text: str) -> str:
    """A text without control characters and lone surrogates; line breaks become spaces."""
    kept = (" " if c in "\n\r\t\u2028\u2029" else c for c in text if c in "\n\r\t\u200d" or unicodedata.category(c) not in ("Cc", "Cs"))
    return " ".join("".join(kept).split())
