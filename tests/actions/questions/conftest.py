"""The register of questions, on either database."""

from __future__ import annotations

import pytest

from actions.questions.groups import QuestionGroups
from actions.questions.likeness import Likeness
from actions.questions.register import Questions
from actions.tickets.database import Database
from tests.actions.questions.samples import by_characters
from tests.actions.tickets.samples import Clock


@pytest.fixture
def questions(database: Database) -> Questions:
    """What enquirers do."""
    return Questions(database, Likeness(by_characters))


@pytest.fixture
def groups(database: Database, clock: Clock) -> QuestionGroups:
    """What officers do."""
    return QuestionGroups(database, clock)
