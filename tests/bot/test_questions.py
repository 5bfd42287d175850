"""Questions beside the event loop: kept soon, in batches, whatever the database does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select

import bot.questions
from actions.questions import Asked, Rating, Remark, Status
from actions.questions.groups import QuestionGroups, Tab
from actions.questions.likeness import Encode, Vectors
from actions.questions.tables import QUESTIONS, REMARKS
from actions.tickets.database import Database, open_database
from bot.questions import QuestionDesk, question_desk
from tests.actions.questions.samples import by_characters

_WITHIN_SECONDS = 5.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An empty one."""
    opened = open_database(f"sqlite:///{tmp_path / 'questions.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def logged() -> list[dict[str, Any]]:
    """What was logged."""
    return []


@asynccontextmanager
async def _desk(
    database: Database, logged: list[dict[str, Any]], keep_days: int = 180, encode: Encode = by_characters
) -> AsyncIterator[QuestionDesk]:
    def keep(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        logged.append(dict(event))
        return event

    logger = structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep])
    async with question_desk(database, encode, keep_days, logger) as desk:
        yield desk


def _asked(question: str, status: Status = Status.ABSTAINED, days_ago: int = 0, **more: Any) -> Asked:
    return Asked(datetime.now(timezone.utc) - timedelta(days=days_ago), "m", "web", question, status, **more)


def _kept(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(QUESTIONS.c.question).order_by(QUESTIONS.c.id)).scalars())


async def _until_kept(database: Database, number: int) -> list[str]:
    for _ in range(int(_WITHIN_SECONDS * 50)):
        if len(kept := await asyncio.to_thread(_kept, database)) >= number:
            return kept
        await asyncio.sleep(0.02)
    raise AssertionError(f"{len(kept)} of {number} were kept")


async def _until_logged(logged: list[dict[str, Any]], event: str) -> None:
    for _ in range(int(_WITHIN_SECONDS * 50)):
        if event in {line["event"] for line in logged}:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{event} was not logged")


async def test_questions_are_kept_and_grouped_soon_in_their_order(database: Database, logged: list[dict[str, Any]]) -> None:
    async with _desk(database, logged) as desk:
        for place in range(450):
            desk.note(_asked(f"每亩地多少钱{place}"))
        assert await _until_kept(database, 450) == [f"每亩地多少钱{place}" for place in range(450)]
        assert sum(each.count for each in QuestionGroups(database).page(Tab.OPEN)) == 450


async def test_what_waits_when_the_service_stops_is_kept(database: Database, logged: list[dict[str, Any]]) -> None:
    async with _desk(database, logged) as desk:
        for place in range(250):
            desk.note(_asked(str(place)))
    assert len(_kept(database)) == 250


async def test_while_the_database_is_out_of_reach_questions_wait_and_their_words_are_not_logged(
    database: Database, logged: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.questions, "_KEEP_AGAIN_SECONDS", 0.05)
    async with _desk(database, logged) as desk:
        with database.writing():  # SQLite has one writer at a time: all others wait in vain
            desk.note(_asked("每亩地多少钱"))
            await _until_logged(logged, "questions_not_kept")
            desk.note(_asked("孩子上学找谁"))
            assert await desk.keep(Remark(datetime.now(timezone.utc), "m", "web", "税怎么减", Rating.DOWN)) is False
        assert await _until_kept(database, 2) == ["每亩地多少钱", "孩子上学找谁"]
    assert not any(words in str(logged) for words in ("每亩地", "孩子", "税"))


async def test_a_batch_that_can_never_be_kept_does_not_hold_up_the_next_one(database: Database, logged: list[dict[str, Any]]) -> None:
    def reads_all_but_one(texts: Sequence[str]) -> Vectors:
        if "每亩地多少钱" in texts:
            raise ValueError(texts)
        return by_characters(texts)

    async with _desk(database, logged, encode=reads_all_but_one) as desk:
        desk.note(_asked("每亩地多少钱"))
        await desk.flush()
        desk.note(_asked("孩子上学找谁"))
        await desk.flush()
    assert _kept(database) == ["孩子上学找谁"]
    assert logged == [{"number": 1, "reason": "ValueError", "event": "questions_lost"}]


async def test_where_too_many_wait_the_oldest_is_given_up(
    database: Database, logged: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.questions, "_MOST_WAITING", 3)
    async with _desk(database, logged) as desk:
        await desk.flush()
        for place in range(5):
            desk.note(_asked(str(place)))
    assert _kept(database) == ["2", "3", "4"]
    assert [line["event"] for line in logged] == ["question_lost"] * 2


async def test_a_thumb_knows_the_entry_of_a_question_asked_a_moment_before(database: Database, logged: list[dict[str, Any]]) -> None:
    async with _desk(database, logged) as desk:
        desk.note(_asked("税怎么减", Status.ANSWERED, entry="tax"))
        assert await desk.keep(Remark(datetime.now(timezone.utc), "m", "web", "税怎么减", Rating.UP))
        with database.reading() as connection:
            assert connection.execute(select(REMARKS.c.entry)).scalar_one() == "tax"


async def test_what_is_older_than_the_setting_is_forgotten_at_the_start(database: Database, logged: list[dict[str, Any]]) -> None:
    async with _desk(database, logged) as desk:
        desk.note(_asked("旧的", days_ago=31))
        desk.note(_asked("新的"))
    async with _desk(database, logged, keep_days=30):
        await _until_logged(logged, "questions_forgotten")
    assert _kept(database) == ["新的"]
