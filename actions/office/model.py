"""Bureaus as recipients of tickets, and green-channel tracks, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property


class EndpointKind(Enum):
    """How a bureau is reached."""

    WEBHOOK = "webhook"
    """A server of its own, by Standard Webhooks."""
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    """Group robots: they get no personal information."""
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a bureau gets its tickets. Addresses of robots and all secrets come from the environment, never from the file."""

    kind: EndpointKind
    address: str = field(repr=False)
    """URL, or the e-mail address."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Newest first; the older ones are still signed with while they are replaced."""


@dataclass(frozen=True, slots=True)
class Bureau:
    """One bureau."""

    id: str
    """Latin, stable: in addresses, environment variables and commands. natural-resources."""
    name: str
    """As the plan writes it in full: 市自然资源局."""
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    """Words in a need that are this bureau's business."""
    industries: tuple[str, ...] = ()
    """Words for industries that are this bureau's business."""
    districts: tuple[str, ...] = ()
    """Districts that it governs, as the plan writes them: 廉江市."""
    hours: str = ""
    """Working hours, as told to enquirers."""
    endpoint: Endpoint | None = None


@dataclass(frozen=True)
class Directory:
    """All bureaus."""

    bureaus: tuple[Bureau, ...]
    fallback: str = "市投资促进局"
    """Canonical name of the bureau that takes what no clause, need or industry assigns."""

    @cached_property
    def by_name(self) -> Mapping[str, Bureau]:
        """By canonical name and by alias."""
        return {name: bureau for bureau in self.bureaus for name in (bureau.name, *bureau.aliases)}

    @cached_property
    def by_id(self) -> Mapping[str, Bureau]:
        """By id."""
        return {bureau.id: bureau for bureau in self.bureaus}


@dataclass(frozen=True, slots=True)
class TrackField:
    """Something that a track has to know beside the ordinary fields."""

    id: str
    name: str
    """As it is headed in a summary: 项目所在园区."""
    ask: str
    """The question to the enquirer."""
    choices: tuple[str, ...] = ()
    """Offered as buttons; other words are taken too."""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class TrackStep:
    """One item of a track's checklist."""

    name: str
    bureau: str
    """Who does it, canonical name."""
    workdays: int | None = None
    """A setting of the office: so many working days after the ticket was opened. The plan promises no such time."""


@dataclass(frozen=True, slots=True)
class Track:
    """A green channel of the plan, as the office runs it."""

    id: str
    name: str
    clause: str
    quote: str
    """The plan's words for it, verbatim in the clause."""
    principal: tuple[str, ...]
    supporting: tuple[str, ...]
    called: tuple[str, ...]
    """Words by which enquirers ask for it."""
    fields: tuple[TrackField, ...]
    steps: tuple[TrackStep, ...]
    service_measures: tuple[str, ...] = ()
    """For the service sheet."""
    policies: tuple[str, ...] = ()
    """For the service sheet: verbatim sentences of the plan."""
    has_sheet: bool = False
    """Whether a printable service sheet goes with it."""
    is_team: bool = False
    """Whether principal and supporting bureaus work on it as one team."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What an enquirer is told before anything is taken down."""

    version: str
    text: str
    """`{days}` stands for how long things are kept."""


@dataclass(frozen=True)
class Office:
    """Everything that the office keeps, read together and checked against the plan."""

    directory: Directory
    tracks: tuple[Track, ...]
    consent: ConsentText

    @cached_property
    def track_by_id(self) -> Mapping[str, Track]:
        """By id."""
        return {track.id: track for track in self.tracks}
