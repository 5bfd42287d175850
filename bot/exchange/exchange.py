"""What is the same for all platforms: each message is taken once, answered within the platform's time or later, and never lost.

A message is kept before it is acknowledged, and its answer before it is given. So whatever dies in between, a retry or the next start
finds it. A person's messages are taken one after the other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from actions.contacts.inbox import AnsweredElsewhere, Inbox
from actions.contacts.model import Answer, Arrival, Contact, Message, Progress, Unfinished
from actions.contacts.register import Contacts
from actions.tickets.database import DatabaseUnavailable
from bot.channels.contract import Channel, Kind, Outgoing, Received
from bot.dialogue.rasa import DialogueUnavailable
from bot.exchange import telling
from bot.exchange.flights import Flights
from bot.exchange.inflight import Flight, Place
from bot.exchange.keeping import Keeping
from bot.exchange.leaving import Leaving
from bot.exchange.outbox_delivery import OutboxDelivery
from bot.exchange.parcels import allowance, message_of, outgoing
from bot.exchange.turns import Turns
from bot.tickets import TicketDesk

_SECONDS_TO_KEEP = 3.0
"""How long a message waits to be kept before it is acknowledged, where no answer is waited for: platforms give five."""
_KEEP_WITHIN_SECONDS = 60.0
_HOUR = 3600.0
_MOST_IN_LINE = 30
"""Messages of one person that wait for an answer; whoever sends more is told to wait."""
_LOOK_AGAIN_SECONDS = 0.3
_END_WITHIN_SECONDS = 3.0


class Exchange:
    """Takes messages from channels."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        contacts: Contacts,
        inbox: Inbox,
        turns: Turns,
        leaving: Leaving,
        delivery: OutboxDelivery,
        keeping: Keeping,
        tickets: TicketDesk,
        logger: structlog.stdlib.BoundLogger,
    ) -> None:
        self._channels = channels
        self._contacts = contacts
        self._inbox = inbox
        self._turns = turns
        self._leaving = leaving
        self._delivery = delivery
        self._keeping = keeping
        self._tickets = tickets
        self._logger = logger
        self._flights = Flights(self._tell_failure)

    async def take(self, channel: Channel, received: Received) -> Outgoing | None:
        """The answer, if it is ready within `channel.limits.answer_seconds`; else it is sent later by itself. Never raises."""
        if received.kind is Kind.NOTHING:
            return None
        try:
            if flight := self._flight(channel, received):
                return await flight.wait(channel.limits.answer_seconds, _SECONDS_TO_KEEP)
            return Outgoing(received.account, received.person, telling.TOO_FAST)
        except Exception as error:
            self._tell_failure(channel.name, error)
            return None

    async def keep(self, channel: Channel, received: Received) -> bool:
        """Keep a message that was fetched, and that nobody sends again; its answer is sent. Whether it is kept: else fetch it again."""
        flight = self._flight(channel, received)
        if flight is not None:  # else they have sent more than anybody is answered
            await flight.wait(0, _SECONDS_TO_KEEP)
        return flight is None or flight.inbox_id is not None

    def _flight(self, channel: Channel, received: Received) -> Flight | None:
        """That of a message, under way or begun now; None where too many of the same person are."""
        message = message_of(received)
        if flight := self._flights.of(message):
            return flight
        if self._flights.in_line(message) >= _MOST_IN_LINE:
            self._logger.warning("exchange_flooded", channel=channel.name)
            return None
        return self._flights.start(message, partial(self._receive, channel, received, message))

    @property
    def inbox(self) -> Inbox:
        """Where messages and their answers are kept."""
        return self._inbox

    # A message's way.

    async def _receive(self, channel: Channel, received: Received, message: Message, flight: Flight, place: Place) -> None:
        """A message that the platform has just sent."""
        arrival = await self._arrive(channel, received, message, flight)
        flight.keep(arrival.inbox_id)
        if arrival.progress is Progress.ANSWERED:
            await self._say_again(message, arrival.inbox_id, flight)
        elif arrival.progress is Progress.NEW:
            contact = arrival.contact
            if await place.reached():
                contact = None  # what was known of them has changed since
            await self._answer(channel, message, arrival.inbox_id, contact, flight)

    async def _resume(self, channel: Channel, unfinished: Unfinished, flight: Flight, place: Place) -> None:
        """A message whose process died before it was answered."""
        flight.keep(unfinished.inbox_id)
        await place.reached()
        await self._answer(channel, unfinished.message, unfinished.inbox_id, None, flight)

    async def _arrive(self, channel: Channel, received: Received, message: Message, flight: Flight) -> Arrival:
        """Keep it. One that another process answers is looked at again, as long as there is a request for its answer."""
        allowed, follows = allowance(received, channel.limits), received.kind is Kind.FOLLOWED
        while True:
            arrival = await self._keeping.write(_KEEP_WITHIN_SECONDS, lambda c: self._inbox.arrive_in(c, message, allowed, follows))
            if arrival.progress is not Progress.ELSEWHERE or not flight.is_awaited:
                return arrival
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _answer(self, channel: Channel, message: Message, inbox_id: int, contact: Contact | None, flight: Flight) -> None:
        if message.kind == Kind.LEFT.value:
            await self._leaving.erase(message, inbox_id)
            await self._keeping.call(_HOUR, self._inbox.close, inbox_id)
            self._logger.info("contact_erased", channel=channel.name)
            return
        if contact is None:
            contact = await self._keeping.call(_HOUR, self._contacts.of_person, message.channel, message.account, message.person)
        try:
            answer = await self._turns.answer(contact, message, channel.limits.choices)
        except (DialogueUnavailable, DatabaseUnavailable) as error:
            self._logger.error("exchange_unanswered", channel=channel.name, reason=str(error))
            answer = Answer(telling.UNANSWERED)
        except Exception as error:
            self._tell_failure(channel.name, error)
            answer = Answer(telling.UNANSWERED)
        await self._give(channel, inbox_id, contact, answer, flight)

    async def _give(self, channel: Channel, inbox_id: int, contact: Contact, answer: Answer | None, flight: Flight) -> None:
        """Keep the answer; then give it to the platform's request, or have it sent."""

        def complete(connection: Connection) -> tuple[bool, Answer | None]:
            goes_along = flight.is_awaited
            said = self._inbox.complete_in(connection, inbox_id, contact.id, answer, goes_along, channel.limits.text_bytes)
            return goes_along, said

        try:
            goes_along, said = await self._keeping.write(_HOUR, complete)
        except AnsweredElsewhere:
            return
        if said is not None and goes_along and not flight.is_awaited:  # they have stopped waiting while it was written
            await self._keeping.call(_HOUR, self._inbox.send_later, inbox_id, contact.id, said)
            goes_along = False
        if goes_along and said is not None:
            flight.settle(outgoing(contact.account, contact.person, said))
        self._delivery.poke()

    async def _say_again(self, message: Message, inbox_id: int, flight: Flight) -> None:
        """A retry of what was answered: the platform did not see the answer."""
        said = await self._keeping.call(_KEEP_WITHIN_SECONDS, self._inbox.again, inbox_id)
        if said is None:
            return
        if flight.is_awaited:
            flight.settle(outgoing(message.account, message.person, said))
            return
        contact = await self._keeping.call(_HOUR, self._contacts.of_person, message.channel, message.account, message.person)
        await self._keeping.call(_HOUR, self._inbox.send_later, inbox_id, contact.id, said)
        self._delivery.poke()

    # What goes on beside.

    async def hold(self) -> None:
        """Tell other processes that what is being answered here is. Raises DatabaseUnavailable."""
        if ids := self._flights.inbox_ids():
            await self._tickets.in_background(self._inbox.hold, tuple(ids))

    async def resume(self) -> None:
        """Answer what a process that died has left. Raises DatabaseUnavailable."""
        for unfinished in await self._tickets.in_background(self._inbox.unfinished, tuple(self._channels), self._flights.inbox_ids()):
            if self._flights.of(unfinished.message) is None:  # else a retry that has come in meanwhile takes it
                channel = self._channels[unfinished.message.channel]
                self._flights.start(unfinished.message, partial(self._resume, channel, unfinished))

    async def end(self) -> None:
        """Let what is under way come to its end, for a moment. What does not is taken up at the next start."""
        await self._flights.end(_END_WITHIN_SECONDS)

    def _tell_failure(self, channel: str, error: Exception) -> None:
        # Its text may hold their words.
        self._logger.error("exchange_failed", channel=channel, reason=type(error).__name__)
