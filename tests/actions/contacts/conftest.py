"""The register of contacts, on either database."""

from __future__ import annotations

import itertools

import pytest

from actions.contacts.inbox import Inbox
from actions.contacts.register import Contacts
from actions.contacts.sending import Sending
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.tickets.samples import Clock


@pytest.fixture
def contacts(database: Database, key: PersonalKey, clock: Clock) -> Contacts:
    numbers = itertools.count(1)
    return Contacts(database, key, lambda: f"conversation-{next(numbers)}", clock)


@pytest.fixture
def inbox(contacts: Contacts) -> Inbox:
    return Inbox(contacts)


@pytest.fixture
def sending(contacts: Contacts, key: PersonalKey) -> Sending:
    return Sending(contacts, key)
