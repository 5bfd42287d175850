"""Editing the library on SQLite and on PostgreSQL, with a knowledge folder of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from actions.faq.drafts import Drafts
from actions.faq.library import Library
from actions.faq.model import Draft, Preview, preview_mark
from actions.faq.publishing import Publisher
from actions.faq.versions import Versions
from actions.officers.audit import AuditLog
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from knowledge.editing.trial import Trials
from tests.actions.tickets.samples import Clock
from tests.knowledge.editing.copies import small_copy

Previewed = Callable[..., Draft]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_copy(tmp_path / "knowledge")


@pytest.fixture
def library(folder: Path) -> Library:
    return Library(folder)


@pytest.fixture
def drafts(database: Database, clock: Clock) -> Drafts:
    return Drafts(database, clock)


@pytest.fixture
def versions(database: Database, folder: Path, clock: Clock) -> Versions:
    return Versions(database, folder, clock)


@pytest.fixture
def audit(database: Database, key: PersonalKey, clock: Clock) -> AuditLog:
    return AuditLog(database, key, clock)


@pytest.fixture
def trials(folder: Path) -> Iterator[Trials]:
    opened = Trials(folder)
    yield opened
    opened.close()


@pytest.fixture
def publisher(library: Library, database: Database, drafts: Drafts, versions: Versions, audit: AuditLog, trials: Trials) -> Publisher:
    return Publisher(library, database, drafts, versions, audit, trials)


@pytest.fixture
def previewed(drafts: Drafts, library: Library) -> Previewed:
    """A draft with a finished preview of it, of so many changes of substance, as the process beside the service would have made it."""

    def preview(draft: Draft, of_substance: int = 0) -> Draft:
        changes = [{"change": "other", "question": str(number)} for number in range(of_substance)]
        made = Preview(datetime.now(timezone.utc), changes, {"wordings": 9}, {}, 0, 0, "", [], 1.0)
        drafts.keep_preview(draft.id, preview_mark(draft.edit, library.hashes()), made)
        return drafts.find(draft.id)

    return preview
