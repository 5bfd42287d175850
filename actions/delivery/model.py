"""What is sent to a bureau, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from actions.office.model import Endpoint


class DeliveryState(Enum):
    """Where a delivery stands."""

    PENDING = "pending"
    """Waits for its first or its next attempt, or for its endpoint to be mended."""
    SENDING = "sending"
    """A worker has claimed it; if the worker dies, the claim runs out."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up after the last attempt; can be resent."""
    ABANDONED = "abandoned"
    """Not to be sent any more: the person was erased."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One line of the outbox."""

    id: int
    webhook_id: str
    ticket: str
    """Its number."""
    bureau: str
    type: str
    """ticket.opened, ticket.updated, ticket.reassigned or ticket.closed."""
    state: DeliveryState
    attempts: int
    due_at: datetime
    created_at: datetime
    finished_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to send a delivery."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    """None while it is under way, or where its worker died."""
    status: int | None
    error: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery, ready to be sent."""

    id: str
    """Same on every attempt: the recipient's idempotency key."""
    body: bytes
    """The payload as JSON in UTF-8, see `actions/delivery/payload.schema.json`; the same bytes on every attempt."""
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Receipt:
    """The recipient took it."""

    status: int
    """HTTP or SMTP status."""


class DeliveryFailed(Exception):
    """An attempt failed. The text is for officers: no secret, no personal information, no full robot address."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        disables: bool = False,
        retry_after_seconds: float | None = None,
        was_tried: bool = True,
    ) -> None:
        """`disables`: the endpoint will not take anything until someone mends it; nothing is sent there meanwhile.

        `was_tried`: False where nothing was sent because the recipient's limit is reached: that uses up no attempt.
        """
        self.message = message
        self.status = status
        self.disables = disables
        self.retry_after_seconds = retry_after_seconds
        self.was_tried = was_tried
        super().__init__(message)


class Sender(Protocol):
    """Sends parcels to endpoints of one kind."""

    async def send(self, parcel: Parcel) -> Receipt:
        """One attempt. Raises DeliveryFailed for everything that is not a clear yes; nothing else."""
        ...
