"""The register of officers, on either database."""

from __future__ import annotations

import pytest

from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.officers.samples import cheap_passwords
from tests.actions.tickets.samples import Clock


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return cheap_passwords()


@pytest.fixture
def officers(database: Database, key: PersonalKey, clock: Clock, passwords: Passwords) -> Officers:
    return Officers(database, key, clock, passwords)
