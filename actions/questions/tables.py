"""The tables of questions. `actions/tickets/migrations/` makes them; a test compares the two.

Sums hold no words and are kept for ever: figures are read from them, however many questions there were.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from actions.tickets.tables import METADATA, UtcDateTime, id_column

QUESTIONS = Table(
    "questions",
    METADATA,
    id_column(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("day", Date, nullable=False),  # in Asia/Shanghai
    Column("channel", String(16), nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("question", Text, nullable=False),  # masked
    Column("clause", String(128), nullable=False),
    Column("entry", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("score", Float),
    Column("group_id", BigInteger),
    Index("ix_questions_day", "day", "group_id"),  # how many of each group in a period, without reading the questions
    Index("ix_questions_group_id", "group_id", "at"),
)

REMARKS = Table(
    "remarks",
    METADATA,
    id_column(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("conversation", String(32), nullable=False),
    Column("question", Text, nullable=False),  # masked
    Column("comment", Text, nullable=False),  # masked
    Column("rating", String(8), nullable=False),
    Column("entry", String(128), nullable=False),
    Column("group_id", BigInteger),
    Index("ix_remarks_day", "day", "group_id"),
    Index("ix_remarks_group_id", "group_id", "at"),
)

QUESTION_GROUPS = Table(
    "question_groups",
    METADATA,
    id_column(),
    Column("wording", Text, nullable=False),
    Column("is_off_topic", Boolean, nullable=False),
    Column("count", Integer, nullable=False),
    Column("down", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("bureau", String(64), nullable=False),
    Column("nearest", String(128), nullable=False),
    Column("decided_by", String(32), nullable=False),
    Column("decided_at", UtcDateTime),
    Index("ix_question_groups_state", "state", "count"),
)

QUESTION_DAYS = Table(
    "question_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("clause", String(128), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("count", Integer, nullable=False),
)

ENTRY_DAYS = Table(
    "entry_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("entry", String(128), primary_key=True),
    Column("count", Integer, nullable=False),
)

REMARK_DAYS = Table(
    "remark_days",
    METADATA,
    Column("day", Date, primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("rating", String(8), primary_key=True),
    Column("count", Integer, nullable=False),
)
