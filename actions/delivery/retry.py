"""What follows a failed attempt: another one later, waiting until somebody mends the endpoint, or the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.delivery.model import DeliveryFailed

_MINUTE = 60.0
_HOUR = 60 * _MINUTE

SCHEDULE: tuple[float, ...] = (5, 5 * _MINUTE, 30 * _MINUTE, 2 * _HOUR, 5 * _HOUR, 10 * _HOUR, 14 * _HOUR, 20 * _HOUR, 24 * _HOUR)
"""Seconds between one attempt and the next; three days in all. The example schedule of the Standard Webhooks specification 1.0.0."""

JITTER = 0.2
"""By so much each pause is longer or shorter, so that what failed together does not come back together."""

LONGEST_RETRY_AFTER_SECONDS = 24 * _HOUR
"""A recipient may ask for a longer pause, but does not get it: the ticket has to arrive."""


@dataclass(frozen=True, slots=True)
class RetryIn:
    """Try again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hold:
    """The endpoint is disabled, and the delivery waits until someone has mended it."""

    reason: str
    """For officers."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """No more attempts by itself; the desk shows it, and an officer can resend it."""

    reason: str
    """For officers."""


def decide(attempts: int, failure: DeliveryFailed, schedule: Sequence[float], chance: float) -> RetryIn | Hold | GiveUp:
    """What follows the failed attempt number `attempts` (from 1). `chance`, evenly drawn from [0, 1), is the jitter."""
    if attempts < 1:
        raise ValueError(f"attempts are counted from 1, not {attempts}")
    if failure.disables:
        return Hold(failure.message)
    if attempts > len(schedule):
        return GiveUp(f"已尝试 {attempts} 次仍未送达，不再自动重发。最后一次：{failure.message}")
    pause = schedule[attempts - 1] * (1 - JITTER + 2 * JITTER * chance)
    asked = min(failure.retry_after_seconds or 0.0, LONGEST_RETRY_AFTER_SECONDS)
    return RetryIn(max(pause, asked))
