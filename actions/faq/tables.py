"""The tables of the library's drafts and versions. `actions/tickets/migrations/` makes them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from actions.tickets.tables import METADATA, UtcDateTime


def _id() -> Column:
    # SQLite counts by itself only in a column of exactly this type.
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True)


FAQ_VERSIONS = Table(
    "faq_versions",
    METADATA,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(32), nullable=False),  # login; empty: by hand
    Column("file", String(128), nullable=False),
    Column("entry", String(128), nullable=False),  # empty: several, or the whole file
    Column("kind", String(16), nullable=False),
    Column("content", LargeBinary),  # of the whole file from then on, zlib; null: the file is gone
    Column("summary", Text, nullable=False),
    Index("ix_faq_versions_file", "file", "id"),
    Index("ix_faq_versions_entry", "entry", "id"),
)

FAQ_DRAFTS = Table(
    "faq_drafts",
    METADATA,
    _id(),
    Column("file", String(128), nullable=False),
    Column("entry", String(128), nullable=False),  # empty: the whole file
    Column("kind", String(16), nullable=False),
    Column("by", String(32), nullable=False),
    Column("base", Text, nullable=False),  # the entry's lines, or the file, that it began from
    Column("text", Text, nullable=False),
    Column("restores", BigInteger),  # a version's id
    Column("group_id", BigInteger),  # of questions that it was written for
    Column("began_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("previewed", String(64), nullable=False),  # mark of the edit and the files that the preview is of; empty: none
    Column("preview", LargeBinary),  # JSON, zlib
    Index("ix_faq_drafts_entry", "entry"),
    Index("ix_faq_drafts_by", "by"),
)
