"""What a group chat or the subject of an e-mail may show of a ticket: no company, no name, no phone, nothing that the enquirer wrote."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

_EVENTS = {
    "ticket.opened": "新工单",
    "ticket.updated": "工单有更新",
    "ticket.reassigned": "工单已改派",
    "ticket.closed": "工单已关闭",
}
_LINK = re.compile(r"https?://[^\s<>\[\]@\"'\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Notice:
    """A ticket's event in five words. Personal information lies behind the link, where officers log in (PIPL 6, 23)."""

    event: str
    """In Chinese: 新工单."""
    ticket: str
    """Its number."""
    topic: str
    """Name of the track, title of the clause, or 企业咨询. From the plan and the office's files, never from the enquirer."""
    due: date | None
    """By the office's own setting: the plan sets no such day."""
    desk: str | None
    """Where officers see the ticket."""


def read_notice(body: bytes) -> Notice:
    """The notice in a payload, see `payload.schema.json`. Raises ValueError if it is none."""
    try:
        payload: Any = json.loads(body)
        ticket = payload["data"]
        track, clause = ticket["track"], ticket["clause"]
        return Notice(
            event=_EVENTS[payload["type"]],
            ticket=str(ticket["ticket"]),
            topic=str((track and track["name"]) or (clause and clause["title"]) or "企业咨询"),
            due=date.fromisoformat(track["due"]) if track and track["due"] else None,
            desk=_link(ticket["links"]["desk"]),
        )
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"the payload cannot be read: {type(error).__name__}") from None


def _link(written: object) -> str | None:
    return written if isinstance(written, str) and _LINK.fullmatch(written) else None


def day(written: date) -> str:
    """A day as officers write it: 2026年12月1日."""
    return f"{written.year}年{written.month}月{written.day}日"
