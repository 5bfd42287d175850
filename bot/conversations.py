"""Conversations in the running service: turns kept beside the event loop, who speaks known without asking, news passed on as it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone

import structlog

from actions.background import running
from actions.conversations.model import Author, ConversationError, Takeover, Turn, Utterance
from actions.conversations.register import Conversations
from actions.officers.audit import AuditLog
from actions.questions.model import conversation_mark
from actions.tickets.database import DatabaseUnavailable
from actions.tickets.model import SYSTEM, EventKind
from bot.tickets import TicketDesk

_LOOK_EVERY_SECONDS = 0.5
_VANISHED_EVERY_SECONDS = 3.0
_SWEEP_EVERY_SECONDS = 6 * 60 * 60
_MOST_WAITING = 5_000
"""Turns that wait to be kept; beyond it the oldest are given up: a transcript is worth less than the memory of the service."""
TO_ENQUIRERS = (Author.OFFICER, Author.SYSTEM)
"""Whose words reach the enquirer outside of a turn."""


class ConversationDesk:
    """The register of conversations for the event loop."""

    def __init__(
        self,
        conversations: Conversations,
        tickets: TicketDesk,
        silence: Callable[[str, bool], Awaitable[object]],
        logger: structlog.stdlib.BoundLogger,
    ) -> None:
        """`silence` tells Rasa whether to answer in a conversation."""
        self._conversations = conversations
        self._tickets = tickets
        self._settings = tickets.settings
        self._silence = silence
        self._logger = logger
        self._waiting: deque[Turn] = deque(maxlen=_MOST_WAITING)
        self._flushing = asyncio.Lock()
        self._taken: Mapping[str, Takeover] = {}
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._seen_id = 0

    def speaking(self, conversation_id: str) -> Takeover | None:
        """Who speaks in the bot's place, as known half a second ago at the latest; costs nothing."""
        return self._taken.get(conversation_mark(conversation_id)) if self._taken else None

    def record(self, turn: Turn) -> None:
        """Keep a turn soon. Nobody waits for it."""
        self._waiting.append(turn)

    async def hear(self, conversation_id: str, text: str) -> Takeover | None:
        """Keep what is said to the officer who speaks; None where the bot speaks. Raises DatabaseUnavailable."""
        return await self._tickets.in_thread(self._conversations.hear, conversation_id, text)

    async def news(self, mark: str, after: int) -> tuple[Utterance, ...]:
        """What officers and the service said in a conversation after an id. Raises DatabaseUnavailable."""
        return await self._tickets.in_thread(self._conversations.transcript, mark, after, TO_ENQUIRERS)

    async def transcript(self, mark: str) -> tuple[Utterance, ...]:
        """Everything that is kept of a conversation, the turn of a moment ago included. Raises DatabaseUnavailable."""
        await self.flush()
        return await self._tickets.in_thread(self._conversations.transcript, mark)

    def takeover(self, mark: str) -> Takeover | None:
        """As `speaking`, by the mark."""
        return self._taken.get(mark)

    @contextlib.contextmanager
    def listening(self, mark: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever there may be news of a conversation, while the context lasts."""
        event = asyncio.Event()
        self._listeners.setdefault(mark, set()).add(event)
        try:
            yield event
        finally:
            self._listeners[mark].discard(event)
            if not self._listeners[mark]:
                del self._listeners[mark]

    async def flush(self) -> None:
        """Keep what waits. Raises DatabaseUnavailable: then it waits on."""
        async with self._flushing:  # a turn that two of them find waiting would be kept twice
            turns = tuple(self._waiting)
            if not turns:
                return
            await self._tickets.in_background(self._conversations.record, turns)
            for _ in range(min(len(turns), len(self._waiting))):
                self._waiting.popleft()

    async def look(self) -> None:
        """Notice who speaks and what was said, in whichever process it happened. Raises DatabaseUnavailable."""
        taken = {takeover.mark: takeover for takeover in await self._tickets.in_background(self._conversations.takeovers)}
        changed = {mark for mark in taken.keys() | self._taken.keys() if taken.get(mark) != self._taken.get(mark)}
        before, self._taken = self._taken, taken
        for mark in taken.keys() ^ before.keys():
            with contextlib.suppress(ConversationError):
                await self._silence(await self._tickets.in_background(self._conversations.identity, mark), mark in taken)
        latest = await self._tickets.in_background(self._conversations.latest_id)
        if latest != self._seen_id:
            if self._listeners:
                changed |= await self._tickets.in_background(self._conversations.marks_spoken_to, self._seen_id)
            self._seen_id = latest
        for mark in changed & self._listeners.keys():
            for event in self._listeners[mark]:
                event.set()

    async def end_vanished(self) -> None:
        """Give back to the bot what nobody attends to any more. Raises DatabaseUnavailable."""
        audit = AuditLog(self._tickets.registry.database, self._tickets.registry.key)
        gone = await self._tickets.in_background(
            self._conversations.end_vanished,
            timedelta(seconds=self._settings.takeover_idle_seconds),
            timedelta(minutes=self._settings.takeover_unanswered_minutes),
            lambda connection, taken: audit.append(connection, taken.login, "conversation.vanished", taken.mark, taken.bureau),
        )
        tickets = self._tickets.registry.tickets
        for taken in gone:
            for standing in await self._tickets.in_background(tickets.of_conversation, taken.mark):
                await self._tickets.in_background(tickets.tell, standing.ticket.number, EventKind.HANDED_BACK, SYSTEM)
        if gone:
            self._logger.info("takeovers_ended", number=len(gone))

    async def forget(self) -> None:
        """Drop what was kept long enough. Raises DatabaseUnavailable."""
        before = datetime.now(timezone.utc) - timedelta(days=self._settings.conversation_days)
        if dropped := await self._tickets.in_background(self._conversations.forget_before, before):
            self._logger.info("conversations_forgotten", utterances=dropped)


@asynccontextmanager
async def conversation_desk(
    tickets: TicketDesk, silence: Callable[[str, bool], Awaitable[object]], logger: structlog.stdlib.BoundLogger
) -> AsyncIterator[ConversationDesk]:
    """A desk whose clockwork runs while the context lasts; what waits is kept at its end."""
    registry = tickets.registry
    desk = ConversationDesk(Conversations(registry.database, registry.key), tickets, silence, logger)
    with contextlib.suppress(DatabaseUnavailable):
        await desk.look()  # officers may be speaking since before the start
    rounds = (
        (desk.flush, _LOOK_EVERY_SECONDS),
        (desk.look, _LOOK_EVERY_SECONDS),
        (desk.end_vanished, _VANISHED_EVERY_SECONDS),
        (desk.forget, _SWEEP_EVERY_SECONDS),
    )
    try:
        async with running(*(_again(work, every, logger) for work, every in rounds)):
            yield desk
    finally:
        with contextlib.suppress(DatabaseUnavailable):
            await desk.flush()


async def _again(work: Callable[[], Awaitable[None]], every: float, logger: structlog.stdlib.BoundLogger) -> None:
    """Whatever goes wrong, the next round gets its chance."""
    while True:
        try:
            await work()
        except DatabaseUnavailable as error:
            logger.error("conversations_unavailable", reason=str(error))
        except Exception:
            logger.exception("conversations_failed")
        await asyncio.sleep(every)
