"""Drafts and versions of the FAQ's files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "faq_versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("file", sa.String(length=128), nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_faq_versions"),
    )
    for column in ("file", "entry"):
        op.create_index(f"ix_faq_versions_{column}", "faq_versions", [column, "id"])
    op.create_table(
        "faq_drafts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("file", sa.String(length=128), nullable=False),
        sa.Column("entry", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("restores", sa.BigInteger()),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("previewed", sa.String(length=64), nullable=False),
        sa.Column("preview", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_faq_drafts"),
    )
    for column in ("entry", "by"):
        op.create_index(f"ix_faq_drafts_{column}", "faq_drafts", [column])
