"""The desk, opened beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import structlog
from aiohttp import web

from actions.contacts.reach import Reach
from actions.conversations.register import Conversations
from actions.faq.opening import FaqPlaces, open_faq
from actions.figures.register import Figures
from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.questions.groups import QuestionGroups
from actions.questions.recent import last_months_questions
from actions.registry import Registry
from actions.settings import PROJECT
from actions.tickets.presence import Presences
from actions.tickets.queue import Queue
from actions.tickets.sight import Sight
from desk.oidc.sign_on import SignOn
from desk.pages.access.provider import RETURN
from desk.render import Renderer
from desk.services import Desk, Tracker
from desk.settings import DeskSettings
from desk.texts import read_texts

_THREADS = 4
FAQ_PLACES = FaqPlaces(PROJECT / "var")
"""The project's own library, with what is built from it where DATA_DIR is by default."""


@contextmanager
def open_desk(
    settings: DeskSettings,
    public_url: str,
    registry: Registry,
    logger: structlog.stdlib.BoundLogger,
    address_of: Callable[[web.Request], str],
    poke: Callable[[], None],
    tracker: Tracker,
    entry_title: Callable[[str], str],
    passwords: Passwords | None = None,
    faq_places: FaqPlaces = FAQ_PLACES,
) -> Iterator[Desk]:
    """A desk while the context lasts."""
    officers = Officers(registry.database, registry.key, passwords=passwords, idle=settings.session_idle)
    recent = partial(last_months_questions, registry.database)
    with (
        ThreadPoolExecutor(_THREADS, thread_name_prefix="desk") as threads,
        open_faq(faq_places, registry.database, officers.audit, recent, logger) as faq,
    ):
        yield Desk(
            settings=settings,
            public_url=public_url,
            registry=registry,
            officers=officers,
            queue=Queue(registry.database),
            sight=Sight(registry.database, registry.key),
            presences=Presences(registry.database),
            conversations=Conversations(registry.database, registry.key),
            reach=Reach(registry.database),
            questions=QuestionGroups(registry.database),
            figures=Figures(registry.database),
            entry_title=entry_title,
            faq=faq,
            sign_on=SignOn(settings.oidc, public_url + RETURN) if settings.oidc is not None else None,
            tracker=tracker,
            threads=threads,
            renderer=Renderer(read_texts()),
            logger=logger,
            address_of=address_of,
            poke=poke,
        )
