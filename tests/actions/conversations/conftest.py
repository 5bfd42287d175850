"""Conversations on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from actions.conversations.register import Conversations
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
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
from tests.actions.tickets.samples import Clock

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


@pytest.fixture
def conversations(database: Database, key: PersonalKey, clock: Clock) -> Conversations:
    return Conversations(database, key, clock)
