"""The channels that the settings switch on: opened, given an exchange, and added to what the world may reach.

Another one is a line in `_channels`; see docs/channels.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import aiohttp
import structlog
from aiohttp import web

from actions.contacts.cursors import Cursors
from bot.channels.contract import Channel
from bot.channels.wechat.channel import WechatChannel, open_wechat
from bot.channels.wechat.routes import ROUTES as WECHAT_ROUTES
from bot.channels.wechat.views import WECHAT
from bot.channels.wecom.channel import WecomChannel, open_wecom
from bot.channels.wecom.routes import ROUTES as WECOM_ROUTES
from bot.channels.wecom.views import WECOM
from bot.channels.wecom_kf.channel import WecomKfChannel, open_wecom_kf
from bot.channels.wecom_kf.pulling import Puller
from bot.channels.wecom_kf.routes import ROUTES as WECOM_KF_ROUTES
from bot.channels.wecom_kf.views import WECOM_KF, WECOM_KF_PULLER, pulling
from bot.channels.whole.routes import ROUTES as WHOLE_ROUTES
from bot.channels.whole.views import WHOLE_ANSWERS
from bot.conversation_id import ConversationIds
from bot.conversations import ConversationDesk
from bot.dialogue.rasa import RasaDialogue
from bot.exchange.opening import open_exchange
from bot.keys import EXCHANGE, LOGGER, TICKETS
from bot.secret_file import conversation_secret
from bot.settings import Settings
from bot.tickets import TicketDesk

AddTo = Callable[[web.Application], None]


@dataclass(frozen=True, slots=True)
class Enabled:
    """A channel that is switched on, and how its addresses come into an application."""

    channel: Channel
    add_to: AddTo


@asynccontextmanager
async def enabled_channels(
    settings: Settings, rasa: RasaDialogue, conversations: ConversationDesk, tickets: TicketDesk, logger: structlog.stdlib.BoundLogger
) -> AsyncIterator[AddTo]:
    """What adds the channels to an application; they work while the context lasts. Without any, nothing runs.

    Raises SettingError where the settings of one cannot be used.
    """
    # A platform's call must not wait for another's: no limit but theirs.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as session:
        enabled = tuple(_channels(settings, session))
        if not enabled:
            yield lambda application: None
            return
        channels = [one.channel for one in enabled]
        new_id = ConversationIds(conversation_secret(settings).encode()).new
        async with open_exchange(channels, rasa, conversations, tickets, new_id, logger) as exchange:

            def add_to(application: web.Application) -> None:
                application[EXCHANGE] = exchange
                application[WHOLE_ANSWERS] = exchange.inbox
                application.router.add_routes(WHOLE_ROUTES)
                for one in enabled:
                    one.add_to(application)

            yield add_to


def _channels(settings: Settings, session: aiohttp.ClientSession) -> Iterator[Enabled]:
    if settings.wechat.is_on:
        channel = open_wechat(settings.wechat, session, settings.data_dir)
        yield Enabled(channel, partial(_add_wechat, channel))
    if settings.wecom.is_on:
        wecom = open_wecom(settings.wecom, session, settings.data_dir)
        yield Enabled(wecom, partial(_add_wecom, wecom))
    if settings.wecom_kf.is_on:
        wecom_kf = open_wecom_kf(settings.wecom_kf, session, settings.data_dir)
        yield Enabled(wecom_kf, partial(_add_wecom_kf, wecom_kf))


def _add_wechat(channel: WechatChannel, application: web.Application) -> None:
    application[WECHAT] = channel
    application.router.add_routes(WECHAT_ROUTES)


def _add_wecom(channel: WecomChannel, application: web.Application) -> None:
    application[WECOM] = channel
    application.router.add_routes(WECOM_ROUTES)


def _add_wecom_kf(channel: WecomKfChannel, application: web.Application) -> None:
    tickets = application[TICKETS]
    application[WECOM_KF] = channel
    cursors = Cursors(tickets.registry.database)
    application[WECOM_KF_PULLER] = Puller(channel, application[EXCHANGE], cursors, tickets, application[LOGGER])
    application.router.add_routes(WECOM_KF_ROUTES)
    application.cleanup_ctx.append(pulling)
