"""The turn itself: asks Rasa over its REST channel, and treats everything but a real reply as a failure."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.dialogue.message import Choice, IncomingMessage, OutgoingMessage

_TRACKER_SECONDS = 2.0


class DialogueUnavailable(Exception):
    """Rasa gave no usable reply: it is down, too slow, or one of its actions failed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class DialoguePaused(DialogueUnavailable):
    """Rasa says nothing because it was told that an officer speaks."""

    def __init__(self) -> None:
        super().__init__("paused")


class RasaDialogue:
    """Rasa behind its REST channel. One message of a conversation at a time: Rasa itself locks by sender."""

    def __init__(self, session: aiohttp.ClientSession, url: str, timeout_seconds: float, token: str) -> None:
        """`token`: what Rasa's own API wants to see."""
        self._session = session
        self._url = url
        self._token = token
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    def patient(self, timeout_seconds: float) -> RasaDialogue:
        """The same for turns that nobody waits for at the other end of a connection."""
        return RasaDialogue(self._session, self._url, timeout_seconds, self._token)

    async def reply(self, message: IncomingMessage) -> tuple[OutgoingMessage, ...]:
        """The assistant's messages, at least one. Raises DialogueUnavailable within the timeout, DialoguePaused."""
        body = {
            "sender": message.conversation_id,
            "message": _harmless(message.text),
            "metadata": {"language": message.language, "channel": message.channel},
        }
        try:
            async with self._session.post(f"{self._url}/webhooks/rest/webhook", json=body, timeout=self._timeout) as response:
                if response.status != 200:
                    raise DialogueUnavailable(f"status {response.status}")
                utterances = json.loads(await response.read())
        except asyncio.TimeoutError as error:
            raise DialogueUnavailable("timeout") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise DialogueUnavailable(type(error).__name__) from error
        messages = read_utterances(utterances)
        if not messages:
            # Rasa's REST channel swallows exceptions of actions and says 200 [].
            raise DialoguePaused if await self._is_paused(message.conversation_id) else DialogueUnavailable("empty reply")
        return messages

    async def add_words(self, conversation_id: str, enquirer: str = "", officer: str = "", bureau: str = "") -> bool:
        """Put what enquirer and officer say to each other into Rasa's tracker; whether that was possible.

        Nobody has to wait for Rasa to speak to an officer: the words are kept by us in any case.
        """
        events: list[dict[str, Any]] = []
        if enquirer:
            text = _harmless(enquirer)
            # It was not understood by anything, and must not look as if; Rasa refuses null for a name.
            parsed = {"text": text, "intent": {"name": "", "confidence": 0.0}, "entities": []}
            events.append({"event": "user", "text": text, "parse_data": parsed, "input_channel": "rest"})
            events.append({"event": "action", "name": "action_listen"})
        if officer:
            events.append({"event": "bot", "text": officer, "metadata": {"author": "officer", "bureau": bureau}})
        return await self._append(conversation_id, events)

    async def set_silent(self, conversation_id: str, is_silent: bool) -> bool:
        """Whether Rasa answers in a conversation by itself; whether it could be told so."""
        return await self._append(conversation_id, [{"event": "pause" if is_silent else "resume"}])

    async def forget(self, conversation_id: str) -> bool:
        """Let Rasa forget what was said in a conversation and what it has noted of it; whether it could be told so."""
        return await self._tracker("PUT", conversation_id, "/events", [{"event": "restart"}]) is not None

    async def _append(self, conversation_id: str, events: list[dict[str, Any]]) -> bool:
        return await self._tracker("POST", conversation_id, "/events", events) is not None

    async def _is_paused(self, conversation_id: str) -> bool:
        return bool((await self._tracker("GET", conversation_id) or {}).get("paused"))

    async def _tracker(self, method: str, conversation_id: str, part: str = "", events: object = None) -> dict[str, Any] | None:
        """What Rasa's own API says of a conversation, without its events; None where it says nothing usable."""
        address = f"{self._url}/conversations/{quote(conversation_id, safe='')}/tracker{part}"
        asked = {"token": self._token, "include_events": "NONE"}
        patience = aiohttp.ClientTimeout(total=_TRACKER_SECONDS)
        try:
            async with self._session.request(method, address, params=asked, json=events, timeout=patience) as response:
                state = json.loads(await response.read()) if response.status == 200 else None
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            return None
        return state if isinstance(state, dict) else None

    async def is_ready(self) -> bool:
        """True if Rasa answers at all; it listens only after its model is loaded."""
        try:
            async with self._session.get(self._url, timeout=aiohttp.ClientTimeout(total=1.0)) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False


def read_utterances(utterances: Any) -> tuple[OutgoingMessage, ...]:
    """Rasa's utterances as messages. What an action sends beside its text arrives as an utterance of its own after it."""
    messages: list[OutgoingMessage] = []
    for utterance in utterances if isinstance(utterances, list) else ():
        custom = utterance.get("custom")
        if isinstance(custom, dict) and messages:
            last = messages.pop()
            messages.append(OutgoingMessage(last.text, custom.get("answer"), last.choices))
        elif text := utterance.get("text"):
            choices = tuple(Choice(b["title"], b["payload"]) for b in utterance.get("buttons", ()))
            messages.append(OutgoingMessage(text, None, choices))
    return tuple(messages)


def _harmless(text: str) -> str:
    """Rasa takes a leading slash for a command that sets intents and slots (/restart): nobody may write one."""
    return "／" + text[1:] if text.startswith("/") else text
