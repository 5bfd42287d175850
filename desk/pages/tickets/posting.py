"""How a form of the ticket's page is taken, or shown again with what was typed and why it was not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from aiohttp import web

from actions.office.model import Office
from actions.tickets.model import AtDesk, NoSuchBureau, NoSuchTicket, Ticket, TicketMoved, TransitionRefused
from actions.tickets.register import Standing, Tickets
from actions.tickets.rows import storable
from desk.numbers import whole_number
from desk.pages.tickets.acts import Act
from desk.pages.tickets.case import SEQUENCE_DIGITS, find
from desk.pages.tickets.show import Typed, show
from desk.refusals import BadForm, Forbidden, NotFound
from desk.visit import Visit

LONGEST_WORDS = 2000
LONGEST_REASON = 200
_LONGEST_NAME = 64


class Unusable(Exception):
    """What was typed cannot be taken; `key` names the text that says why."""

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that an officer has sent, about to be taken."""

    visit: Visit
    ticket: Ticket
    """As the officer's page may have shown it; the sequence says whether it did."""
    fields: Mapping[str, str]
    bureau: str
    """In whose name it is done."""
    sequence: int

    @property
    def tickets(self) -> Tickets:
        """Where it is done."""
        return self.visit.desk.registry.tickets

    @property
    def office(self) -> Office:
        """Bureaus and tracks in use."""
        return self.visit.desk.registry.office.current

    @property
    def officer(self) -> str:
        """The officer, for the eyes of officers."""
        return f"{self.bureau} {self.visit.officer.name}"[:_LONGEST_NAME]

    def words(self, name: str, longest: int = LONGEST_WORDS, is_needed: bool = True) -> str:
        """What was typed into a field. Raises Unusable."""
        text = storable(self.fields.get(name, "")).replace("\r\n", "\n").strip()
        if is_needed and not text:
            raise Unusable("tickets.empty")
        if len(text) > longest:
            raise Unusable("tickets.too-long", most=longest, n=len(text))
        return text

    def on_record(self, action: str, detail: str = "") -> AtDesk:
        """Puts the step into the audit log. The detail holds nothing that was typed: it might name a person."""
        return AtDesk(self.visit.on_record(action, self.ticket.number, self.bureau, detail), self.sequence)


async def take(visit: Visit, act: Act, notice: str, do: Callable[[Posted], None], place: str = "") -> web.Response:
    """Do what the form asks for, then back to the ticket with a notice, or to the list where it is no longer the officer's.

    `place`: where on the page, such as #steps. Raises NotFound, Forbidden, BadForm.
    """
    standing = await find(visit)
    ticket = standing.ticket
    if not act.is_permitted(visit, ticket):
        raise Forbidden
    fields = dict(await visit.form())
    sequence = whole_number(fields.get("sequence", ""), SEQUENCE_DIGITS)
    if sequence is None:
        raise BadForm
    posted = Posted(visit, ticket, fields, act.bureau(visit, ticket), sequence)
    not_taken = partial(_again, visit, Typed(act.name, fields, ""), posted.sequence)
    try:
        await visit.run(do, posted)
    except Unusable as unusable:
        return await not_taken(400, visit.t(unusable.key, **unusable.values))
    except NoSuchBureau:
        return await not_taken(400, visit.t("tickets.no-such-bureau"))
    except TicketMoved:
        return await not_taken(409, visit.t("tickets.moved"))
    except TransitionRefused as refused:
        told = visit.t("tickets.refused", state=visit.t(f"tickets.state.{refused.state.value}"))
        return await not_taken(409, told)
    except NoSuchTicket as error:
        raise NotFound from error
    visit.desk.poke()
    try:
        await find(visit)
    except NotFound:
        return visit.redirect("/tickets", notice)
    return visit.redirect(f"/tickets/{ticket.number}{place}", notice)


async def _again(visit: Visit, typed: Typed, sequence: int, status: int, told: str) -> web.Response:
    """The page as the ticket stands now. Raises NotFound where it has been taken away from the officer meanwhile."""
    standing: Standing = await find(visit)
    happened = [event for event in standing.events if event.sequence > sequence] if status == 409 else []
    return await show(visit, standing, status, replace(typed, told=told, happened=happened))
