"""The tables of tickets and deliveries. `migrations/` makes them; a test compares the two."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint
from sqlalchemy.types import DateTime, TypeDecorator

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator):
    """Aware datetimes in UTC, kept without their zone, which neither database would sort by alike."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Refuses naive ones: nobody knows what they mean."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be kept")
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware again."""
        return None if value is None else value.replace(tzinfo=timezone.utc)


def id_column() -> Column:
    """Numbers rows as they come."""
    # SQLite counts by itself only in a column of exactly this type.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


TICKETS = Table(
    "tickets",
    METADATA,
    id_column(),
    Column("number", String(24), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("route", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("industry", Text, nullable=False),
    Column("need", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("investment_yuan", BigInteger),
    Column("land_square_metres", BigInteger),
    Column("district", String(64), nullable=False),
    Column("time", Text, nullable=False),
    Column("clause", String(128), nullable=False),
    Column("track", String(64), nullable=False),
    Column("details", Text, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("conversation", String(32), nullable=False, index=True),
    Column("consent_version", String(32), nullable=False),
    Column("consent_given_at", UtcDateTime, nullable=False),
    Column("person", LargeBinary),  # encrypted; null once erased
    Column("join_key", String(64), unique=True),  # mark of person and need while repeats join; null afterwards
    Column("due", Date),
    Column("opened_at", UtcDateTime, nullable=False, index=True),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime, index=True),
    Column("erased_at", UtcDateTime),
    Column("first_answered_at", UtcDateTime),  # when a bureau first accepted it, wrote or closed it
    Column("outcome", String(16)),
    Index("ix_tickets_due", "due", "id"),
    Index("ix_tickets_state", "state", "id"),
)

TICKET_BUREAUS = Table(
    "ticket_bureaus",
    METADATA,
    Column("bureau", String(64), primary_key=True),  # the route, as it is looked up by
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("role", String(16), nullable=False),
    Index("ix_ticket_bureaus_ticket", "ticket_id"),
)

TICKET_STEPS = Table(
    "ticket_steps",
    METADATA,
    Column("ticket_id", ForeignKey("tickets.id"), primary_key=True),
    Column("step", String(128), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(64), nullable=False),
)

PRESENCES = Table(
    "presences",
    METADATA,
    Column("subject", String(64), primary_key=True),  # number of a ticket
    Column("viewer", String(64), primary_key=True),  # an officer's login
    Column("name", String(64), nullable=False),
    Column("bureau", String(64), nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

TICKET_EVENTS = Table(
    "ticket_events",
    METADATA,
    id_column(),
    Column("ticket_id", ForeignKey("tickets.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("ticket_id", "sequence"),
)

REPLIES = Table(
    "replies",
    METADATA,
    id_column(),
    Column("ticket_id", ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("bureau", String(64), nullable=False),
    Column("text", Text, nullable=False),
)

DELIVERIES = Table(
    "deliveries",
    METADATA,
    id_column(),
    Column("webhook_id", String(64), nullable=False, unique=True),
    Column("ticket_id", ForeignKey("tickets.id"), nullable=False, index=True),
    Column("bureau", String(64), nullable=False),
    Column("type", String(32), nullable=False),
    Column("body", LargeBinary),  # encrypted: it names the person; null once erased
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("attempts_before", Integer, nullable=False),  # those made before it was last resent
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("last_error", Text, nullable=False),
    Index("ix_deliveries_waiting", "state", "due_at"),
)

ATTEMPTS = Table(
    "attempts",
    METADATA,
    id_column(),
    Column("delivery_id", ForeignKey("deliveries.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),  # null: under way, or its worker died
    Column("status", Integer),
    Column("error", Text, nullable=False),
    UniqueConstraint("delivery_id", "number"),
)

DISABLED_ENDPOINTS = Table(
    "disabled_endpoints",
    METADATA,
    Column("bureau", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
)

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("key", String(64), primary_key=True),  # a mark of the idempotency key
    Column("fingerprint", String(64), nullable=False),  # a mark of what was submitted
    Column("ticket_id", ForeignKey("tickets.id"), nullable=False),
    Column("joined", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

CALLBACKS = Table(
    "callbacks",
    METADATA,
    Column("bureau", String(64), primary_key=True),
    Column("webhook_id", String(128), primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
)

WRONG_GUESSES = Table(
    "wrong_guesses",
    METADATA,
    id_column(),
    Column("subject", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_wrong_guesses_subject", "subject", "at"),
)
