"""The register of conversations, on either database."""

from __future__ import annotations

import pytest

from actions.conversations.register import Conversations
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.tickets.samples import Clock


@pytest.fixture
def conversations(database: Database, key: PersonalKey, clock: Clock) -> Conversations:
    return Conversations(database, key, clock)
