"""What looking at a channel's settings found, in words for an operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How much it matters."""

    GOOD = "ok"
    HINT = "note"
    """Works, or is off; yet somebody may not have meant it so."""
    FAULT = "fault"
    """The channel does not work like this."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing."""

    channel: str
    weight: Weight
    text: str
    """No secret is in it."""

    def __str__(self) -> str:
        return f"{self.channel}  {self.weight.value:<5}  {self.text}"
