"""Conversations, their words, and who speaks in them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "conversations",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.Column("bureau", sa.String(length=64), nullable=False),
        sa.Column("waiting_since", sa.DateTime()),
        sa.Column("taken_by", sa.String(length=32)),
        sa.Column("taken_bureau", sa.String(length=64), nullable=False),
        sa.Column("taken_name", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime()),
        sa.Column("officer_seen_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("mark", name="pk_conversations"),
    )
    op.create_index("ix_conversations_last_at", "conversations", ["last_at"])
    op.create_index("ix_conversations_taken_by", "conversations", ["taken_by"])
    op.create_table(
        "utterances",
        sa.Column("id", _ID, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("author", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_utterances"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_utterances_at", "utterances", ["at"])
    op.create_index("ix_utterances_mark", "utterances", ["mark", "id"])
