"""Call-backs: the bureau tells the service, signed, that it accepts a ticket, has something to say or has closed it."""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timezone

import aiohttp

from actions.simulator.signature import Secrets

TYPES = {"accept": "ticket.accepted", "comment": "ticket.commented", "close": "ticket.closed"}
"""What can be told, by the name of its button."""
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_MOST_ANSWER_BYTES = 2000


@dataclass(frozen=True, slots=True)
class CallBack:
    """One call-back and its answer."""

    ticket: str
    type: str
    at: datetime
    """In UTC."""
    status: int | None
    """Of the answer; None: there was none."""
    answer: str
    """The beginning of the answer, or why there was none."""


async def call_back(session: aiohttp.ClientSession, url: str, signing: Secrets, position: int, told: tuple[str, str, str]) -> CallBack:
    """Send one, with the secret at this position. `told`: type, ticket and comment. An error is told in the result, never raised."""
    type_, ticket, comment = told
    at = datetime.now(tz=timezone.utc)
    timestamp = at.isoformat(timespec="seconds").replace("+00:00", "Z")
    body = json.dumps(
        {"type": type_, "timestamp": timestamp, "data": {"ticket": ticket, "comment": comment}}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    headers = {"content-type": "application/json", **signing.sign(position, f"msg_{secrets.token_hex(16)}", at, body)}
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False, timeout=_TIMEOUT) as answer:
            beginning = await answer.content.read(_MOST_ANSWER_BYTES)
            return CallBack(ticket, type_, at, answer.status, beginning.decode(errors="replace"))
    except asyncio.TimeoutError:
        return CallBack(ticket, type_, at, None, "对方超时未答复。")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return CallBack(ticket, type_, at, None, f"未能送达（{type(error).__name__}）。")
