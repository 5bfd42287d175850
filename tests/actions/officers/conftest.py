"""Every test of officers runs on SQLite and on PostgreSQL, each in an empty database that was migrated once."""

from __future__ import annotations

import pytest

from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.officers.samples import cheap_passwords
from tests.actions.tickets.conftest import (
    clock,
    database,
    key,
    postgres_template,
    postgres_url,
    shared_postgres_url,
    sqlite_template,
    sqlite_url,
    url,
)
from tests.actions.tickets.samples import Clock

__all__ = [
    "clock",
    "database",
    "key",
    "postgres_template",
    "postgres_url",
    "shared_postgres_url",
    "sqlite_template",
    "sqlite_url",
    "url",
]


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return cheap_passwords()


@pytest.fixture
def officers(database: Database, key: PersonalKey, clock: Clock, passwords: Passwords) -> Officers:
    return Officers(database, key, clock, passwords)
