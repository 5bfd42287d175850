"""What is published is answered from within two seconds, while questions are asked all the time; edits by hand have versions too."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

import pytest
import structlog

from actions.faq.drafts import Drafts
from actions.faq.library import Library
from actions.faq.model import Preview, VersionKind, preview_mark
from actions.faq.publishing import Publisher
from actions.faq.versions import Versions
from actions.officers.audit import AuditLog
from actions.tickets.database import Database, DatabaseUnavailable, open_database
from actions.tickets.personal import PersonalKey
from bot.follow import following
from bot.serve import knowledge_places
from bot.settings import Settings
from knowledge.editing import Edit, EditKind
from knowledge.editing.trial import Trials, copy_sources
from knowledge.encoder.model import open_encoder
from knowledge.index.folder import open_index
from knowledge.knowledge import Knowledge
from knowledge.live import LiveKnowledge
from knowledge.sources import FOLDER, hash_sources, read_sources
from knowledge.terms import TermReader

pytestmark = pytest.mark.integration
_PAUSE_SECONDS = 0.02
"""Some forty questions a second: many times what enquirers ask."""
LAND, ENTRY, QUESTION = "faq/land.yml", "land-overview", "用地政策"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the project's library, in a folder of its own."""
    folder = tmp_path_factory.mktemp("whole") / "knowledge"
    copy_sources(FOLDER, folder)
    return folder


@pytest.fixture(scope="module")
def live(whole: Path, built: Settings) -> LiveKnowledge:
    """As the service opens it."""
    places = knowledge_places(built)
    encoder, terms = open_encoder(places.encoder_in_use), TermReader()
    index = open_index(places.index, hash_sources(whole), encoder.identity)
    return LiveKnowledge(Knowledge(read_sources(whole), index, encoder, terms), encoder, terms, whole, whole.parent / "index")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'tickets.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def versions(database: Database, whole: Path) -> Versions:
    return Versions(database, whole)


async def _until(condition: Callable[[], bool], seconds: float = 10.0) -> float:
    """Seconds until it holds."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        await asyncio.sleep(0.02)
    return time.monotonic() - began


async def test_a_published_answer_is_told_within_two_seconds_while_questions_are_asked_all_the_time(
    live: LiveKnowledge, whole: Path, database: Database, versions: Versions, key: PersonalKey
) -> None:
    library, drafts, trials = Library(whole), Drafts(database), Trials(whole)
    publisher = Publisher(library, database, drafts, versions, AuditLog(database, key), trials)
    base = library.block(ENTRY)[1].text
    draft = drafts.begin(Edit(LAND, EditKind.CHANGE, ENTRY, base.replace("answer: 方案提出", "answer: 据方案")), base, "chen")
    made = Preview(datetime.now(timezone.utc), [], {}, {}, 0, 0, "", [], 1.0)
    drafts.keep_preview(draft.id, preview_mark(draft.edit, library.hashes()), made)
    failed: list[BaseException] = []
    asked = 0
    stop = threading.Event()

    def ask() -> None:
        nonlocal asked
        try:
            while not stop.is_set():
                assert live.current.ask(QUESTION).text
                asked += 1
                time.sleep(_PAUSE_SECONDS)
        except BaseException as error:
            failed.append(error)

    asking = threading.Thread(target=ask)
    async with following(live, structlog.get_logger(), versions.follow):
        await _until(lambda: len(versions.page(file=LAND)) == 1, 60.0)  # the start is over
        asking.start()
        await asyncio.get_running_loop().run_in_executor(None, publisher.publish, draft.id, "wang", False)
        before = live.current
        seconds = await _until(lambda: live.current is not before)
        assert live.current.ask(QUESTION).text.startswith("据方案")
        await asyncio.sleep(1.0)  # the follower has had its look
    stop.set()
    asking.join()
    trials.close()
    assert not failed
    assert asked > 50
    assert seconds < 2.0
    assert [version.kind for version in versions.page(file=LAND)] == [VersionKind.CHANGED, VersionKind.FOUND]


async def test_an_edit_by_hand_is_recorded_also_when_the_database_was_away(
    live: LiveKnowledge, whole: Path, versions: Versions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.follow._RECORD_AGAIN_SECONDS", 0.1)
    refused = 0

    def record(files: Sequence[str]) -> int:
        nonlocal refused
        if refused < 2:
            refused += 1
            raise DatabaseUnavailable("locked")
        return versions.follow(files)

    async with following(live, structlog.get_logger(), record):
        await _until(lambda: bool(versions.page(file=LAND)), 60.0)
        assert refused == 2
        file = whole / LAND
        file.write_text(file.read_text(encoding="utf-8").replace(f"- {QUESTION}\n", f"- {QUESTION}呢\n"), encoding="utf-8")
        await _until(lambda: len(versions.page(file=LAND)) == 2)
    newest = versions.page(file=LAND)[0]
    assert (newest.kind, newest.by, newest.summary) == (VersionKind.BY_HAND, "", f"~ {ENTRY}")
