"""Messages that are being answered in this process: whoever waits for one gets its answer, and each person's come one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from bot.channels.contract import Outgoing


class Flight:
    """One message on its way to an answer."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.inbox_id: int | None = None
        """Known once it is kept."""
        self._kept: asyncio.Future[None] = loop.create_future()
        self._answer: asyncio.Future[Outgoing | None] = loop.create_future()
        self._waiters = 0

    @property
    def is_awaited(self) -> bool:
        """Whether a request of the platform is open that can carry the answer."""
        return self._waiters > 0

    async def wait(self, seconds: float, seconds_to_keep: float) -> Outgoing | None:
        """The answer, if it comes in time. Returns only once the message is kept, or cannot be kept in time either."""
        if seconds > 0:
            self._waiters += 1
            try:
                await asyncio.wait({self._answer}, timeout=seconds)
                # No await from here to the end: who settles it meanwhile finds a waiter, and this finds the answer.
                if self._answer.done():
                    return self._answer.result()
            finally:
                self._waiters -= 1
        await asyncio.wait({self._kept}, timeout=max(0.0, seconds_to_keep - max(0.0, seconds)))
        return None

    def keep(self, inbox_id: int) -> None:
        """It is kept: the platform need not send it again."""
        self.inbox_id = inbox_id
        if not self._kept.done():
            self._kept.set_result(None)

    def settle(self, answer: Outgoing | None) -> None:
        """Give the answer to all who wait. The first counts."""
        if not self._answer.done():
            self._answer.set_result(answer)
        if not self._kept.done():
            self._kept.set_result(None)


class Place:
    """A place in one person's line."""

    def __init__(self, before: asyncio.Future[object] | None) -> None:
        self._before = before
        self.over: asyncio.Future[object] = asyncio.get_running_loop().create_future()

    async def reached(self) -> bool:
        """Wait for those in front; whether there were any."""
        if self._before is None:
            return False
        await asyncio.wait({self._before})
        return True


class Lines:
    """One line a person. Places are in the order in which they were asked for."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, list[Place]] = {}

    def length(self, person: Hashable) -> int:
        """How many of a person's messages are in it."""
        return len(self._lines.get(person, ()))

    def join(self, person: Hashable) -> Place:
        """A place at the end. To be left in any case."""
        line = self._lines.setdefault(person, [])
        place = Place(line[-1].over if line else None)
        line.append(place)
        return place

    def leave(self, person: Hashable, place: Place) -> None:
        """The next may go on; one that leaves before its turn lets nobody overtake those in front."""
        line = self._lines[person]
        position = line.index(place)
        line.remove(place)
        if not line:
            del self._lines[person]
        if position == 0:
            place.over.set_result(place)
        else:
            line[position - 1].over.add_done_callback(place.over.set_result)
