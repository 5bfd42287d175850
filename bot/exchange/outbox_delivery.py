"""Sends what waits to be said to persons: answers that came too late for their request, and what officers say outside of a turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

import structlog

from actions.background import set_within
from actions.contacts.model import Parcel
from actions.contacts.sending import Sending
from actions.tickets.database import DatabaseUnavailable
from bot.channels.contract import Channel, Gone, NotPermitted, TryAgain, Unsendable, WindowClosed
from bot.exchange.keeping import Keeping
from bot.exchange.parcels import outgoing
from bot.tickets import TicketDesk

_SEND_WITHIN_SECONDS = 20.0
_NOTE_WITHIN_SECONDS = 40.0
"""What was sent has to be noted before others take it for unsent, see CLAIMED_FOR."""
_MOST_AT_ONCE = 16
_LONGEST_DELAY = timedelta(minutes=10)
_MOST_ATTEMPTS = 12
"""More than an hour; then it waits for the person."""
_MOST_ODD_ATTEMPTS = 4
_SAY_EVERY_SECONDS = 60.0


class OutboxDelivery:
    """The outbox of all channels."""

    def __init__(
        self, channels: Mapping[str, Channel], sending: Sending, keeping: Keeping, tickets: TicketDesk, logger: structlog.stdlib.BoundLogger
    ) -> None:
        self._channels = channels
        self._sending = sending
        self._keeping = keeping
        self._tickets = tickets
        self._logger = logger
        self._news = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._seen_id = 0
        self._said_at: dict[str, float] = {}

    def poke(self) -> None:
        """There may be something to be sent."""
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Until there may be something to be sent, so long at most."""
        await set_within(self._news, seconds)
        self._news.clear()

    async def collect(self) -> None:
        """Notice what officers and the service said, in whichever process it was. Raises DatabaseUnavailable."""
        latest = await self._tickets.in_background(self._sending.latest_words)
        if latest == self._seen_id:
            return
        most_bytes = {name: channel.limits.text_bytes for name, channel in self._channels.items()}
        if await self._tickets.in_background(self._sending.collect, self._seen_id, most_bytes):
            self.poke()
        self._seen_id = latest

    async def deliver(self) -> None:
        """Begin to send what is due; a platform that is slow keeps nobody else waiting. Raises DatabaseUnavailable."""
        for name, channel in self._channels.items():
            for contact_id in await self._tickets.in_background(self._sending.due, name):
                if contact_id not in self._busy and len(self._busy) < _MOST_AT_ONCE:
                    task = self._busy[contact_id] = asyncio.create_task(self._send_to(channel, contact_id))
                    task.add_done_callback(partial(self._freed, contact_id))

    async def end(self) -> None:
        """Let what is being sent be sent and noted."""
        if self._busy:
            await asyncio.wait(self._busy.values(), timeout=_SEND_WITHIN_SECONDS)

    def _freed(self, contact_id: int, _: object) -> None:
        del self._busy[contact_id]
        self.poke()  # there may be more for them, or others that waited for a place

    async def _send_to(self, channel: Channel, contact_id: int) -> None:
        try:
            parcel = await self._tickets.in_thread(self._sending.claim, contact_id, channel.limits.text_bytes)
            if parcel is not None:
                note = await self._send(channel, parcel)
                await self._keeping.call(_NOTE_WITHIN_SECONDS, note)
        except DatabaseUnavailable as error:
            self._logger.error("outbox_unavailable", channel=channel.name, reason=str(error))
        except Exception as error:
            self._logger.error("outbox_failed", channel=channel.name, reason=type(error).__name__)

    async def _send(self, channel: Channel, parcel: Parcel) -> Callable[[], None]:
        """Send it; what is to be noted of it."""
        sending = self._sending
        try:
            await asyncio.wait_for(channel.send(outgoing(parcel.account, parcel.person, parcel.answer)), _SEND_WITHIN_SECONDS)
        except WindowClosed:
            return lambda: sending.hold(parcel)
        except Gone:
            return lambda: sending.drop(parcel)
        except NotPermitted as error:
            self._tell(channel, "outbox_not_permitted", error)
            return lambda: sending.hold(parcel)
        except TryAgain as error:
            self._tell(channel, "outbox_delayed", error)
        except Unsendable as error:
            self._tell(channel, "outbox_refused", error)
            if parcel.attempts >= _MOST_ODD_ATTEMPTS:
                return lambda: sending.drop(parcel)
        except Exception as error:  # its text may hold their words
            self._tell(channel, "outbox_failed", Unsendable(0, type(error).__name__))
        else:
            return lambda: sending.sent(parcel)
        if parcel.attempts >= _MOST_ATTEMPTS:
            return lambda: sending.hold(parcel)
        delay = min(_LONGEST_DELAY, timedelta(seconds=2**parcel.attempts))
        return lambda: sending.put_off(parcel, delay)

    def _tell(self, channel: Channel, event: str, error: Unsendable) -> None:
        """Once a minute: there may be many of them, all for the same reason."""
        now = asyncio.get_running_loop().time()
        if now - self._said_at.get(f"{channel.name} {event} {error.code}", -_SAY_EVERY_SECONDS) >= _SAY_EVERY_SECONDS:
            self._said_at[f"{channel.name} {event} {error.code}"] = now
            self._logger.error(event, channel=channel.name, code=error.code, reason=error.reason)
