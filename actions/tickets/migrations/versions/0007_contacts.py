"""Persons on platforms that push, their messages, and what is still to be said to them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "channel_contacts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("person_mark", sa.String(length=32), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("conversation", sa.LargeBinary(), nullable=False),
        sa.Column("conversation_mark", sa.String(length=32), nullable=False),
        sa.Column("scene", sa.String(length=64), nullable=False),
        sa.Column("followed_at", sa.DateTime()),
        sa.Column("last_in_at", sa.DateTime(), nullable=False),
        sa.Column("window_left", sa.Integer(), nullable=False),
        sa.Column("window_until", sa.DateTime()),
        sa.Column("said_up_to", sa.BigInteger(), nullable=False),
        sa.Column("choices", sa.LargeBinary()),
        sa.Column("choices_until", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_channel_contacts"),
        sa.UniqueConstraint("channel", "account", "person_mark", name="uq_channel_contacts_channel"),
        sa.UniqueConstraint("conversation_mark", name="uq_channel_contacts_conversation_mark"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_contacts_last_in_at", "channel_contacts", ["last_in_at"])
    op.create_table(
        "channel_inbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("contact_id", _ID),
        sa.Column("message", sa.LargeBinary()),
        sa.Column("answer", sa.LargeBinary()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("done_at", sa.DateTime()),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("claimed_until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channel_inbox"),
        sa.ForeignKeyConstraint(["contact_id"], ["channel_contacts.id"], name="fk_channel_inbox_contact_id"),
        sa.UniqueConstraint("channel", "account", "key", name="uq_channel_inbox_channel"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_inbox_contact_id", "channel_inbox", ["contact_id"])
    op.create_index("ix_channel_inbox_at", "channel_inbox", ["at"])
    op.create_index("ix_channel_inbox_open", "channel_inbox", ["done_at", "claimed_until"])
    op.create_table(
        "channel_outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("words", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("utterance_id", sa.BigInteger()),
        sa.Column("inbox_id", sa.BigInteger()),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_until", sa.DateTime()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_channel_outbox"),
        sa.ForeignKeyConstraint(["contact_id"], ["channel_contacts.id"], name="fk_channel_outbox_contact_id"),
        sa.UniqueConstraint("contact_id", "utterance_id", name="uq_channel_outbox_contact_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_outbox_inbox_id", "channel_outbox", ["inbox_id"])
    op.create_index("ix_channel_outbox_finished_at", "channel_outbox", ["finished_at"])
    op.create_index("ix_channel_outbox_contact", "channel_outbox", ["contact_id", "state", "id"])
    op.create_index("ix_channel_outbox_waiting", "channel_outbox", ["state", "is_held", "due_at"])
    op.create_table(
        "channel_cursors",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("cursor", sa.String(length=128), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", name="pk_channel_cursors"),
    )
