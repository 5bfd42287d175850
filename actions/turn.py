"""What an action needs to know of the turn in which Rasa calls it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from rasa_sdk import Tracker

from actions.questions.model import conversation_mark
from knowledge import LANGUAGES, Language

_SMALL_TALK = frozenset({"greet", "thanks", "goodbye", "who_are_you"})
_SURE = 0.8


def text_of(tracker: Tracker) -> str:
    """What the enquirer wrote."""
    return tracker.latest_message.get("text") or ""


def channel_of(tracker: Tracker) -> str:
    """The way in that they used."""
    return str((tracker.latest_message.get("metadata") or {}).get("channel") or "web")


def language_of(tracker: Tracker) -> Language:
    """The one that the enquirer has chosen; simplified Chinese where they have not."""
    chosen = (tracker.latest_message.get("metadata") or {}).get("language")
    return next((language for language in LANGUAGES if language == chosen), "zh-Hans")


def mark_of(tracker: Tracker) -> str:
    """The one-way mark of the conversation."""
    return conversation_mark(tracker.sender_id)


def is_small_talk(tracker: Tracker) -> bool:
    """Whether Rasa is sure of it."""
    return intends(tracker, _SMALL_TALK)


def intends(tracker: Tracker, intents: Collection[str]) -> bool:
    """Whether Rasa is sure of one of these intents."""
    intent = tracker.latest_message.get("intent") or {}
    return intent.get("name") in intents and float(intent.get("confidence") or 0) >= _SURE


def is_told_apart(tracker: Tracker, begun_by: str) -> bool:
    """Whether Rasa has something else to do with the message than to run the form again, which its own intent would have it do for ever."""
    return (tracker.latest_message.get("intent") or {}).get("name") != begun_by


def form_begins(tracker: Tracker) -> bool:
    """Whether the form was activated by this very message, which is then not meant for it."""
    return any(event.get("event") == "active_loop" and event.get("name") for event in _of_this_turn(tracker))


def comes_back_to(tracker: Tracker, form: str) -> bool:
    """Whether something else was done in this turn before, so that the message has had its answer."""
    done = [event.get("name") for event in _of_this_turn(tracker) if event.get("event") == "action"]
    return any(name not in (form, "action_listen", "action_session_start", "action_extract_slots") for name in done)


def _of_this_turn(tracker: Tracker) -> Sequence[dict[str, Any]]:
    events: list[dict[str, Any]] = tracker.events
    began = max((i for i, event in enumerate(events) if event.get("event") == "user"), default=-1)
    return events[began + 1 :]
