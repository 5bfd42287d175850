"""How much is measured: the full run, and a tiny one that only shows that everything works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes of one run. Durations are in seconds."""

    rounds: int
    """How often each side is loaded; ours and the starter take turns."""
    settle: float
    """Load at the beginning of a window that is not counted, while caches and clocks warm up again."""
    alone: float
    """Window with one conversation."""
    together: float
    """Window with several conversations at once."""
    at_once: tuple[int, ...]
    """Numbers of conversations at once, beside the one."""
    turns_per_conversation: int
    """After so many turns an enquirer leaves and another one comes."""
    early_turn: int
    late_turn: int
    around: int
    """A turn of a long conversation stands for so many neighbours on each side of it, too."""
    long_conversations: int
    starts: int
    """How often each side is started alone, for its time to ready and its memory."""
    turns_before_memory: int
    """Turns taken, at eight conversations at once, before memory is read."""

    @property
    def longest(self) -> int:
        """Turns of a long conversation."""
        return self.late_turn + self.around


FULL = Plan(
    rounds=5,
    settle=0.7,
    alone=4.0,
    together=4.0,
    at_once=(8, 32),
    turns_per_conversation=12,
    early_turn=5,
    late_turn=200,
    around=2,
    long_conversations=3,
    starts=2,
    turns_before_memory=240,
)

QUICK = Plan(
    rounds=1,
    settle=0.2,
    alone=1.0,
    together=1.5,
    at_once=(8, 32),
    turns_per_conversation=12,
    early_turn=5,
    late_turn=20,
    around=2,
    long_conversations=1,
    starts=1,
    turns_before_memory=24,
)
