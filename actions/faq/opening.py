"""All that is behind editing the library, opened together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from actions.faq.drafts import Drafts
from actions.faq.library import Library
from actions.faq.previews import Previews
from actions.faq.publishing import Publisher
from actions.faq.versions import Versions
from actions.faq.worker import Worker
from actions.officers.audit import AuditLog
from actions.tickets.database import Database
from knowledge.editing.trial import Trials
from knowledge.sources import FOLDER


@dataclass(frozen=True, slots=True)
class FaqPlaces:
    """Where things lie."""

    data: Path
    """DATA_DIR, with the index and the encoder that are in use."""
    encoder: str = ""
    """The setting of that name."""
    folder: Path = FOLDER
    """The knowledge folder."""


@dataclass(frozen=True)
class Faq:
    """What the pages work with. Everything blocks."""

    places: FaqPlaces
    library: Library
    trials: Trials
    drafts: Drafts
    versions: Versions
    previews: Previews
    publisher: Publisher
    worker: Worker


@contextmanager
def open_faq(
    places: FaqPlaces, database: Database, audit: AuditLog, recent: Callable[[], Sequence[str]], logger: structlog.stdlib.BoundLogger
) -> Iterator[Faq]:
    """Open it while the context lasts. `recent`: what enquirers asked of late, masked."""
    library, drafts = Library(places.folder), Drafts(database)
    versions, trials = Versions(database, places.folder), Trials(places.folder)
    worker = Worker(places.data, places.encoder)
    previews = Previews(worker, library, trials, drafts, recent, logger)
    try:
        publisher = Publisher(library, database, drafts, versions, audit, trials)
        yield Faq(places, library, trials, drafts, versions, previews, publisher, worker)
    finally:
        previews.close()
        trials.close()
