"""What arrived at the simulator."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Outcome(Enum):
    """What became of a request."""

    ACCEPTED = "accepted"
    LOST = "lost"
    """Accepted, but the answer was lost on purpose."""
    FAILED = "failed"
    BUSY = "busy"
    GONE = "gone"
    REDIRECTED = "redirected"
    HUNG = "hung"
    RESET = "reset"
    FORGED = "forged"
    """401: no valid signature, or an old one."""
    CONFLICT = "conflict"
    """409: an id that was accepted before, with another body. A fault of the sender."""
    UNREADABLE = "unreadable"
    """400: well signed, but not a payload. A fault of the sender."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request. Repeats of an accepted one are counted on it and are no arrivals of their own."""

    id: str
    """The webhook-id as it was sent."""
    type: str
    """ticket.opened and so on; empty where the request is not to be believed or not readable."""
    ticket: str
    """Its number; empty likewise."""
    at: datetime
    """In UTC."""
    body: bytes = field(repr=False)
    signed_with: int | None
    """Which of the simulator's secrets it was signed with, counted from 0; None: with none of them, or too long ago."""
    outcome: Outcome
    repeats: int = 0

    @property
    def verified(self) -> bool:
        """Whether the signature was right and fresh."""
        return self.signed_with is not None

    @property
    def accepted(self) -> bool:
        """Whether it was taken, be it that the answer got lost."""
        return self.outcome in {Outcome.ACCEPTED, Outcome.LOST}

    @property
    def payload(self) -> dict[str, Any]:
        """What was sent, see `actions/delivery/payload.schema.json`; empty where it cannot be read."""
        return read_payload(self.body) or {}


class Ledger:
    """Keeps all arrivals, in their order. Safe for the tasks of one event loop: nothing in it waits."""

    def __init__(self) -> None:
        self._arrivals: list[Arrival] = []
        self._accepted: dict[str, int] = {}

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """Oldest first."""
        return tuple(self._arrivals)

    def keep(self, arrival: Arrival) -> None:
        """Add one."""
        if arrival.accepted:
            self._accepted[arrival.id] = len(self._arrivals)
        self._arrivals.append(arrival)

    def find_accepted(self, id_: str) -> Arrival | None:
        """The one that was accepted under this webhook-id."""
        position = self._accepted.get(id_)
        return None if position is None else self._arrivals[position]

    def count_repeat(self, id_: str) -> None:
        """Of an accepted one. Raises KeyError where there is none."""
        position = self._accepted[id_]
        before = self._arrivals[position]
        self._arrivals[position] = dataclasses.replace(before, repeats=before.repeats + 1)


def read_payload(body: bytes) -> dict[str, Any] | None:
    """The payload, or None where it is no JSON object with type and ticket number, all that is needed to keep it."""
    try:
        payload = json.loads(body)
        told = payload["data"]
        json.dumps(payload, ensure_ascii=False).encode()  # half a surrogate pair could be neither shown nor told on
        is_whole = isinstance(payload["type"], str) and isinstance(told, dict) and isinstance(told["ticket"], str)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return payload if is_whole else None
