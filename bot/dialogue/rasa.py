"""The turn itself: asks Rasa over its REST channel, and treats everything but a real reply as a failure."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from bot.dialogue.message import Choice, IncomingMessage, OutgoingMessage


class DialogueUnavailable(Exception):
    """Rasa gave no usable reply: it is down, too slow, or one of its actions failed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class RasaDialogue:
    """Rasa behind its REST channel. One message of a conversation at a time: Rasa itself locks by sender."""

    def __init__(self, session: aiohttp.ClientSession, url: str, timeout_seconds: float) -> None:
        self._session = session
        self._url = url
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def reply(self, message: IncomingMessage) -> tuple[OutgoingMessage, ...]:
        """The assistant's messages, at least one. Raises DialogueUnavailable within the timeout."""
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
            raise DialogueUnavailable("empty reply")
        return messages

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
