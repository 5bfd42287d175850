"""The desk, opened beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from aiohttp import web

from actions.conversations.register import Conversations
from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.registry import Registry
from actions.tickets.presence import Presences
from actions.tickets.queue import Queue
from actions.tickets.sight import Sight
from desk.render import Renderer
from desk.services import Desk, Tracker
from desk.settings import DeskSettings
from desk.texts import read_texts

_THREADS = 4


@contextmanager
def open_desk(
    settings: DeskSettings,
    public_url: str,
    registry: Registry,
    logger: structlog.stdlib.BoundLogger,
    address_of: Callable[[web.Request], str],
    poke: Callable[[], None],
    tracker: Tracker,
    passwords: Passwords | None = None,
) -> Iterator[Desk]:
    """A desk while the context lasts."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="desk") as threads:
        officers = Officers(registry.database, registry.key, passwords=passwords)
        yield Desk(
            settings=settings,
            public_url=public_url,
            registry=registry,
            officers=officers,
            queue=Queue(registry.database),
            sight=Sight(registry.database, registry.key),
            presences=Presences(registry.database),
            conversations=Conversations(registry.database, registry.key),
            tracker=tracker,
            threads=threads,
            renderer=Renderer(read_texts()),
            logger=logger,
            address_of=address_of,
            poke=poke,
        )
