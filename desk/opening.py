"""The desk, opened beside a running service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog
from aiohttp import web

from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.registry import Registry
from desk.render import Renderer
from desk.services import Desk
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
    passwords: Passwords | None = None,
) -> Iterator[Desk]:
    """A desk while the context lasts."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="desk") as threads:
        officers = Officers(registry.database, registry.key, passwords=passwords)
        yield Desk(settings, public_url, registry, officers, threads, Renderer(read_texts()), logger, address_of, poke)
