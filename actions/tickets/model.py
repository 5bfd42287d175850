"""A ticket, its history, and the states that it may go through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy.engine import Connection

from actions.lead.model import Consent, Person
from actions.routing import Role, Route


class State(Enum):
    """Where a ticket stands."""

    NEW = "new"
    """No bureau has taken it yet."""
    ASSIGNED = "assigned"
    """A bureau has taken it."""
    ANSWERED = "answered"
    """A bureau has written to the enquirer."""
    CLOSED = "closed"
    REOPENED = "reopened"
    """It was closed, and the enquirer or an officer came back to it."""


class EventKind(Enum):
    """What may happen to a ticket."""

    OPENED = "opened"
    REPEATED = "repeated"
    """The same person came with the same need within a day."""
    ACCEPTED = "accepted"
    COMMENTED = "commented"
    """A bureau wrote to the enquirer."""
    REASSIGNED = "reassigned"
    CLOSED = "closed"
    REOPENED = "reopened"
    ERASED = "erased"
    """Everything about the person was dropped: nobody is left to answer to, so this ends the ticket."""
    UNDELIVERED = "undelivered"
    """A bureau could not be told; officers must see to it."""
    NOTED = "noted"
    """An officer wrote something for officers only."""
    ENLISTED = "enlisted"
    """A supporting bureau was added."""
    STEP_DONE = "step-done"
    STEP_UNDONE = "step-undone"
    """A step of the track's checklist was ticked, or the tick taken back."""
    TAKEN_OVER = "taken-over"
    HANDED_BACK = "handed-back"
    """An officer spoke to the enquirer in the bot's place, and no longer does."""


ANSWERS = frozenset({EventKind.ACCEPTED, EventKind.COMMENTED, EventKind.CLOSED})
"""What counts as a bureau's answer."""


class Outcome(Enum):
    """What came of a ticket."""

    SETTLED = "settled"
    """The company got what it asked for."""
    ANSWERED = "answered"
    """It asked, and was told."""
    DECLINED = "declined"
    """It does not meet the conditions."""
    WITHDRAWN = "withdrawn"
    UNREACHABLE = "unreachable"
    OTHER = "other"


_OPEN = frozenset({State.NEW, State.ASSIGNED, State.ANSWERED, State.REOPENED})

TRANSITIONS: Mapping[EventKind, tuple[frozenset[State], State | None]] = {
    EventKind.OPENED: (frozenset({State.NEW}), None),
    EventKind.REPEATED: (_OPEN, None),
    EventKind.ACCEPTED: (frozenset({State.NEW, State.REOPENED}), State.ASSIGNED),
    EventKind.COMMENTED: (_OPEN, State.ANSWERED),
    EventKind.REASSIGNED: (_OPEN, State.NEW),
    EventKind.CLOSED: (_OPEN, State.CLOSED),
    EventKind.REOPENED: (frozenset({State.CLOSED}), State.REOPENED),
    EventKind.ERASED: (frozenset(State), State.CLOSED),
    **dict.fromkeys((EventKind.UNDELIVERED, EventKind.NOTED, EventKind.TAKEN_OVER, EventKind.HANDED_BACK), (frozenset(State), None)),
    **dict.fromkeys((EventKind.ENLISTED, EventKind.STEP_DONE, EventKind.STEP_UNDONE), (_OPEN, None)),
}
"""In which states an event may happen, and the state that it leads to; None where the state stays."""


class TicketError(Exception):
    """Something that was asked of a ticket cannot be done."""


class NoSuchTicket(TicketError):
    """There is none with that number, or not for the one who asks."""


class NoSuchBureau(TicketError):
    """The office's list has no bureau of that name."""


class TicketMoved(TicketError):
    """Something has happened to it since the officer saw it; nothing was done."""


class TransitionRefused(TicketError):
    """The ticket is in a state in which that cannot happen."""

    def __init__(self, state: State, kind: EventKind) -> None:
        self.state = state
        self.kind = kind
        super().__init__(f"{kind.value} is not possible while the ticket is {state.value}")


def next_state(state: State, kind: EventKind) -> State:
    """The state after an event. Raises TransitionRefused."""
    allowed, then = TRANSITIONS[kind]
    if state not in allowed:
        raise TransitionRefused(state, kind)
    return then or state


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it stands. Times are in UTC."""

    id: int
    number: str
    state: State
    sequence: int
    """Number of its latest event, from 1."""
    route: Route
    company: str
    industry: str
    need: str
    question: str
    investment_yuan: int | None
    land_square_metres: int | None
    district: str
    time: str
    clause: str
    track: str
    details: Mapping[str, str]
    channel: str
    conversation: str
    consent: Consent
    person: Person | None
    """None once it was erased."""
    due: date | None
    """Last deadline of its track, a setting of the office."""
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    erased_at: datetime | None
    outcome: Outcome | None = None
    """What whoever closed it said that came of it."""


@dataclass(frozen=True, slots=True)
class AtDesk:
    """What the desk adds to a step that an officer takes."""

    record: Callable[[Connection], object]
    """Writes the step into the audit log, as the last thing in its transaction."""
    sequence: int | None = None
    """The step is taken only if the ticket still stands there: an officer decides on what they see."""


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """One line of a ticket's history; lines are only ever added."""

    id: int
    sequence: int
    kind: EventKind
    at: datetime
    by: str
    """Who: 咨询人, a bureau's name, 系统, or an officer."""
    text: str
    state: State
    """The state that it led to."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A bureau's words to the enquirer."""

    at: datetime
    bureau: str
    text: str


ENQUIRER = "咨询人"
SYSTEM = "系统"

__all__ = [
    "ANSWERS",
    "ENQUIRER",
    "SYSTEM",
    "TRANSITIONS",
    "AtDesk",
    "EventKind",
    "NoSuchBureau",
    "NoSuchTicket",
    "Outcome",
    "Reply",
    "Role",
    "State",
    "Ticket",
    "TicketError",
    "TicketEvent",
    "TicketMoved",
    "TransitionRefused",
    "next_state",
]
