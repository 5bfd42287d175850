"""Questions asked, remarks on answers, groups of what was not answered, and their daily sums."""

import sqlalchemy as sa
from alembic import op  # noqa: F401

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
