"""What the desk's list of tickets is looked up by, its checklists, and who looks at what."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision."""
    op.add_column("tickets", sa.Column("first_answered_at", sa.DateTime()))
    op.add_column("tickets", sa.Column("outcome", sa.String(length=16)))
    op.create_index("ix_tickets_due", "tickets", ["due", "id"])
    op.create_index("ix_tickets_state", "tickets", ["state", "id"])
    bureaus = op.create_table(
        "ticket_bureaus",
        sa.Column("bureau", sa.String(length=64), nullable=False),
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_bureaus_ticket_id"),
        sa.PrimaryKeyConstraint("bureau", "ticket_id", name="pk_ticket_bureaus"),
    )
    op.create_index("ix_ticket_bureaus_ticket", "ticket_bureaus", ["ticket_id"])
    op.create_table(
        "ticket_steps",
        sa.Column("ticket_id", _ID, nullable=False),
        sa.Column("step", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_steps_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "step", name="pk_ticket_steps"),
    )
    op.create_table(
        "presences",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("viewer", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("bureau", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "viewer", name="pk_presences"),
    )
    _fill(bureaus)


def _fill(bureaus: sa.Table) -> None:
    """For the tickets that there are."""
    connection = op.get_bind()
    tickets = sa.table("tickets", sa.column("id"), sa.column("route"), sa.column("first_answered_at"))
    for ticket_id, route in connection.execute(sa.select(tickets.c.id, tickets.c.route)).all():
        roles = {part["bureau"]: part["role"] for part in reversed(json.loads(route))}
        rows = [{"ticket_id": ticket_id, "bureau": bureau, "role": role} for bureau, role in roles.items()]
        connection.execute(sa.insert(bureaus), rows)
    events = sa.table("ticket_events", sa.column("ticket_id"), sa.column("kind"), sa.column("at"))
    first = sa.select(sa.func.min(events.c.at)).where(
        events.c.ticket_id == tickets.c.id, events.c.kind.in_(("accepted", "commented", "closed"))
    )
    connection.execute(sa.update(tickets).values(first_answered_at=first.scalar_subquery()))
