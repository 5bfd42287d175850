"""One token for all: fetched by one, kept for as long as it is good, renewed when it is refused, in however many processes."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.contract import TryAgain
from bot.channels.tencent.token import AccessTokens
from bot.settings import PROJECT


class Platform:
    def __init__(self) -> None:
        self.now = 1_795_420_800.0
        self.fetched = 0
        self.seconds = 7200
        self.is_down = False

    async def fetch(self) -> tuple[str, float]:
        self.fetched += 1
        number = self.fetched
        await asyncio.sleep(0.02)
        if self.is_down:
            raise TryAgain(-1, "down")
        return f"token-{number}", self.seconds


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def tokens_of(platform: Platform, tmp_path: Path) -> Callable[[], AccessTokens]:
    """One more process's worth of tokens."""
    return lambda: AccessTokens(tmp_path / "var" / "wechat.token", "account", platform.fetch, lambda: platform.now)


async def test_a_hundred_who_ask_at_once_get_the_same_and_one_fetches(platform: Platform, tokens_of: Callable[[], AccessTokens]) -> None:
    first, second = tokens_of(), tokens_of()
    got = await asyncio.gather(*(tokens.current() for tokens in (first, second) * 50))
    assert set(got) == {"token-1"}
    assert platform.fetched == 1


async def test_a_token_is_kept_until_five_minutes_before_its_end(platform: Platform, tokens_of: Callable[[], AccessTokens]) -> None:
    tokens = tokens_of()
    assert await tokens.current() == "token-1"
    platform.now += 7200 - 301
    assert await tokens.current() == await tokens_of().current() == "token-1"
    platform.now += 2
    assert await tokens.current() == await tokens_of().current() == "token-2"
    assert platform.fetched == 2


async def test_a_token_that_is_given_with_minutes_to_live_is_used_for_half_of_them(
    platform: Platform, tokens_of: Callable[[], AccessTokens]
) -> None:
    platform.seconds = 200
    tokens = tokens_of()
    await tokens.current()
    platform.now += 99
    assert await tokens.current() == "token-1"
    platform.now += 2
    assert await tokens.current() == "token-2"


async def test_a_refused_token_is_renewed_once_however_many_met_the_refusal(
    platform: Platform, tokens_of: Callable[[], AccessTokens]
) -> None:
    first, second = tokens_of(), tokens_of()
    refused = await first.current()
    assert await second.current() == refused
    got = await asyncio.gather(*(tokens.renewed(refused) for tokens in (first, second) * 50))
    assert set(got) == {"token-2"}
    assert platform.fetched == 2
    assert await first.renewed(refused) == "token-2"  # one who met it late
    assert platform.fetched == 2


async def test_all_who_wait_are_told_of_a_failure_and_the_next_one_tries_anew(
    platform: Platform, tokens_of: Callable[[], AccessTokens]
) -> None:
    tokens = tokens_of()
    platform.is_down = True
    got = await asyncio.gather(*(tokens.current() for _ in range(20)), return_exceptions=True)
    assert all(isinstance(each, TryAgain) for each in got)
    assert platform.fetched == 1
    platform.is_down = False
    assert await tokens.current() == "token-2"


async def test_one_who_gives_up_takes_nothing_from_the_others(platform: Platform, tokens_of: Callable[[], AccessTokens]) -> None:
    tokens = tokens_of()
    impatient, patient = asyncio.create_task(tokens.current()), asyncio.create_task(tokens.current())
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient == "token-1"
    assert platform.fetched == 1


async def test_the_file_is_its_owners_and_another_account_does_not_use_it(
    platform: Platform, tokens_of: Callable[[], AccessTokens], tmp_path: Path
) -> None:
    await tokens_of().current()
    file = tmp_path / "var" / "wechat.token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    other = AccessTokens(file, "another account", platform.fetch, lambda: platform.now)
    assert await other.current() == "token-2"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"token": 1}', "null"])
async def test_a_file_that_was_not_written_to_its_end_is_written_anew(
    content: str, platform: Platform, tokens_of: Callable[[], AccessTokens], tmp_path: Path
) -> None:
    file = tmp_path / "var" / "wechat.token"
    file.parent.mkdir()
    file.write_text(content)
    assert await tokens_of().current() == "token-1"
    assert await tokens_of().current() == "token-1"


PROCESS = """
import asyncio, sys
from pathlib import Path
from bot.channels.tencent.token import AccessTokens

async def fetch():
    with open(sys.argv[2], "a") as log:
        log.write("fetched\\n")
    await asyncio.sleep(0.5)
    return "shared", 7200

async def main():
    print(*await asyncio.gather(*(AccessTokens(Path(sys.argv[1]), "a", fetch).current() for _ in range(10))))

asyncio.run(main())
"""


def test_real_processes_fetch_once_between_them(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", PROCESS, str(tmp_path / "token"), str(log)]
    running = [subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in running:
        said, _ = process.communicate(timeout=60)
        assert said.split() == ["shared"] * 10
    assert log.read_text() == "fetched\n"
