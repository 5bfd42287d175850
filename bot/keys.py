"""What the application shares, each under a typed key."""

from __future__ import annotations

import structlog
from aiohttp import web

from bot.conversation_id import ConversationIds
from bot.conversations import ConversationDesk
from bot.dialogue.turn import Dialogue
from bot.exchange.exchange import Exchange
from bot.questions import QuestionDesk
from bot.settings import Settings
from bot.tickets import TicketDesk

SETTINGS = web.AppKey("settings", Settings)
DIALOGUE = web.AppKey("dialogue", Dialogue)
CONVERSATION_IDS = web.AppKey("conversation_ids", ConversationIds)
LOGGER = web.AppKey("logger", structlog.stdlib.BoundLogger)
QUESTIONS = web.AppKey("questions", QuestionDesk)
CONVERSATIONS = web.AppKey("conversations", ConversationDesk)
TICKETS = web.AppKey("tickets", TicketDesk)
EXCHANGE = web.AppKey("exchange", Exchange)
"""Only where there is a channel that pushes."""
