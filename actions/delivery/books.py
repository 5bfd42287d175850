"""What a worker reads from and writes into the outbox: claims, and what became of them. Blocking, each method one transaction."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from actions.delivery import outbox
from actions.delivery.model import DeliveryFailed, Receipt
from actions.delivery.outbox import Claimed
from actions.delivery.retry import GiveUp, Hold, RetryIn, decide
from actions.tickets.database import Database
from actions.tickets.register import Tickets

_POSTPONE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take."""

    delays_seconds: Sequence[float]
    """Between the attempts of one delivery."""
    timeout_seconds: float
    """Of one attempt, as senders are told."""

    @property
    def longest_seconds(self) -> float:
        """An attempt that a sender has not ended by then is ended by the worker, so that it never outlasts its claim."""
        return self.timeout_seconds * 1.5

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: the attempt, beginning it and writing down its outcome."""
        return timedelta(seconds=self.longest_seconds + 5)


class Books:
    """The outbox as one worker sees it. Every method may raise DatabaseUnavailable, and then nothing was written."""

    def __init__(
        self, database: Database, tickets: Tickets, timing: Timing, logger: structlog.stdlib.BoundLogger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tickets = tickets
        self._timing = timing
        self._logger = logger
        self._clock = clock

    def claim(self, room: int, under_way: Counter[str], at_once_a_bureau: int) -> list[tuple[Claimed, datetime]]:
        """Claim up to `room` due deliveries, each with the time at which its claim runs out. `under_way`: how many each bureau has."""
        claimed: list[tuple[Claimed, datetime]] = []
        counts = Counter(under_way)
        with self._database.writing() as connection:
            now = self._clock()
            while len(claimed) < room:
                # One by one, as each may fill up its bureau.
                busy = [bureau for bureau, number in counts.items() if number >= at_once_a_bureau]
                one = outbox.claim(connection, now, self._timing.lease, 1, busy)
                if not one:
                    break
                claimed += [(own, now + self._timing.lease) for own in one]
                counts.update(own.bureau for own in one)
        return claimed

    def give_back(self, claimed: Claimed) -> None:
        """The worker ends before it knows."""
        with self._database.writing() as connection:
            outbox.give_back(connection, claimed, self._clock())

    def delivered(self, claimed: Claimed, receipt: Receipt) -> None:
        """The bureau has taken it."""
        with self._database.writing() as connection:
            outbox.record_delivered(connection, claimed, self._clock(), receipt.status)
        self._logger.info("delivered", webhook_id=claimed.webhook_id, bureau=claimed.bureau, attempt=claimed.attempt)

    def failed(self, claimed: Claimed, failure: DeliveryFailed) -> None:
        """It failed: it is tried again, waits for its endpoint, or is given up."""
        if not failure.was_tried:
            due_at = self._clock() + timedelta(seconds=failure.retry_after_seconds or _POSTPONE_SECONDS)
            with self._database.writing() as connection:
                outbox.record_postponed(connection, claimed, failure.message, due_at)
            return
        decision = decide(claimed.in_row, failure, self._timing.delays_seconds, random.random())  # noqa: S311 - jitter, not a secret
        told = {"webhook_id": claimed.webhook_id, "bureau": claimed.bureau, "attempt": claimed.attempt, "reason": failure.message}
        match decision:
            case RetryIn(seconds):
                now = self._clock()
                with self._database.writing() as connection:
                    outbox.record_retry(connection, claimed, now, failure.status, failure.message, now + timedelta(seconds=seconds))
                self._logger.warning("delivery_failed", retry_in_seconds=round(seconds), **told)
            case Hold():
                self._tickets.hold(claimed, failure.status, failure.message)
                self._logger.error("endpoint_disabled", **told)
            case GiveUp():
                self._tickets.give_up(claimed, failure.status, failure.message)
                self._logger.error("delivery_given_up", **told)
