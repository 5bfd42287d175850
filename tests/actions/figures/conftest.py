"""Figures on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.actions.tickets.conftest import (
    clock,
    database,
    key,
    office,
    postgres_template,
    postgres_url,
    shared_postgres_url,
    sqlite_template,
    sqlite_url,
    tickets,
    url,
)

__all__ = [
    "clock",
    "database",
    "key",
    "office",
    "postgres_template",
    "postgres_url",
    "shared_postgres_url",
    "sqlite_template",
    "sqlite_url",
    "tickets",
    "url",
]
