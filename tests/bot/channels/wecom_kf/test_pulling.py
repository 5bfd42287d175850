"""Fetching page by page: the cursor moves once a page is kept, and whatever goes wrong, nothing is lost and nothing goes on for ever."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from actions.contacts.cursors import Cursors
from actions.tickets.database import Database, DatabaseUnavailable, open_database
from bot.channels.contract import Received
from bot.channels.wecom_kf.channel import WecomKfChannel
from bot.channels.wecom_kf.pulling import Puller
from bot.channels.wecom_kf.schema import NAME
from tests.bot.channels.wechat.conftest import Clock
from tests.bot.channels.wecom_kf.conftest import CUSTOMER
from tests.fakes.wecom_kf_server import ACCOUNT, FakeWecomKf


class Keeping:
    """Stands where the exchange does, and the desk with its threads."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.fails = 0
        self.is_away = False
        self.begun = asyncio.Event()

    async def keep(self, channel: object, received: Received) -> bool:
        await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            return False
        self.kept.append(received.text)
        self.begun.set()
        return True

    async def in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        if self.is_away:
            raise DatabaseUnavailable("locked")
        return work(*arguments)

    in_background = in_thread


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{shutil.copy(migrated, tmp_path / 'tickets.sqlite')}")


@pytest.fixture
def cursors(database: Database) -> Cursors:
    return Cursors(database)


@pytest.fixture
def keeping() -> Keeping:
    return Keeping()


@pytest.fixture
def log_lines() -> list[dict[str, Any]]:
    return []


@pytest.fixture
async def puller(
    kf: FakeWecomKf,
    channel: WecomKfChannel,
    cursors: Cursors,
    keeping: Keeping,
    log_lines: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Puller]:
    monkeypatch.setattr("bot.channels.wecom_kf.pulling._FIRST_PAUSE_SECONDS", 0.01)
    kf.callback = "http://127.0.0.1:1/"
    kf.retries = 0

    def keep(logger: object, method: str, fields: structlog.types.EventDict) -> structlog.types.EventDict:
        log_lines.append({**fields, "level": method})
        raise structlog.DropEvent

    stand_in: Any = keeping
    made = Puller(channel, stand_in, cursors, stand_in, structlog.wrap_logger(structlog.ReturnLogger(), processors=[keep]))
    yield made
    await made.end()


async def _fetched(puller: Puller) -> None:
    for _ in range(500):
        if not puller._fetching:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("goes on for ever")


def _token(kf: FakeWecomKf) -> str:
    kf._talk.tokens["t"] = kf._clock() + 600
    return "t"


async def test_pages_are_read_to_the_end_and_the_cursor_is_kept(
    kf: FakeWecomKf, puller: Puller, keeping: Keeping, cursors: Cursors
) -> None:
    kf.page = 2
    for number in range(5):
        await kf.write(CUSTOMER, f"{number}", tells=False)
    puller.poke(ACCOUNT, _token(kf))
    await _fetched(puller)
    assert keeping.kept == ["0", "1", "2", "3", "4"]
    assert (cursors.of(NAME, ACCOUNT), cursors.accounts(NAME)) == ("c5", (ACCOUNT,))
    assert len(kf.synced) == 3


async def test_a_page_that_was_not_kept_is_fetched_again(kf: FakeWecomKf, puller: Puller, keeping: Keeping, cursors: Cursors) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    keeping.fails = 2
    puller.poke(ACCOUNT, _token(kf))
    await _fetched(puller)
    assert keeping.kept == ["用地"]
    assert [asked.get("cursor") for asked in kf.synced] == [None, None, None]
    assert cursors.of(NAME, ACCOUNT) == "c1"


async def test_a_database_that_is_away_is_waited_for(
    kf: FakeWecomKf, puller: Puller, keeping: Keeping, log_lines: list[dict[str, Any]]
) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    keeping.is_away = True
    puller.start()
    puller.poke(ACCOUNT, _token(kf))
    await asyncio.sleep(0.05)
    keeping.is_away = False
    await _fetched(puller)
    assert keeping.kept == ["用地"]
    assert {line["reason"] for line in log_lines} == {"locked"}


async def test_a_token_that_has_run_out_is_done_without(
    kf: FakeWecomKf, puller: Puller, keeping: Keeping, log_lines: list[dict[str, Any]]
) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    puller.poke(ACCOUNT, "run-out")
    await _fetched(puller)
    assert keeping.kept == ["用地"]
    assert [asked.get("token") for asked in kf.synced] == ["run-out", None]
    assert log_lines[0]["code"] == 95007


async def test_what_is_refused_for_good_is_given_up_and_told(kf: FakeWecomKf, puller: Puller, log_lines: list[dict[str, Any]]) -> None:
    kf.codes.extend([48002, 48002, 48002])
    puller.poke(ACCOUNT, "t")
    await _fetched(puller)
    assert [line["code"] for line in log_lines] == [48002, 48002]
    assert len(kf.codes) == 1


async def test_a_cursor_that_stands_still_ends_it(
    kf: FakeWecomKf, puller: Puller, cursors: Cursors, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursors.move(NAME, ACCOUNT, "", "c0")
    kf.page = 0
    await kf.write(CUSTOMER, "用地", tells=False)
    puller.poke(ACCOUNT, _token(kf))
    await _fetched(puller)
    assert len(kf.synced) == 1


async def test_whoever_calls_while_something_is_fetched_is_heard(kf: FakeWecomKf, puller: Puller, keeping: Keeping) -> None:
    await kf.write(CUSTOMER, "用地", tells=False)
    puller.poke(ACCOUNT, _token(kf))
    await keeping.begun.wait()
    await kf.write(CUSTOMER, "用电", tells=False)
    puller.poke(ACCOUNT, "t")
    await _fetched(puller)
    assert keeping.kept == ["用地", "用电"]


async def test_a_message_that_did_not_arrive_after_all_is_told_without_a_word_of_it(
    kf: FakeWecomKf, puller: Puller, log_lines: list[dict[str, Any]]
) -> None:
    kf.fail(CUSTOMER, 4)
    puller.poke(ACCOUNT, _token(kf))
    await _fetched(puller)
    (line,) = log_lines
    assert line == {"event": "wecom_kf_not_delivered", "fail_type": 4, "level": "warning"}


async def test_what_was_asked_before_the_service_was_there_is_not_answered(
    kf: FakeWecomKf, puller: Puller, keeping: Keeping, clock: Clock
) -> None:
    await kf.write(CUSTOMER, "两天前", tells=False, at=clock.now - 2 * 24 * 3600)
    await kf.write(CUSTOMER, "现在", tells=False)
    puller.poke(ACCOUNT, _token(kf))
    await _fetched(puller)
    assert keeping.kept == ["现在"]


def test_of_two_who_move_a_cursor_one_is_told_to_look_again(cursors: Cursors) -> None:
    assert cursors.move(NAME, ACCOUNT, "", "c1")
    assert not cursors.move(NAME, ACCOUNT, "", "c1")
    assert cursors.move(NAME, ACCOUNT, "c1", "c2")
    assert not cursors.move(NAME, ACCOUNT, "c1", "c3")
    assert cursors.of(NAME, ACCOUNT) == "c2"
    assert cursors.of("other", ACCOUNT) == ""
