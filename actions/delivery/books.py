"""What a worker writes into the outbox and takes out of it: what became of its attempts, and its new claims. Blocking.

All of it goes into one transaction: a transaction costs a write to the disk, and new leads wait for it.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from actions.delivery import outbox
from actions.delivery.model import DeliveryFailed, Receipt
from actions.delivery.outbox import Claimed
from actions.delivery.retry import GiveUp, Hold, RetryIn, decide
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.register import Tickets

_POSTPONE_SECONDS = 1.0
_CLAIM_WITHIN_SECONDS = 0.05
"""No further claim is added to a transaction that took longer: over a long outbox each costs more, and new leads wait."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take."""

    delays_seconds: Sequence[float]
    """Between the attempts of one delivery."""
    timeout_seconds: float
    """Of one attempt, as senders are told."""
    finish_seconds: float = 5.0
    """A worker that is told to stop puts back what takes longer."""

    @property
    def longest_seconds(self) -> float:
        """An attempt that a sender has not ended by then is ended by the worker, so that it never outlasts its claim."""
        return self.timeout_seconds * 1.5

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: the attempt, beginning it and writing down its outcome."""
        return timedelta(seconds=self.longest_seconds + 5)


@dataclass(frozen=True, slots=True)
class Attempted:
    """What became of an attempt."""

    claimed: Claimed
    outcome: Receipt | DeliveryFailed | None
    """None: the worker ended before it knew."""


@dataclass(frozen=True, slots=True)
class Held:
    """A claim."""

    claimed: Claimed
    until: datetime
    """When it runs out."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something to be written down, and then to be told to the log."""

    write: Callable[[Connection], object]
    tell: Callable[[], object]


class Books:
    """The outbox as one worker sees it."""

    def __init__(
        self, database: Database, tickets: Tickets, timing: Timing, logger: structlog.stdlib.BoundLogger, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._tickets = tickets
        self._timing = timing
        self._logger = logger
        self._clock = clock

    def turn(self, attempted: Sequence[Attempted], room: int, under_way: Mapping[str, int], at_once_a_bureau: int) -> list[Held]:
        """Write down what became of attempts, and claim up to `room` due deliveries.

        `under_way`: how many attempts each bureau has besides. Raises DatabaseUnavailable; writing the same down again is harmless,
        as an outcome counts only while its claim holds.
        """
        # In one order everywhere: two workers that wait for each other's rows would wait for ever.
        ordered = sorted(attempted, key=lambda one: one.claimed.id)
        entries = [entry for one in ordered if (entry := self._entry_or_none(one)) is not None]
        held = self._together(entries, room, under_way, at_once_a_bureau)
        for entry in entries:
            entry.tell()
        return held

    def _together(self, entries: Sequence[_Entry], room: int, under_way: Mapping[str, int], at_once_a_bureau: int) -> list[Held]:
        held: list[Held] = []
        counts = Counter(under_way)
        with self._database.writing() as connection:
            for entry in entries:
                entry.write(connection)
            now, began = self._clock(), time.perf_counter()
            while len(held) < room and (not held or time.perf_counter() < began + _CLAIM_WITHIN_SECONDS):
                # One by one, as each may fill up its bureau.
                busy = [bureau for bureau, number in counts.items() if number >= at_once_a_bureau]
                claimed = outbox.claim(connection, now, self._timing.lease, 1, busy)
                if not claimed:
                    break
                held += [Held(one, now + self._timing.lease) for one in claimed]
                counts.update(one.bureau for one in claimed)
        return held

    def _entry_or_none(self, attempted: Attempted) -> _Entry | None:
        try:
            return self._entry(attempted)
        except DatabaseUnavailable:
            raise
        except Exception:  # one delivery's trouble must not hold up the others; its claim runs out
            self._logger.exception("outcome_broke", webhook_id=attempted.claimed.webhook_id)
            return None

    def _entry(self, attempted: Attempted) -> _Entry | None:
        """What has to be written; None where the ticket's history has to tell of it too, which is done by now."""
        claimed, outcome, now = attempted.claimed, attempted.outcome, self._clock()
        told = {"webhook_id": claimed.webhook_id, "bureau": claimed.bureau, "attempt": claimed.attempt}
        log = self._logger
        if outcome is None:
            return _Entry(partial(outbox.give_back, claimed=claimed, now=now), partial(log.warning, "delivery_put_back", **told))
        if isinstance(outcome, Receipt):
            write = partial(outbox.record_delivered, claimed=claimed, now=now, status=outcome.status)
            return _Entry(write, partial(log.info, "delivered", **told))
        error = outcome.message
        if not outcome.was_tried:
            due_at = now + timedelta(seconds=outcome.retry_after_seconds or _POSTPONE_SECONDS)
            write = partial(outbox.record_postponed, claimed=claimed, error=error, due_at=due_at)
            return _Entry(write, partial(log.info, "delivery_postponed", reason=error, **told))
        match decide(claimed.in_row, outcome, self._timing.delays_seconds, random.random()):  # noqa: S311 - jitter, not a secret
            case RetryIn(seconds):
                due_at = now + timedelta(seconds=seconds)
                write = partial(outbox.record_retry, claimed=claimed, now=now, status=outcome.status, error=error, due_at=due_at)
                return _Entry(write, partial(log.warning, "delivery_failed", retry_in_seconds=round(seconds), reason=error, **told))
            case Hold():
                self._tickets.hold(claimed, outcome.status, error)
                log.error("endpoint_disabled", reason=error, **told)
            case GiveUp(reason):
                self._tickets.give_up(claimed, outcome.status, reason)
                log.error("delivery_given_up", reason=reason, **told)
        return None
