"""The register of tickets: everything that may be done to one, each as a single transaction.

What happened, the ticket's new state and the deliveries that tell the bureaus of it are kept together or not at all.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from actions.delivery import outbox
from actions.delivery.outbox import Claimed
from actions.delivery.payload import TYPES, Surroundings, write_payload
from actions.lead.model import Lead
from actions.office.model import Office, Track
from actions.office.workdays import local_date, steps_due
from actions.routing import Assignment, Role, Route
from actions.routing.route import Wish, route
from actions.tickets.database import Database, DatabaseUnavailable
from actions.tickets.model import (
    ENQUIRER,
    SYSTEM,
    EventKind,
    NoSuchBureau,
    NoSuchTicket,
    Reply,
    State,
    Ticket,
    TicketError,
    TicketEvent,
    TransitionRefused,
    next_state,
)
from actions.tickets.number import new_number
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import (
    erased_columns,
    kept,
    read_event,
    read_reply,
    read_ticket,
    storable,
    storable_lead,
    ticket_row,
    write_details,
    write_route,
)
from actions.tickets.tables import CALLBACKS, REPLIES, SUBMISSIONS, TICKET_EVENTS, TICKETS, WRONG_GUESSES
from knowledge.plan import Plan

JOIN_WITHIN = timedelta(days=1)
"""Repeats of the same person and need join the open ticket for so long: same phone, company, subject and bureaus."""
SUBMISSIONS_KEPT = timedelta(days=7)
"""How long a repeated idempotency key, and a repeated call-back, is recognised."""
_TRIES = 5
_LONGEST_NAME = 64
T = TypeVar("T")


class SubmissionConflict(TicketError):
    """The idempotency key was used for another lead."""


class _Overtaken(Exception):
    """Another transaction changed the ticket meanwhile; to be tried again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of a lead."""

    ticket: Ticket
    has_joined: bool
    """It repeats an open ticket, and was added to it."""
    is_theirs: bool = True
    """False where that ticket was opened in another conversation: its number opens it, and is told there only."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket with what has happened to it."""

    ticket: Ticket
    events: tuple[TicketEvent, ...]
    replies: tuple[Reply, ...]


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)


