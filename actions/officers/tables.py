"""The tables of officers, sessions and the audit log. `actions/tickets/migrations/` makes them; a test compares the two."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from actions.tickets.tables import METADATA, UtcDateTime, id_column

OFFICERS = Table(
    "officers",
    METADATA,
    id_column(),
    Column("login", String(32), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("bureau", String(64), nullable=False),  # empty: an administrator of none
    Column("role", String(16), nullable=False),
    Column("password", Text, nullable=False),  # argon2
    Column("must_change_password", Boolean, nullable=False),
    Column("totp", LargeBinary),  # encrypted; null without a second factor
    Column("totp_waiting", LargeBinary),  # encrypted; one that was shown and not yet confirmed
    Column("totp_step", BigInteger, nullable=False),  # the last one used: a code counts once
    Column("added_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

SESSIONS = Table(
    "officer_sessions",
    METADATA,
    Column("token", String(64), primary_key=True),  # SHA-256 of it
    Column("officer_id", ForeignKey("officers.id"), nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("by_provider", Boolean, nullable=False),  # begun through OpenID Connect: no password of ours was used
)

SIGN_IN_FAILURES = Table(
    "sign_in_failures",
    METADATA,
    id_column(),
    Column("subject", String(48), nullable=False),  # a mark of the login, or of the address
    Column("at", UtcDateTime, nullable=False),
    Index("ix_sign_in_failures_subject", "subject", "at"),
)

AUDIT_LOG = Table(
    "audit_log",
    METADATA,
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("officer", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("bureau", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("mac", String(64), nullable=False),
    # Each filter of the log's page is read along an index of its own, newest first.
    Index("ix_audit_log_officer", "officer", "sequence"),
    Index("ix_audit_log_action", "action", "sequence"),
    Index("ix_audit_log_subject", "subject", "sequence"),
)

AUDIT_ENDS = Table(
    "audit_ends",
    METADATA,
    Column("name", String(16), primary_key=True),  # there is one row
    Column("key", LargeBinary, nullable=False),  # of the MACs; encrypted
    Column("anchor_sequence", BigInteger, nullable=False),  # the last row that was pruned
    Column("anchor_mac", String(64), nullable=False),
    Column("head_sequence", BigInteger, nullable=False),  # the newest row
    Column("head_mac", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
)
