"""The tables of contacts. `actions/tickets/migrations/` makes them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from actions.tickets.tables import METADATA, UtcDateTime, id_column

# Ids are remembered beside the database while a turn lasts, and must not come again for another person.
_NEVER_AGAIN = {"sqlite_autoincrement": True}

CONTACTS = Table(
    "channel_contacts",
    METADATA,
    id_column(),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),  # ours
    Column("person_mark", String(32), nullable=False),  # keyed: finds the person, and tells nobody who it is
    Column("person", LargeBinary, nullable=False),  # the platform's id, encrypted
    Column("conversation", LargeBinary, nullable=False),  # its id, encrypted
    Column("conversation_mark", String(32), nullable=False, unique=True),
    Column("scene", String(64), nullable=False),  # of the QR code scanned last
    Column("followed_at", UtcDateTime),
    Column("last_in_at", UtcDateTime, nullable=False, index=True),
    Column("window_left", Integer, nullable=False),
    Column("window_until", UtcDateTime),
    Column("said_up_to", BigInteger, nullable=False),  # id of the last utterance that was put into the outbox
    Column("choices", LargeBinary),  # encrypted: they may repeat what the person wrote
    Column("choices_until", UtcDateTime),
    UniqueConstraint("channel", "account", "person_mark"),
    **_NEVER_AGAIN,
)

INBOX = Table(
    "channel_inbox",
    METADATA,
    id_column(),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("key", String(32), nullable=False),  # keyed mark: a platform's key may hold the person's id
    Column("contact_id", ForeignKey("channel_contacts.id"), index=True),  # null once the person is erased
    Column("message", LargeBinary),  # encrypted; null once it is answered
    Column("answer", LargeBinary),  # encrypted; null where nothing was to be said
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("done_at", UtcDateTime),
    Column("holder", String(16), nullable=False),  # the process that answers it
    Column("claimed_until", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "account", "key"),
    Index("ix_channel_inbox_open", "done_at", "claimed_until"),
    **_NEVER_AGAIN,
)

OUTBOX = Table(
    "channel_outbox",
    METADATA,
    id_column(),
    Column("contact_id", ForeignKey("channel_contacts.id"), nullable=False),
    Column("words", String(16), nullable=False),
    Column("content", LargeBinary),  # encrypted; null once it was said
    Column("utterance_id", BigInteger),  # of an officer's words
    Column("inbox_id", BigInteger, index=True),  # of the message that it answers
    Column("state", String(16), nullable=False),
    Column("is_held", Boolean, nullable=False),  # until the person writes again
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime, index=True),
    UniqueConstraint("contact_id", "utterance_id"),
    Index("ix_channel_outbox_contact", "contact_id", "state", "id"),
    Index("ix_channel_outbox_waiting", "state", "is_held", "due_at"),
    **_NEVER_AGAIN,
)

CURSORS = Table(
    "channel_cursors",
    METADATA,
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),  # ours
    Column("cursor", String(128), nullable=False),  # the platform's; says nothing to us
    Column("updated_at", UtcDateTime, nullable=False),
)
