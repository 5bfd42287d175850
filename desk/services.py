"""What the pages work with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import structlog
from aiohttp import web

from actions.contacts.reach import Reach
from actions.conversations.register import Conversations
from actions.faq.opening import Faq
from actions.figures.register import Figures
from actions.officers.register import Officers
from actions.questions.groups import QuestionGroups
from actions.registry import Registry
from actions.tickets.presence import Presences
from actions.tickets.queue import Queue
from actions.tickets.sight import Sight
from desk.oidc.sign_on import SignOn
from desk.render import Renderer
from desk.settings import DeskSettings


class Tracker(Protocol):
    """Rasa's memory of conversations."""

    async def add_words(self, conversation_id: str, enquirer: str = "", officer: str = "", bureau: str = "") -> bool:
        """Put into it what enquirer and officer say to each other; whether that was possible."""


@dataclass(frozen=True)
class Desk:
    """Everything behind the pages, opened once. Blocking parts are called by `Visit.run`."""

    settings: DeskSettings
    public_url: str
    """Where the service is reached from outside; empty where nobody has said."""
    registry: Registry
    officers: Officers
    queue: Queue
    sight: Sight
    presences: Presences
    conversations: Conversations
    reach: Reach
    threads: ThreadPoolExecutor
    """For blocking work of pages, so that no enquirer waits behind an officer."""
    renderer: Renderer
    logger: structlog.stdlib.BoundLogger
    address_of: Callable[[web.Request], str]
    """The address that a request comes from, behind trusted proxies too."""
    questions: QuestionGroups
    figures: Figures
    entry_title: Callable[[str], str]
    """First wording of a library entry; empty where there is no such entry any more."""
    sign_on: SignOn | None
    """Through the OpenID provider; None where none is set."""
    faq: Faq
    tracker: Tracker
    poke: Callable[[], None]
    """Says that something was put into the outbox."""

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it encrypted."""
        return self.public_url.startswith("https://")
