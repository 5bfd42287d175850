"""Turns on platforms: they cannot be told to come back later, so each is tried until Rasa is there again."""

from __future__ import annotations

import asyncio

from actions.tickets.database import DatabaseUnavailable
from bot.dialogue.message import IncomingMessage
from bot.dialogue.rasa import DialogueUnavailable
from bot.dialogue.turn import Dialogue, Taken

MOST_SECONDS = 60.0
"""Rasa needs some 20 seconds to start anew."""
_LOOK_EVERY_SECONDS = 0.3
_LONGEST_PAUSE_SECONDS = 3.0
_MOST_AT_ONCE = 16
_MOST_EMPTY = 3
"""So often an action may fail before it is taken to fail always."""


class Patience:
    """Takes turns while Rasa comes and goes."""

    def __init__(self, dialogue: Dialogue, most_seconds: float = MOST_SECONDS) -> None:
        self._dialogue = dialogue
        self._most_seconds = most_seconds
        self._at_once = asyncio.Semaphore(_MOST_AT_ONCE)
        self._looking = asyncio.Lock()
        self._looked_at = -_LOOK_EVERY_SECONDS
        self._was_ready = False

    async def take(self, message: IncomingMessage) -> Taken:
        """Raises DialogueUnavailable, DatabaseUnavailable once patience is over.

        What Rasa had taken when it was killed is forgotten by it as well. A turn that ran out of time may be taken by it a second time.
        """
        loop = asyncio.get_running_loop()
        until, pause, empty = loop.time() + self._most_seconds, _LOOK_EVERY_SECONDS, 0
        while True:
            try:
                async with self._at_once:
                    return await self._dialogue.take(message)
            except DatabaseUnavailable:
                if loop.time() + pause > until:
                    raise
            except DialogueUnavailable as error:
                empty += error.reason == "empty reply"
                if loop.time() + pause > until or empty >= _MOST_EMPTY:
                    raise
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE_SECONDS, pause * 2)
            while loop.time() < until and not await self._is_ready():
                pause = _LOOK_EVERY_SECONDS  # it was away: what it answers once it is back, it answers at once

    async def _is_ready(self) -> bool:
        """One looks for all who wait: Rasa has enough to do while it starts."""
        async with self._looking:
            now = asyncio.get_running_loop().time()
            if now - self._looked_at >= _LOOK_EVERY_SECONDS:
                self._was_ready = await self._dialogue.is_ready()
                self._looked_at = asyncio.get_running_loop().time()
            if self._was_ready:
                return True
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        return False
