"""`python -m bot serve`: the service alone, beside a Rasa that was started by `run` or by hand."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack

import uvloop

from actions.faq.opening import FaqPlaces
from actions.logs import open_logger
from actions.stop import stop_by_signal
from bot.app import loopback_application, public_application, rasa_dialogue
from bot.channels.enabled import enabled_channels
from bot.conversations import conversation_desk
from bot.follow import following
from bot.http.application import listen
from bot.http.limits import remote_address
from bot.questions import question_desk
from bot.secret_file import action_token
from bot.settings import Settings
from bot.tickets import ticket_desk
from desk.opening import open_desk
from knowledge.artefacts import Places
from knowledge.opening import open_live_knowledge


def knowledge_places(settings: Settings) -> Places:
    """Where the settings put what the knowledge builds."""
    return Places(settings.index_folder, settings.encoder_folder, settings.encoder)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises KnowledgeError, PersonalKeyError, DatabaseUnavailable, SettingError, OSError before listening.
    """
    knowledge = open_live_knowledge(knowledge_places(settings))
    knowledge.current.ask("湛江")  # the first question pays for what the libraries load late
    gc.collect()
    gc.freeze()  # what is loaded by now stays; later collections need not look through it
    logger = open_logger(settings.log_level)

    async def until_told_to_stop() -> None:
        stop = stop_by_signal()
        async with AsyncExitStack() as stack:
            tickets = await stack.enter_async_context(ticket_desk(settings.tickets, logger))
            database = tickets.registry.database
            questions = await stack.enter_async_context(question_desk(database, knowledge.encode, settings.feedback_days, logger))
            rasa = await stack.enter_async_context(rasa_dialogue(settings))
            conversations = await stack.enter_async_context(conversation_desk(tickets, rasa.set_silent, logger))
            loopback = await stack.enter_async_context(loopback_application(knowledge, action_token(settings), questions, tickets))
            await stack.enter_async_context(listen(loopback, "127.0.0.1", settings.action_port))
            add_channels = await stack.enter_async_context(enabled_channels(settings, rasa, conversations, tickets, logger))
            desk = stack.enter_context(
                open_desk(
                    settings.desk,
                    settings.tickets.public_url,
                    tickets.registry,
                    logger,
                    lambda request: remote_address(request, settings.trusted_proxies),
                    tickets.poke,
                    rasa,
                    lambda entry: knowledge.current.title_of(entry),  # the knowledge of that moment
                    faq_places=FaqPlaces(settings.data_dir, settings.encoder),
                )
            )
            application = public_application(settings, logger, questions, tickets, conversations, rasa, desk)
            add_channels(application)
            await stack.enter_async_context(listen(application, settings.host, settings.port))
            logger.info("listening", host=settings.host, port=settings.port)
            await stack.enter_async_context(following(knowledge, logger, desk.faq.versions.follow))
            await stop.wait()
            logger.info("stopping")

    uvloop.run(until_told_to_stop())
