"""The two bots that are compared, as the client sees them: how each is started, spoken to, and checked."""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from bench.errors import BadReply
from bot.settings import PROJECT

_TURN_SECONDS = 30.0


class Bot(Protocol):
    """One side of the comparison."""

    @property
    def name(self) -> str:
        """For progress lines."""

    @property
    def command(self) -> tuple[str, ...]:
        """The process to start; it may start others."""

    @property
    def folder(self) -> Path:
        """Where it is started."""

    @property
    def environment(self) -> dict[str, str]:
        """What it is started with."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What enquirers say, in turn."""

    async def say(self, session: aiohttp.ClientSession, text: str, conversation: str | None) -> str:
        """Take one turn, check the reply, and return the conversation's id; None begins one. Raises BadReply."""


@dataclass(frozen=True, slots=True)
class Ours:
    """The assistant, by its public chat API."""

    port: int
    rasa_port: int
    action_port: int
    sentences: tuple[str, ...]
    name: str = "ours"

    @property
    def command(self) -> tuple[str, ...]:
        """The launcher, which starts Rasa and the service."""
        return (sys.executable, "-m", "bot", "run")

    @property
    def folder(self) -> Path:
        """The project."""
        return PROJECT

    @property
    def environment(self) -> dict[str, str]:
        """The caller's settings, on ports of its own and without the limit on one address."""
        ports = {"PORT": self.port, "RASA_PORT": self.rasa_port, "ACTION_PORT": self.action_port}
        numbers = {name: str(port) for name, port in ports.items()}
        return os.environ | numbers | {"HOST": "127.0.0.1", "RATE_LIMIT_PER_MINUTE": "0"}

    async def say(self, session: aiohttp.ClientSession, text: str, conversation: str | None) -> str:
        """A question, which has to be answered: an abstention would be a cheaper turn."""
        body = {"text": text} if conversation is None else {"text": text, "conversation_id": conversation}
        reply = await _post(session, f"http://127.0.0.1:{self.port}/api/chat", body)
        try:
            statuses = [message["answer"] and message["answer"]["status"] for message in reply["messages"]]
            known = str(reply["conversation_id"])
        except (KeyError, TypeError) as error:
            raise BadReply(f"ours: a reply of another shape to “{text}”: {reply!r:.200}") from error
        if "answered" not in statuses:
            said = " / ".join(str(message["text"])[:60] for message in reply["messages"])
            raise BadReply(f"ours: no answer to “{text}” of bench/questions.txt but “{said}”")
        return known


@dataclass(frozen=True, slots=True)
class Starter:
    """The bot that `rasa init` makes, by Rasa's REST channel."""

    port: int
    folder: Path
    sentences: tuple[str, ...]
    name: str = "starter"

    @property
    def command(self) -> tuple[str, ...]:
        """Rasa exactly as it ships, but for the address it listens on."""
        return (sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(self.port))

    @property
    def environment(self) -> dict[str, str]:
        """The caller's; only the telemetry, which would call out, is off."""
        return os.environ | {"RASA_TELEMETRY_ENABLED": "false"}

    async def say(self, session: aiohttp.ClientSession, text: str, conversation: str | None) -> str:
        """A sentence of small talk, which has to bring at least one message. Here the client makes the id."""
        sender = conversation or secrets.token_hex(16)
        body = {"sender": sender, "message": text}
        reply = await _post(session, f"http://127.0.0.1:{self.port}/webhooks/rest/webhook", body)
        if not isinstance(reply, list) or not reply:
            raise BadReply(f"starter: no message in reply to “{text}”: {reply!r:.200}")
        return sender


async def _post(session: aiohttp.ClientSession, url: str, body: dict[str, str]) -> Any:
    """The JSON of a 200. Raises BadReply, and aiohttp's errors where nobody listens."""
    async with session.post(url, json=body, timeout=aiohttp.ClientTimeout(total=_TURN_SECONDS)) as response:
        raw = await response.read()
        if response.status != 200:
            raise BadReply(f"{url}: status {response.status}: {raw[:200]!r}")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise BadReply(f"{url}: not JSON: {raw[:200]!r}") from error
