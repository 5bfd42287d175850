"""The exchange, opened beside a running service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from actions.background import running
from actions.contacts.inbox import Inbox
from actions.contacts.register import Contacts
from actions.contacts.sending import Sending
from actions.tickets.database import DatabaseUnavailable
from bot.channels.contract import Channel
from bot.channels.whole.links import path_of
from bot.conversations import ConversationDesk
from bot.dialogue.rasa import RasaDialogue
from bot.dialogue.turn import Dialogue
from bot.exchange.exchange import Exchange
from bot.exchange.keeping import Keeping
from bot.exchange.leaving import Leaving
from bot.exchange.outbox_delivery import OutboxDelivery
from bot.exchange.patience import Patience
from bot.exchange.turns import Turns
from bot.tickets import TicketDesk

TURN_SECONDS = 20.0
"""A turn that takes longer than a platform waits is still worth having: its answer is sent later."""
_LOOK_EVERY_SECONDS = 0.5
_HOLD_EVERY_SECONDS = 2.0
_SWEEP_EVERY_SECONDS = 6 * 60 * 60.0


@asynccontextmanager
async def open_exchange(
    channels: Sequence[Channel],
    rasa: RasaDialogue,
    conversations: ConversationDesk,
    tickets: TicketDesk,
    new_id: Callable[[], str],
    logger: structlog.stdlib.BoundLogger,
) -> AsyncIterator[Exchange]:
    """An exchange whose clockwork runs while the context lasts. `new_id` makes conversation ids."""
    registry, named = tickets.registry, {channel.name: channel for channel in channels}
    public_url = tickets.settings.public_url
    contacts = Contacts(registry.database, registry.key, new_id)

    def whole_url(inbox_id: int) -> str:
        return public_url + path_of(registry.key, inbox_id) if public_url else ""

    inbox = Inbox(contacts, whole_url)
    keeping = Keeping(tickets)
    delivery = OutboxDelivery(named, Sending(contacts, registry.key), keeping, tickets, logger)
    turns = Turns(Patience(Dialogue(rasa.patient(TURN_SECONDS), conversations)), conversations)
    leaving = Leaving(contacts, tickets, conversations, rasa)
    await tickets.in_thread(contacts.renew_marks)
    exchange = Exchange(named, contacts, inbox, turns, leaving, delivery, keeping, tickets, logger)

    async def forget() -> None:
        await tickets.in_background(contacts.forget, timedelta(days=tickets.settings.conversation_days))

    async def look() -> None:
        await delivery.wait(_LOOK_EVERY_SECONDS)
        await delivery.deliver()

    rounds = (
        (exchange.hold, _HOLD_EVERY_SECONDS),
        (exchange.resume, _HOLD_EVERY_SECONDS),
        (delivery.collect, _LOOK_EVERY_SECONDS),
        (look, 0.0),
        (forget, _SWEEP_EVERY_SECONDS),
    )
    try:
        async with running(*(_again(work, every, logger) for work, every in rounds)):
            try:
                yield exchange
            finally:
                await exchange.end()
    finally:
        await delivery.end()
        await keeping.end()


async def _again(work: Callable[[], Awaitable[None]], every: float, logger: structlog.stdlib.BoundLogger) -> None:
    """Whatever goes wrong, the next round gets its chance."""
    while True:
        try:
            await work()
        except DatabaseUnavailable as error:
            logger.error("channels_unavailable", reason=str(error))
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        except Exception as error:  # its text may hold their words
            logger.error("channels_failed", reason=type(error).__name__)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
        await asyncio.sleep(every)
