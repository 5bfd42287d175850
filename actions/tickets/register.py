"""The register of tickets: everything that may be done to one, each as a single transaction.

What happened, the ticket's new state and the deliveries that tell the bureaus of it are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from actions.conversations.model import Author, Said
from actions.conversations.words import add_words, lock_conversation
from actions.delivery import outbox
from actions.delivery.outbox import Claimed
from actions.lead.model import Lead
from actions.office.model import Office
from actions.routing import Assignment, Role, Route
from actions.tickets.database import Database
from actions.tickets.erasing import Erasing
from actions.tickets.history import LONGEST_NAME, History, Standing, utc_now
from actions.tickets.model import ENQUIRER, SYSTEM, AtDesk, EventKind, NoSuchBureau, NoSuchTicket, Outcome, State, Ticket, TransitionRefused
from actions.tickets.opening import JOIN_WITHIN, Opened, Opening, SubmissionConflict
from actions.tickets.personal import PersonalKey
from actions.tickets.rows import read_ticket, storable
from actions.tickets.tables import CALLBACKS, REPLIES, SUBMISSIONS, TICKET_STEPS, TICKETS, WRONG_GUESSES
from knowledge.plan import Plan

__all__ = ["JOIN_WITHIN", "SUBMISSIONS_KEPT", "Opened", "Standing", "SubmissionConflict", "Tickets", "utc_now"]

SUBMISSIONS_KEPT = timedelta(days=7)
"""How long a repeated idempotency key, and a repeated call-back, is recognised."""


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
        self._history = History(database, key, plan, office, public_url, clock)
        self._opening = Opening(self._history)
        self._erasing = Erasing(self._history)

    def check_key(self) -> None:
        """Raises PersonalKeyError where the key is not the one that the oldest and the newest persons were encrypted with."""
        known = select(TICKETS.c.person).where(TICKETS.c.person.isnot(None)).limit(1)
        with self._history.database.reading() as connection:
            for order in (TICKETS.c.id, TICKETS.c.id.desc()):
                if person := connection.execute(known.order_by(order)).scalar():
                    self._history.key.decrypt(bytes(person))

    # What enquirers do.

    def open_ticket(self, lead: Lead) -> Opened:
        """Open a ticket for a lead, or add the lead to the open one that it repeats.

        The same idempotency key gives the same ticket again. Raises SubmissionConflict where it came with another lead.
        """
        return self._opening.open(lead)

    def of_conversation(self, conversation: str) -> tuple[Standing, ...]:
        """The tickets of a conversation, newest first."""
        if not conversation:
            return ()
        with self._history.database.reading() as connection:
            rows = connection.execute(select(TICKETS).where(TICKETS.c.conversation == conversation).order_by(TICKETS.c.id.desc()).limit(5))
            return tuple(self._history.standing(connection, read_ticket(row, self._history.key)) for row in rows.mappings().all())

    def erase(self, number: str, by: str = ENQUIRER, at_desk: AtDesk | None = None) -> None:
        """Drop everything about the person and what they wrote; bureaus that were told are told to do the same. Raises NoSuchTicket."""
        self._erasing.erase(number, by, at_desk)

    # What bureaus and officers do.

    def accept(self, number: str, bureau: str, text: str = "", callback_id: str = "", at_desk: AtDesk | None = None) -> Ticket:
        """A bureau takes the ticket; `text`, if any, is told to the enquirer.

        Raises NoSuchTicket where it is not one of the ticket's bureaus, TransitionRefused.
        """
        return self._by_bureau(number, bureau, callback_id, EventKind.ACCEPTED, text, at_desk)

    def comment(self, number: str, bureau: str, text: str, callback_id: str = "", at_desk: AtDesk | None = None) -> Ticket:
        """A bureau writes to the enquirer. Raises NoSuchTicket, TransitionRefused."""
        return self._by_bureau(number, bureau, callback_id, EventKind.COMMENTED, text, at_desk)

    def close(
        self,
        number: str,
        bureau: str,
        text: str = "",
        callback_id: str = "",
        outcome: Outcome | None = None,
        at_desk: AtDesk | None = None,
    ) -> Ticket:
        """A bureau is done with it; `text`, if any, is its last word to the enquirer. Raises NoSuchTicket, TransitionRefused."""
        return self._by_bureau(number, bureau, callback_id, EventKind.CLOSED, text, at_desk, outcome)

    def reopen(self, number: str, by: str, text: str, at_desk: AtDesk | None = None) -> Ticket:
        """Come back to a closed ticket. Raises NoSuchTicket, TransitionRefused, also where its person was erased."""

        def reopening(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            if ticket.erased_at is not None:
                raise TransitionRefused(ticket.state, EventKind.REOPENED)  # nobody is left to answer to
            connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(outcome=None))
            return self._history.happen(connection, ticket, EventKind.REOPENED, by, text, at_desk=at_desk)

        return self._history.until_kept(reopening)

    def reassign(self, number: str, bureau: str, by: str, reason: str, at_desk: AtDesk | None = None) -> Ticket:
        """Give the ticket to another principal bureau; the old ones and the new one are told.

        Raises NoSuchBureau, NoSuchTicket, TransitionRefused.
        """
        bureau = self._known(bureau)

        def reassigning(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            others = [a for a in ticket.route.assignments if a.role is not Role.PRINCIPAL and a.bureau != bureau]
            new = replace(ticket, route=Route((Assignment(bureau, Role.PRINCIPAL, storable(reason)), *others)))
            gone = [
                Assignment(a.bureau, Role.SUPPORTING, f"已改派{bureau}")
                for a in ticket.route.assignments
                if a.role is Role.PRINCIPAL and a.bureau != bureau
            ]
            self._history.set_route(connection, ticket.id, new.route)
            text = f"改派{bureau}：{reason}"
            return self._history.happen(connection, new, EventKind.REASSIGNED, by, text, also_told=gone, at_desk=at_desk)

        return self._history.until_kept(reassigning)

    def enlist(self, number: str, bureau: str, by: str, reason: str, at_desk: AtDesk | None = None) -> Ticket:
        """Add a supporting bureau, which is told of the ticket as a new one. One that is in it already changes nothing.

        Raises NoSuchBureau, NoSuchTicket, TransitionRefused.
        """
        bureau = self._known(bureau)

        def enlisting(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            if bureau in ticket.route.bureaus(*Role):
                return ticket
            added = Assignment(bureau, Role.SUPPORTING, storable(reason))
            new = replace(ticket, route=Route((*ticket.route.assignments, added)))
            self._history.set_route(connection, ticket.id, new.route)
            text = f"请{bureau}配合：{reason}"
            return self._history.happen(connection, new, EventKind.ENLISTED, by, text, newcomer=bureau, at_desk=at_desk)

        return self._history.until_kept(enlisting)

    def note(self, number: str, by: str, text: str, at_desk: AtDesk | None = None) -> Ticket:
        """Words for officers only: neither the enquirer nor a bureau's server ever gets them.

        Raises NoSuchTicket, and TransitionRefused where its person was erased: they would be words about that person again.
        """
        return self._at_desk(number, EventKind.NOTED, by, text, at_desk)

    def tell(self, number: str, kind: EventKind, by: str, at_desk: AtDesk | None = None) -> Ticket:
        """A line in the history that changes nothing else: TAKEN_OVER, HANDED_BACK. Raises NoSuchTicket."""
        return self._at_desk(number, kind, by, "", at_desk)

    def tick(self, number: str, step: str, by: str, is_done: bool, at_desk: AtDesk | None = None) -> Ticket:
        """Mark a step of the track's checklist as done, or not; what it is already changes nothing.

        Raises NoSuchTicket, TransitionRefused.
        """

        def ticking(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            this = (TICKET_STEPS.c.ticket_id == ticket.id) & (TICKET_STEPS.c.step == step)
            if (connection.execute(select(TICKET_STEPS.c.at).where(this)).first() is not None) == is_done:
                return ticket
            if is_done:
                row = {"ticket_id": ticket.id, "step": step, "at": self._history.clock(), "by": storable(by)[:LONGEST_NAME]}
                connection.execute(insert(TICKET_STEPS).values(row))
            else:
                connection.execute(delete(TICKET_STEPS).where(this))
            kind = EventKind.STEP_DONE if is_done else EventKind.STEP_UNDONE
            return self._history.happen(connection, ticket, kind, by, step, at_desk=at_desk)

        return self._history.until_kept(ticking)

    def give_up(self, claimed: Claimed, status: int | None, error: str) -> None:
        """A delivery has failed for good: kept for resending, and officers see it in the ticket's history."""

        def giving_up(connection: Connection) -> None:
            self._history.lock(connection, claimed.ticket_id)
            if outbox.record_failed(connection, claimed, self._history.clock(), status, error):
                self._undelivered(connection, claimed, error)

        self._history.until_kept(giving_up)

    def hold(self, claimed: Claimed, status: int | None, error: str) -> None:
        """An endpoint takes nothing any more: it is disabled, what is meant for it waits, and officers see it in the ticket's history."""

        def holding(connection: Connection) -> None:
            self._history.lock(connection, claimed.ticket_id)
            now = self._history.clock()
            is_held = outbox.record_retry(connection, claimed, now, status, error, now)
            if is_held and outbox.disable_endpoint(connection, claimed.bureau, now, error):
                self._undelivered(connection, claimed, error)

        self._history.until_kept(holding)

    # What is read.

    def standing(self, number: str) -> Standing:
        """A ticket with its history. Raises NoSuchTicket."""
        with self._history.database.reading() as connection:
            return self._history.standing(connection, self._history.find(connection, number))

    def steps(self, number: str) -> frozenset[str]:
        """The steps of the checklist that are done. Raises NoSuchTicket."""
        with self._history.database.reading() as connection:
            ticket = self._history.find(connection, number)
            done = select(TICKET_STEPS.c.step).where(TICKET_STEPS.c.ticket_id == ticket.id)
            return frozenset(connection.execute(done).scalars())

    def latest(self, states: Collection[State] = (), limit: int = 50) -> tuple[Ticket, ...]:
        """The latest tickets, newest first; of all states if none is given."""
        listed = select(TICKETS).order_by(TICKETS.c.id.desc()).limit(limit)
        if states:
            listed = listed.where(TICKETS.c.state.in_([state.value for state in states]))
        with self._history.database.reading() as connection:
            return tuple(read_ticket(row, self._history.key) for row in connection.execute(listed).mappings())

    # Time passes.

    def erase_closed_before(self, moment: datetime) -> int:
        """Erase the person from tickets that were closed before; how many there were."""
        return self._erasing.erase_closed_before(moment)

    def forget_passing(self) -> None:
        """Drop what is remembered for some days only: idempotency keys, ids of call-backs, wrong guesses."""
        before = self._history.clock() - SUBMISSIONS_KEPT
        with self._history.database.writing() as connection:
            for table in (SUBMISSIONS, CALLBACKS, WRONG_GUESSES):
                connection.execute(delete(table).where(table.c.at < before))

    # The steps that these are made of.

    def _at_desk(self, number: str, kind: EventKind, by: str, text: str, at_desk: AtDesk | None) -> Ticket:
        def happening(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            if text and ticket.erased_at is not None:
                raise TransitionRefused(ticket.state, kind)
            return self._history.happen(connection, ticket, kind, by, text, at_desk=at_desk)

        return self._history.until_kept(happening)

    def _by_bureau(
        self,
        number: str,
        bureau: str,
        callback_id: str,
        kind: EventKind,
        text: str,
        at_desk: AtDesk | None,
        outcome: Outcome | None = None,
    ) -> Ticket:
        def happening(connection: Connection) -> Ticket:
            ticket = self._history.find(connection, number, to_change=True, at_desk=at_desk)
            if bureau not in ticket.route.bureaus(*Role):
                raise NoSuchTicket(number)
            if callback_id and not self._is_first(connection, bureau, callback_id):
                return ticket
            if text:
                reply = {"ticket_id": ticket.id, "at": self._history.clock(), "bureau": bureau, "text": storable(text)}
                connection.execute(insert(REPLIES).values(reply))
                if ticket.conversation:
                    lock_conversation(connection, ticket.conversation)
                    said = Said(Author.OFFICER, f"{ticket.number}：{text}", bureau)
                    add_words(connection, self._history.key, ticket.conversation, said, self._history.clock())
            if outcome is not None:
                connection.execute(update(TICKETS).where(TICKETS.c.id == ticket.id).values(outcome=outcome.value))
            return self._history.happen(connection, ticket, kind, bureau, text, at_desk=at_desk)

        return self._history.until_kept(happening)

    def _known(self, bureau: str) -> str:
        """Its canonical name. Raises NoSuchBureau."""
        known = self._history.office().directory.by_name.get(bureau)
        if known is None:
            raise NoSuchBureau(bureau)
        return known.name

    def _is_first(self, connection: Connection, bureau: str, callback_id: str) -> bool:
        """Whether a call-back comes for the first time; a bureau that retries must not do a thing twice."""
        same = (CALLBACKS.c.bureau == bureau) & (CALLBACKS.c.webhook_id == callback_id)
        if connection.execute(select(CALLBACKS.c.at).where(same)).first():
            return False
        connection.execute(insert(CALLBACKS).values(bureau=bureau, webhook_id=callback_id, at=self._history.clock()))
        return True

    def _undelivered(self, connection: Connection, claimed: Claimed, error: str) -> None:
        ticket = self._history.by_id(connection, claimed.ticket_id)
        self._history.happen(connection, ticket, EventKind.UNDELIVERED, SYSTEM, f"未能送达{claimed.bureau}：{error}")
