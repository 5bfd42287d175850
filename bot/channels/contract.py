"""What a channel is that pushes: it receives at an address of ours, acknowledges in time, and sends when there is something to say.

A platform's own words stay in its package. What is the same for all of them, telling retries apart, taking the turn, keeping what
could not be said in time, is in `bot.exchange.exchange`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from aiohttp import web

from bot.dialogue.message import Choice


class Kind(Enum):
    """What an enquirer did."""

    TEXT = "text"
    """Wrote, or tapped a choice that comes back as text."""
    MENU = "menu"
    """Tapped a menu entry; what it stands for is in `text`, as if it were typed."""
    MEDIA = "media"
    """Sent what we cannot read: an image, a voice message, a place, a link; which is in `text`."""
    FOLLOWED = "followed"
    SCANNED = "scanned"
    """A QR code of ours; `scene` says which."""
    LEFT = "left"
    """Unfollowed: all that is kept of this person is to be erased."""
    NOTHING = "nothing"
    """Nothing that wants an answer."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message or event, verified and parsed."""

    channel: str
    account: str
    """Which of our accounts it was sent to."""
    person: str
    """The platform's id of the enquirer, such as an OpenID."""
    key: str
    """The same for each retry of one message, and for no other."""
    kind: Kind
    text: str = ""
    choice: str = ""
    """Of the tapped choice, where the platform names it: its place on its message, counted from 1."""
    scene: str = ""
    at: datetime | None = None
    """When it was sent, as the platform says."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the platform allows."""

    text_bytes: int
    """The longest text, in UTF-8."""
    choices: int
    """The most quick replies on one message."""
    answer_seconds: float
    """Until a message has to be acknowledged; what is ready by then may go with it. 0 where nothing can: then all is sent."""
    after_message: tuple[int, timedelta]
    """How many messages may be sent after one of the enquirer's, and for how long; (0, timedelta(0)) where none may."""
    after_tap: tuple[int, timedelta]
    """The same after a menu click, a scan or a follow."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be said to one person. One answer is one message."""

    account: str
    person: str
    text: str
    choices: tuple[Choice, ...] = ()
    whole_url: str = ""
    """Where the whole text can be read if it has to be cut."""


class Unsendable(Exception):
    """The platform did not take a message. `code` is its own error code, for the log; `reason` is in words."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class TryAgain(Unsendable):
    """Later it may be taken: busy, too frequent, out of reach."""


class WindowClosed(Unsendable):
    """Not before the enquirer writes again."""


class Gone(Unsendable):
    """Never: there is no such person any more, or they refuse messages."""


class NotPermitted(Unsendable):
    """The account lacks the right, or its settings are wrong: an operator has to act."""


class Refused(Exception):
    """A request that is not the platform's; `reason` is all that may be logged of it. `status` is what it gets."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(reason)


class Channel(Protocol):
    """One platform."""

    @property
    def name(self) -> str:
        """As it stands in conversations, figures and logs."""

    @property
    def limits(self) -> Limits:
        """See `Limits`."""

    def receive(self, query: dict[str, str], body: bytes) -> Received:
        """Verify over the raw bytes, decrypt and parse. Raises Refused."""

    def acknowledge(self, received: Received, answer: Outgoing | None) -> web.Response:
        """What the platform wants to hear, with the answer in it where there is one and the platform takes it so."""

    async def send(self, outgoing: Outgoing) -> None:
        """Raises Unsendable; a token that has run out was renewed and the message tried again by then."""
