"""What goes in and comes out of a turn, the same for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from knowledge import LANGUAGES, Language

__all__ = ["LANGUAGES", "Choice", "IncomingMessage", "Language", "OutgoingMessage"]


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """What an enquirer wrote."""

    conversation_id: str
    text: str
    language: Language
    channel: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A suggestion to tap; its payload is sent as the enquirer's next message."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """What the assistant says."""

    text: str
    answer: dict[str, Any] | None
    """The knowledge behind the text as in the public API (see openapi.json), None where no question was answered."""
    choices: tuple[Choice, ...]
