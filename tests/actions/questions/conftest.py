"""Questions on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from actions.questions.groups import QuestionGroups
from actions.questions.likeness import Likeness
from actions.questions.register import Questions
from actions.tickets.database import Database
from tests.actions.questions.samples import by_characters
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

__all__ = ["clock", "database", "key", "postgres_template", "postgres_url", "shared_postgres_url", "sqlite_template", "sqlite_url", "url"]


@pytest.fixture
def questions(database: Database) -> Questions:
    """What enquirers do."""
    return Questions(database, Likeness(by_characters))


@pytest.fixture
def groups(database: Database, clock: Clock) -> QuestionGroups:
    """What officers do."""
    return QuestionGroups(database, clock)
