"""What is sent to a bureau, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from actions.office.model import Endpoint


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
        self, message: str, *, status: int | None = None, disables: bool = False, retry_after_seconds: float | None = None
    ) -> None:
        """`disables`: the endpoint will not take anything until someone mends it; nothing is sent there meanwhile."""
        self.message = message
        self.status = status
        self.disables = disables
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class Sender(Protocol):
    """Sends parcels to endpoints of one kind."""

    async def send(self, parcel: Parcel) -> Receipt:
        """One attempt. Raises DeliveryFailed for everything that is not a clear yes; nothing else."""
        ...
