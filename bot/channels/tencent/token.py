"""An access token for all who need it: fetched by one at a time, in all processes beside one DATA_DIR, and renewed when it is refused.

Facts: WeChat, 获取稳定版接口调用凭据 (7,200 seconds at most; renewed five minutes before its end, and for those both work);
WeCom, 获取access_token (one a secret).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from bot.channels.contract import TryAgain
from bot.channels.tencent.answer import code_of

_EARLY_SECONDS = 300
_LOOK_EVERY_SECONDS = 0.05
"""How often to look whether another process is done. Waiting in a thread could not be cancelled."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when to ask for another, in seconds since 1970."""

    text: str
    good_until: float


class AccessTokens:
    """The token of one account's secret."""

    def __init__(
        self, file: Path, account: str, fetch: Callable[[], Awaitable[tuple[str, float]]], clock: Callable[[], float] = time.time
    ) -> None:
        """`file` shares the token between processes, readable by its owner only; `account` is anything that tells apart whose token it is.

        `fetch` gives token and seconds it lasts, or raises: then so does whoever asked for a token.
        """
        self._file = file
        self._account = hashlib.sha256(account.encode()).hexdigest()
        self._fetch = fetch
        self._clock = clock
        self._kept: Token | None = None
        self._fetching: asyncio.Task[str] | None = None

    async def current(self) -> str:
        """A token that should work. Raises what fetching raises, and OSError where the file cannot be used."""
        return await self._other_than(None)

    async def renewed(self, refused: str) -> str:
        """A token after `refused` did not work: the one that somebody else has fetched by then, or a new one."""
        return await self._other_than(refused)

    async def asked(self, ask: Callable[[str], Awaitable[dict[str, Any]]], refusals: Collection[int]) -> dict[str, Any]:
        """What a platform answers to `ask` with a token; one that it refuses with one of these codes is renewed, once.

        Raises what asking and fetching raise; TryAgain where the token cannot be kept.
        """
        try:
            token = await self.current()
            answer = await ask(token)
            return await ask(await self.renewed(token)) if code_of(answer) in refusals else answer
        except OSError as error:
            raise TryAgain(-1, f"the access token cannot be kept in DATA_DIR: {error.strerror}") from None

    async def _other_than(self, refused: str | None) -> str:
        if self._serves(self._kept, refused):
            return self._kept.text
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_other_than(refused))
            self._fetching.add_done_callback(self._fetched)
        # All who wait get the same token or the same failure. Whoever gives up leaves the fetching to the others.
        return await asyncio.shield(self._fetching)

    def _fetched(self, fetching: asyncio.Task[str]) -> None:
        self._fetching = None
        if not fetching.cancelled():
            fetching.exception()  # seen, even if all who waited have given up

    async def _fetch_other_than(self, refused: str | None) -> str:
        async with _locked(self._file.with_name(self._file.name + ".lock")):
            shared = self._read()
            if not self._serves(shared, refused):
                text, seconds = await self._fetch()
                shared = Token(text, self._clock() + max(seconds - _EARLY_SECONDS, seconds / 2))
                self._write(shared)
            self._kept = shared
            return shared.text

    def _serves(self, token: Token | None, refused: str | None) -> TypeGuard[Token]:
        return token is not None and token.text != refused and self._clock() < token.good_until

    def _read(self) -> Token | None:
        try:
            written = json.loads(self._file.read_text(encoding="utf-8"))
            return Token(str(written["token"]), float(written["good_until"])) if written["account"] == self._account else None
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def _write(self, token: Token) -> None:
        beside = self._file.with_name(self._file.name + ".new")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump({"account": self._account, "token": token.text, "good_until": token.good_until}, stream)
        beside.replace(self._file)


@asynccontextmanager
async def _locked(file: Path) -> AsyncIterator[None]:
    """No other process is in here while the context lasts. The kernel lets go of the lock when a process ends, however that is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        yield
    finally:
        os.close(descriptor)
