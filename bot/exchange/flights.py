"""All messages that are being answered in this process, each in a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from actions.contacts.model import Message
from bot.exchange.inflight import Flight, Lines, Place

Work = Callable[[Flight, Place], Coroutine[None, None, None]]


class Flights:
    """Starts them, finds them, and ends them."""

    def __init__(self, report: Callable[[str, Exception], None]) -> None:
        """`report` is told the channel of one that failed, and why."""
        self._report = report
        self._flights: dict[tuple[str, str, str], Flight] = {}
        self._lines = Lines()
        self._tasks: set[asyncio.Task[None]] = set()

    def of(self, message: Message) -> Flight | None:
        """That of a message, if it is under way."""
        return self._flights.get((message.channel, message.account, message.key))

    def in_line(self, message: Message) -> int:
        """How many messages of the same person are under way."""
        return self._lines.length((message.channel, message.account, message.person))

    def inbox_ids(self) -> frozenset[int]:
        """Of those that are kept."""
        return frozenset(flight.inbox_id for flight in self._flights.values() if flight.inbox_id is not None)

    def start(self, message: Message, work: Work) -> Flight:
        """Put a message into its person's line, and begin to work on it."""
        flight = self._flights[message.channel, message.account, message.key] = Flight()
        place = self._lines.join((message.channel, message.account, message.person))
        task = asyncio.create_task(self._fly(message, flight, place, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return flight

    async def end(self, seconds: float) -> None:
        """Let what is under way come to its end within that time. What does not is cut off."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _fly(self, message: Message, flight: Flight, place: Place, work: Work) -> None:
        """Whatever happens, nobody waits for it afterwards."""
        try:
            await work(flight, place)
        except Exception as error:
            self._report(message.channel, error)
        finally:
            self._lines.leave((message.channel, message.account, message.person), place)
            flight.settle(None)
            del self._flights[message.channel, message.account, message.key]
