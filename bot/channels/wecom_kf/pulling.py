"""Fetches what people wrote to accounts of 微信客服, page by page, and hands it to the exchange.

The cursor moves once a page is kept. What is fetched twice, after a crash or by two processes, is told apart by `msgid` as a retry is.
"""

from __future__ import annotations

import asyncio

import structlog

from actions.contacts.cursors import Cursors
from actions.tickets.database import DatabaseUnavailable
from bot.channels.contract import Received, TryAgain, Unsendable
from bot.channels.wecom_kf.channel import WecomKfChannel
from bot.channels.wecom_kf.client import Page
from bot.channels.wecom_kf.schema import read_failed
from bot.exchange.exchange import Exchange
from bot.tickets import TicketDesk

_AT_ONCE = 32
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_GIVE_UP_AFTER_SECONDS = 600.0
"""So long a call-back's token is good (接收消息和事件); the next call-back, or the next start, brings the rest."""


class _NotKept(Exception):
    """Some of a page could not be kept: the database is away."""


class Puller:
    """One fetching at a time for each account."""

    def __init__(
        self, channel: WecomKfChannel, exchange: Exchange, cursors: Cursors, tickets: TicketDesk, logger: structlog.stdlib.BoundLogger
    ) -> None:
        self._channel = channel
        self._exchange = exchange
        self._cursors = cursors
        self._tickets = tickets
        self._logger = logger
        self._wanted: dict[str, str] = {}
        self._fetching: dict[str, asyncio.Task[None]] = {}
        self._starting: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Fetch what came while the service was off, from accounts that have been read before."""
        self._starting = asyncio.create_task(self._catch_up())

    def poke(self, account: str, token: str) -> None:
        """There is something in an account; `token` is that of the call-back."""
        self._wanted[account] = token
        if account not in self._fetching:
            self._fetching[account] = asyncio.create_task(self._work(account))

    async def end(self) -> None:
        """Stop. What was not kept is fetched again at the next start."""
        tasks = [*self._fetching.values(), *([self._starting] if self._starting else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _catch_up(self) -> None:
        try:
            for account in await self._tickets.in_background(self._cursors.accounts, self._channel.name):
                if account not in self._fetching:
                    self.poke(account, "")
        except DatabaseUnavailable as error:
            self._logger.error("wecom_kf_not_fetched", reason=str(error))

    async def _work(self, account: str) -> None:
        try:
            while account in self._wanted:
                await self._fetch(account, self._wanted.pop(account))
        finally:
            del self._fetching[account]  # at once: whoever pokes next has to begin anew

    async def _fetch(self, account: str, token: str) -> None:
        try:
            await self._fetch_all(account, token)
        except Unsendable as error:
            self._logger.error("wecom_kf_not_fetched", code=error.code, reason=error.reason)
        except Exception as error:  # its text may hold their words
            self._logger.error("wecom_kf_not_fetched", reason=type(error).__name__)

    async def _fetch_all(self, account: str, token: str) -> None:
        """Until there is no more. Raises Unsendable, DatabaseUnavailable, _NotKept."""
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + _GIVE_UP_AFTER_SECONDS, _FIRST_PAUSE_SECONDS
        while True:
            try:
                if not await self._fetch_page(account, token):
                    return
                pause = _FIRST_PAUSE_SECONDS
                continue
            except (TryAgain, DatabaseUnavailable, _NotKept) as error:
                if loop.time() + pause > until:
                    raise
                self._logger.warning("wecom_kf_delayed", reason=str(error))
            except Unsendable:
                if not token:
                    raise
                self._wanted.setdefault(account, "")  # the token may have run out: without it may be asked, too, though seldom
                raise
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
            token = self._wanted.pop(account, token)

    async def _fetch_page(self, account: str, token: str) -> bool:
        """Fetch one and keep it. Whether there is more."""
        name = self._channel.name
        cursor = await self._tickets.in_thread(self._cursors.of, name, account)
        page = await self._channel.fetch(account, cursor, token)
        received = self._channel.read(account, page.items, is_first=not cursor)
        for start in range(0, len(received), _AT_ONCE):
            await self._keep(received[start : start + _AT_ONCE])
        self._tell_failures(account, page)
        if not page.next_cursor or page.next_cursor == cursor:
            return False  # nothing new; asking again would give the same for ever
        await self._tickets.in_thread(self._cursors.move, name, account, cursor, page.next_cursor)
        return page.has_more

    async def _keep(self, received: tuple[Received, ...]) -> None:
        # All at once, so that they are written together; each person's line keeps their order.
        if not all(await asyncio.gather(*(self._exchange.keep(self._channel, one) for one in received))):
            raise _NotKept("the database is away")

    def _tell_failures(self, account: str, page: Page) -> None:
        for reason in (read_failed(account, item) for item in page.items):
            if reason is not None:
                self._logger.warning("wecom_kf_not_delivered", fail_type=reason)
