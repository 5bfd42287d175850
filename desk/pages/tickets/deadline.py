"""A deadline in words: how late it is, or how many working days are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from actions.office.workdays import is_workday
from actions.tickets.model import State
from actions.tickets.queue import SOON_WORKDAYS

COUNTED_DAYS = 60
"""Calendar days ahead within which working days are counted; a deadline beyond is told by its date alone."""

Tone = Literal["late", "warn", "ok", "mute"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """What is said of a deadline."""

    key: str
    """Of the text, which may hold {n}."""
    tone: Tone
    n: int = 0
    """Days, or working days."""


def deadline(due: date | None, state: State, today: date, closed_on: date | None = None) -> Deadline:
    """What a deadline says on a day, in Asia/Shanghai. `closed_on`: the day a closed ticket was closed, where it is known."""
    if due is None:
        return Deadline("tickets.due.none", "mute")
    if state is State.CLOSED:
        if closed_on is None:
            return Deadline("tickets.due.closed", "mute")
        late = (closed_on - due).days
        return Deadline("tickets.due.closed-late", "warn", late) if late > 0 else Deadline("tickets.due.closed-in-time", "ok")
    left = (due - today).days
    if left < 0:
        return Deadline("tickets.due.late", "late", -left)
    if left == 0:
        return Deadline("tickets.due.today", "warn")
    if left > COUNTED_DAYS:
        return Deadline("tickets.due.far", "ok")
    workdays = sum(is_workday(today + timedelta(days=ahead)) for ahead in range(1, left + 1))
    return Deadline("tickets.due.workdays", "warn" if workdays <= SOON_WORKDAYS else "ok", workdays)
