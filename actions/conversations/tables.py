"""The tables of conversations. `actions/tickets/migrations/` makes them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, String, Table

from actions.tickets.tables import METADATA, UtcDateTime, id_column

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("mark", String(32), primary_key=True),  # one-way mark of the conversation id
    Column("identity", LargeBinary, nullable=False),  # the id, encrypted: Rasa knows the conversation by it
    Column("channel", String(16), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False, index=True),
    Column("bureau", String(64), nullable=False),
    Column("waiting_since", UtcDateTime),
    Column("taken_by", String(32), index=True),  # an officer's login; null: the bot speaks
    Column("taken_bureau", String(64), nullable=False),
    Column("taken_name", String(64), nullable=False),
    Column("taken_at", UtcDateTime),
    Column("officer_seen_at", UtcDateTime),
)

UTTERANCES = Table(
    "utterances",
    METADATA,
    id_column(),
    Column("mark", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("author", String(16), nullable=False),
    Column("content", LargeBinary, nullable=False),  # encrypted: people tell about themselves
    Index("ix_utterances_mark", "mark", "id"),
    sqlite_autoincrement=True,  # ids are told to browsers, and must not come again
)