class Tickets:
    """All tickets. Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable, and then nothing was written."""

    def __init__(
        self,
        database: Database,
        key: PersonalKey,
        plan: Plan,
        office: Callable[[], Office],
        public_url: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """`office` gives the bureaus and tracks in use, which change when officers change them."""
        self._database = database
        self._key = key
        self._plan = plan
        self._office = office
        self._public_url = public_url
        self._clock = clock

    def check_key(self) -> None:
        """Raises PersonalKeyError where the key is not the one that the oldest and the newest persons were encrypted with."""
        known = select(TICKETS.c.person).where(TICKETS.c.person.isnot(None)).limit(1)
        with self._database.reading() as connection:
            for order in (TICKETS.c.id, TICKETS.c.id.desc()):
                if person := connection.execute(known.order_by(order)).scalar():
                    self._key.decrypt(bytes(person))

    # What enquirers do.

    def open_ticket(self, lead: Lead) -> Opened:
        """Open a ticket for a lead, or add the lead to the open one that it repeats.

        The same idempotency key gives the same ticket again. Raises SubmissionConflict where it came with another lead.
        """
        clean = storable_lead(lead)
        return self._until_kept(lambda connection: self._open(connection, clean))

    def of_conversation(self, conversation: str) -> tuple[Standing, ...]:
        """The tickets of a conversation, newest first."""
        if not conversation:
            return ()
        with self._database.reading() as connection:
            rows = connection.execute(select(TICKETS).where(TICKETS.c.conversation == conversation).order_by(TICKETS.c.id.desc()).limit(5))
            return tuple(self._standing(connection, read_ticket(row, self._key)) for row in rows.mappings().all())

    def erase(self, number: str, by: str = ENQUIRER) -> None:
        """Drop everything about the person and what they wrote; bureaus that were told are told to do the same. Raises NoSuchTicket."""

        def erasing(connection: Connection) -> None:
            ticket = self._find(connection, number, to_change=True)
            if ticket.erased_at is None:
                self._erase(connection, ticket, by)

        self._until_kept(erasing)
        self._database.wipe()

    # What bureaus and officers do.

    def accept(self, number: str, bureau: str, text: str = "", callback_id: str = "") -> Ticket:
        """A bureau takes the ticket; `text`, if any, is told to the enquirer.

        Raises NoSuchTicket where it is not one of the ticket's bureaus, TransitionRefused.
        """
        return self._by_bureau(number, bureau, callback_id, EventKind.ACCEPTED, text)

    def comment(self, number: str, bureau: str, text: str, callback_id: str = "") -> Ticket:
        """A bureau writes to the enquirer. Raises NoSuchTicket, TransitionRefused."""
        return self._by_bureau(number, bureau, callback_id, EventKind.COMMENTED, text)

    def close(self, number: str, bureau: str, text: str = "", callback_id: str = "") -> Ticket:
        """A bureau is done with it; `text`, if any, is its last word to the enquirer. Raises NoSuchTicket, TransitionRefused."""
        return self._by_bureau(number, bureau, callback_id, EventKind.CLOSED, text)

    def reopen(self, number: str, by: str, text: str) -> Ticket:
        """Come back to a closed ticket. Raises NoSuchTicket, TransitionRefused, also where its person was erased."""

        def reopening(connection: Connection) -> Ticket:
            ticket = self._find(connection, number, to_change=True)
            if ticket.erased_at is not None:
                raise TransitionRefused(ticket.state, EventKind.REOPENED)  # nobody is left to answer to
            return self._happen(connection, ticket, EventKind.REOPENED, by, text)

        return self._until_kept(reopening)

    def reassign(self, number: str, bureau: str, by: str, reason: str) -> Ticket:
        """Give the ticket to another principal bureau; the old ones and the new one are told.

        Raises NoSuchBureau, NoSuchTicket, TransitionRefused.
        """
        known = self._office().directory.by_name.get(bureau)
        if known is None:
            raise NoSuchBureau(bureau)
        bureau = known.name

        def reassigning(connection: Connection) -> Ticket:
            ticket = self._find(connection, number, to_change=True)
            others = [a for a in ticket.route.assignments if a.role is not Role.PRINCIPAL and a.bureau != bureau]
            new = replace(ticket, route=Route((Assignment(bureau, Role.PRINCIPAL, storable(reason)), *others)))
            gone = [
                Assignment(a.bureau, Role.SUPPORTING, f"已改派{bureau}")
                for a in ticket.route.assignments
                if a.role is Role.PRINCIPAL and a.bureau != bureau
            ]
            connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(route=write_route(new.route)))
            return self._happen(connection, new, EventKind.REASSIGNED, by, f"改派{bureau}：{reason}", also_told=gone)

        return self._until_kept(reassigning)

    def give_up(self, claimed: Claimed, status: int | None, error: str) -> None:
        """A delivery has failed for good: kept for resending, and officers see it in the ticket's history."""

        def giving_up(connection: Connection) -> None:
            self._lock(connection, claimed.ticket_id)
            if outbox.record_failed(connection, claimed, self._clock(), status, error):
                self._undelivered(connection, claimed, error)

        self._until_kept(giving_up)

    def hold(self, claimed: Claimed, status: int | None, error: str) -> None:
        """An endpoint takes nothing any more: it is disabled, what is meant for it waits, and officers see it in the ticket's history."""

        def holding(connection: Connection) -> None:
            self._lock(connection, claimed.ticket_id)
            now = self._clock()
            is_held = outbox.record_retry(connection, claimed, now, status, error, now)
            if is_held and outbox.disable_endpoint(connection, claimed.bureau, now, error):
                self._undelivered(connection, claimed, error)

        self._until_kept(holding)

    # What is read.

    def standing(self, number: str) -> Standing:
        """A ticket with its history. Raises NoSuchTicket."""
        with self._database.reading() as connection:
            return self._standing(connection, self._find(connection, number))

    def latest(self, states: Collection[State] = (), limit: int = 50) -> tuple[Ticket, ...]:
        """The latest tickets, newest first; of all states if none is given."""
        listed = select(TICKETS).order_by(TICKETS.c.id.desc()).limit(limit)
        if states:
            listed = listed.where(TICKETS.c.state.in_([state.value for state in states]))
        with self._database.reading() as connection:
            return tuple(read_ticket(row, self._key) for row in connection.execute(listed).mappings())

    # Time passes.

    def erase_closed_before(self, moment: datetime) -> int:
        """Erase the person from tickets that were closed before; how many there were."""
        due = select(TICKETS.c.number).where(TICKETS.c.closed_at < moment, TICKETS.c.erased_at.is_(None))
        with self._database.reading() as connection:
            numbers = [row.number for row in connection.execute(due)]

        def erasing(connection: Connection, number: str) -> bool:
            ticket = self._find(connection, number, to_change=True)
            is_due = ticket.erased_at is None and ticket.closed_at is not None and ticket.closed_at < moment
            if is_due:  # it may have been reopened since
                self._erase(connection, ticket, SYSTEM)
            return is_due

        erased = sum(self._until_kept(partial(erasing, number=number)) for number in numbers)
        self._database.wipe()
        return erased

    def forget_passing(self) -> None:
        """Drop what is remembered for some days only: idempotency keys, ids of call-backs, wrong guesses."""
        before = self._clock() - SUBMISSIONS_KEPT
        with self._database.writing() as connection:
            for table in (SUBMISSIONS, CALLBACKS, WRONG_GUESSES):
                connection.execute(delete(table).where(table.c.at < before))

    # The steps that these are made of.

    def _until_kept(self, work: Callable[[Connection], T]) -> T:
        """Do the work in a transaction; again, from the start, where another one was faster."""
        for tries_left in reversed(range(_TRIES)):
            try:
                with self._database.writing() as connection:
                    return work(connection)
            except (IntegrityError, _Overtaken) as error:  # noqa: PERF203 - a second round is rare
                if not tries_left:
                    raise DatabaseUnavailable(type(error).__name__) from error
        raise AssertionError("unreachable")

    def _open(self, connection: Connection, lead: Lead) -> Opened:
        now = self._clock()
        key = self._key.mark(lead.idempotency_key) if lead.idempotency_key else ""
        same = replace(lead, idempotency_key="", consent=replace(lead.consent, given_at=datetime.min), details={})
        fingerprint = self._key.mark(repr(same), repr(sorted(lead.details.items())))
        if key and (before := connection.execute(select(SUBMISSIONS).where(SUBMISSIONS.c.key == key)).mappings().first()):
            if before["fingerprint"] != fingerprint:
                raise SubmissionConflict("the idempotency key was used for another lead")
            row = connection.execute(select(TICKETS).where(TICKETS.c.id == before["ticket_id"])).mappings().one()
            submitted = read_ticket(row, self._key)
            return Opened(submitted, bool(before["joined"]), submitted.conversation == lead.conversation)
        office = self._office()
        track = office.track_by_id.get(lead.track)
        way = route(Wish(lead.clause, lead.need, lead.industry, lead.district, lead.bureau), self._plan, office.directory, track)
        # Another district, bureau or company is another need: joined, it would be lost on whoever it is for.
        subject = lead.track or lead.clause or _words(lead.need)
        join_key = self._key.mark(lead.person.phone, _words(lead.company), subject, *sorted(way.bureaus(*Role)))
        repeated = self._open_one(connection, join_key, now)
        if repeated:
            ticket = self._repeat(connection, repeated, lead)
        else:
            row = ticket_row(lead, way, new_number(local_date(now)), _last_due(track, now), now, self._key)
            ticket = self._insert(connection, {**row, "join_key": join_key})
        if key:
            submission = {"key": key, "fingerprint": fingerprint, "ticket_id": ticket.id, "joined": int(repeated is not None), "at": now}
            connection.execute(insert(SUBMISSIONS).values(submission))
        return Opened(ticket, repeated is not None, repeated is None or repeated.conversation == lead.conversation)

    def _open_one(self, connection: Connection, join_key: str, now: datetime) -> Ticket | None:
        is_over = (TICKETS.c.opened_at < now - JOIN_WITHIN) | (TICKETS.c.state == State.CLOSED.value)
        connection.execute(update(TICKETS).where(TICKETS.c.join_key == join_key, is_over).values(join_key=None))
        row = connection.execute(_locking(select(TICKETS).where(TICKETS.c.join_key == join_key))).mappings().first()
        return None if row is None else read_ticket(row, self._key)

    def _insert(self, connection: Connection, row: dict[str, Any]) -> Ticket:
        (ticket_id,) = connection.execute(insert(TICKETS).values(row)).inserted_primary_key
        return self._happen(connection, self._by_id(connection, ticket_id), EventKind.OPENED, ENQUIRER, "")

    def _repeat(self, connection: Connection, ticket: Ticket, lead: Lead) -> Ticket:
        """The repeated lead's newer words are added; the person called is the one of the newer lead.

        The ticket stays with its own conversation: whoever knows a phone and a company must not get at it by repeating their lead.
        """
        told = {
            "need": "" if kept(lead.need) == ticket.need else kept(lead.need),
            "time": "" if lead.time == ticket.time else lead.time,
        }
        text = "再次提交" + "".join(f"；{name}：{words}" for name, words in zip(("需求", "时间"), told.values(), strict=True) if words)
        newer: dict[str, Any] = {
            "person": self._key.encrypt_person(lead.person),
            "consent_version": lead.consent.version,
            "consent_given_at": lead.consent.given_at,
            "details": write_details({**ticket.details, **lead.details}),
        }
        newer |= {name: value for name in ("investment_yuan", "land_square_metres") if (value := getattr(lead, name)) is not None}
        newer |= {name: value for name in ("district", "time", "industry") if (value := getattr(lead, name))}
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(newer))
        return self._happen(connection, self._by_id(connection, ticket.id), EventKind.REPEATED, ENQUIRER, text)

    def _by_bureau(self, number: str, bureau: str, callback_id: str, kind: EventKind, text: str) -> Ticket:
        def happening(connection: Connection) -> Ticket:
            ticket = self._find(connection, number, to_change=True)
            if bureau not in ticket.route.bureaus(*Role):
                raise NoSuchTicket(number)
            if callback_id and not self._is_first(connection, bureau, callback_id):
                return ticket
            if text:
                connection.execute(insert(REPLIES).values(ticket_id=ticket.id, at=self._clock(), bureau=bureau, text=storable(text)))
            return self._happen(connection, ticket, kind, bureau, text)

        return self._until_kept(happening)

    def _is_first(self, connection: Connection, bureau: str, callback_id: str) -> bool:
        """Whether a call-back comes for the first time; a bureau that retries must not do a thing twice."""
        same = (CALLBACKS.c.bureau == bureau) & (CALLBACKS.c.webhook_id == callback_id)
        if connection.execute(select(CALLBACKS.c.at).where(same)).first():
            return False
        connection.execute(insert(CALLBACKS).values(bureau=bureau, webhook_id=callback_id, at=self._clock()))
        return True

    def _undelivered(self, connection: Connection, claimed: Claimed, error: str) -> None:
        ticket = self._by_id(connection, claimed.ticket_id)
        self._happen(connection, ticket, EventKind.UNDELIVERED, SYSTEM, f"未能送达{claimed.bureau}：{error}")

    def _erase(self, connection: Connection, ticket: Ticket, by: str) -> None:
        now = self._clock()
        outbox.abandon(connection, ticket.id, now)
        told = outbox.told_bureaus(connection, ticket.id)  # after that, no worker can begin to tell another one
        connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(**erased_columns(ticket), erased_at=now))
        connection.execute(update(TICKET_EVENTS).where(TICKET_EVENTS.c.ticket_id == ticket.id).values(text=""))
        connection.execute(delete(REPLIES).where(REPLIES.c.ticket_id == ticket.id))
        former = [Assignment(name, Role.SUPPORTING, "曾收到本工单") for name in sorted(told.difference(ticket.route.bureaus(*Role)))]
        text = "请删除已收到的联系人信息和需求内容。"
        self._happen(connection, self._by_id(connection, ticket.id), EventKind.ERASED, by, text, also_told=former, only_told=told)

    def _happen(
        self,
        connection: Connection,
        ticket: Ticket,
        kind: EventKind,
        by: str,
        text: str,
        also_told: Collection[Assignment] = (),
        only_told: Collection[str] | None = None,
    ) -> Ticket:
        """Add to the history, move the state, and put what bureaus have to know into the outbox. Raises TransitionRefused."""
        now = self._clock()
        by, text = storable(by)[:_LONGEST_NAME], storable(text)
        state = next_state(ticket.state, kind)
        closed_at = (ticket.closed_at or now) if state is State.CLOSED else None
        moved = (
            update(TICKETS)
            .where(TICKETS.c.id == ticket.id, TICKETS.c.sequence == ticket.sequence)
            .values(sequence=ticket.sequence + 1, state=state.value, updated_at=now, closed_at=closed_at)
        )
        if connection.execute(moved).rowcount != 1:
            raise _Overtaken
        event = TicketEvent(0, ticket.sequence + 1, kind, now, by, text, state)
        row = {
            "ticket_id": ticket.id,
            "sequence": event.sequence,
            "kind": kind.value,
            "at": now,
            "by": by,
            "text": text,
            "state": state.value,
        }
        connection.execute(insert(TICKET_EVENTS).values(row))
        after = replace(self._by_id(connection, ticket.id), route=ticket.route)
        if kind in TYPES:
            told = [a for a in (*after.route.assignments, *also_told) if a.bureau != by and (only_told is None or a.bureau in only_told)]
            self._tell(connection, after, event, told)
        return after

    def _tell(self, connection: Connection, ticket: Ticket, event: TicketEvent, told: Collection[Assignment]) -> None:
        office = self._office()
        around = Surroundings(self._plan.by_id.get(ticket.clause), office.track_by_id.get(ticket.track), self._public_url)
        for assignment in told:
            bureau = office.directory.by_name.get(assignment.bureau)
            if bureau is None or bureau.endpoint is None:
                continue  # its tickets are seen at the desk only
            body = self._key.encrypt(write_payload(ticket, event, assignment, bureau.id, around))
            outbox.enqueue(connection, ticket.id, bureau.name, TYPES[event.kind], body, event.at)

    def _find(self, connection: Connection, number: str, to_change: bool = False) -> Ticket:
        """`to_change`: whoever else wants to change it waits."""
        wanted = select(TICKETS).where(TICKETS.c.number == number)
        row = connection.execute(_locking(wanted) if to_change else wanted).mappings().first()
        if row is None:
            raise NoSuchTicket(number)
        return read_ticket(row, self._key)

    def _lock(self, connection: Connection, ticket_id: int) -> None:
        """Before a delivery of it is touched: in another order, two transactions could wait for each other."""
        connection.execute(_locking(select(TICKETS.c.id).where(TICKETS.c.id == ticket_id)))

    def _by_id(self, connection: Connection, ticket_id: int) -> Ticket:
        return read_ticket(connection.execute(select(TICKETS).where(TICKETS.c.id == ticket_id)).mappings().one(), self._key)

    def _standing(self, connection: Connection, ticket: Ticket) -> Standing:
        events = connection.execute(select(TICKET_EVENTS).where(TICKET_EVENTS.c.ticket_id == ticket.id).order_by(TICKET_EVENTS.c.sequence))
        replies = connection.execute(select(REPLIES).where(REPLIES.c.ticket_id == ticket.id).order_by(REPLIES.c.id))
        return Standing(ticket, tuple(map(read_event, events.mappings())), tuple(map(read_reply, replies.mappings())))


def _locking(selected: Any) -> Any:
    """The same, with a lock on the rows where the database locks rows; SQLite has one writer at a time."""
    return selected.with_for_update(key_share=True)


def _words(text: str) -> str:
    """What counts when texts are compared: no width, case, spaces or punctuation."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def _last_due(track: Track | None, opened: datetime) -> date | None:
    """The last deadline of a track."""
    return max((due for _, due in steps_due(track, opened) if due), default=None) if track else None
