"""One ticket as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from aiohttp import web

from actions.lead.form.steps import shown_area, shown_yuan
from actions.office.model import Track, TrackStep
from actions.office.workdays import local_date, steps_due
from actions.officers.model import Permission
from actions.routing import Role
from actions.tickets.history import utc_now
from actions.tickets.model import EventKind, Outcome, Ticket, TicketEvent
from actions.tickets.register import Standing
from desk.pages.tickets.acts import ACTS
from desk.pages.tickets.deadline import Deadline, deadline
from desk.pages.tickets.person import ShownPerson, masked, may_see, without_name
from desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that was not taken, so that nobody types it twice."""

    form: str
    """Name of the act."""
    fields: Mapping[str, str]
    told: str
    """Why it was not taken."""
    happened: Sequence[TicketEvent] = field(default=())
    """What has happened to the ticket since the officer saw it, if that is why."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step of the track's checklist."""

    step: TrackStep
    due_on: date | None
    due: Deadline
    is_done: bool


async def show(
    visit: Visit,
    standing: Standing,
    status: int = 200,
    typed: Typed | None = None,
    person: ShownPerson | None = None,
    template: str = "tickets/ticket.html",
) -> web.Response:
    """The page. `person`: unmasked, where the officer asked for it just now."""
    desk, ticket = visit.desk, standing.ticket
    steps = await visit.run(desk.registry.tickets.steps, ticket.number)
    others = await visit.run(desk.presences.others, ticket.number, visit.officer.login)
    spoken = await visit.run(desk.conversations.transcript, ticket.conversation) if ticket.conversation else ()
    shown = person or (masked(ticket.person) if ticket.person else None)
    values = _values(visit, standing, typed)
    return visit.render(template, status, **values, steps=_steps(visit, ticket, steps), others=others, spoken=spoken, person=shown)


def _values(visit: Visit, standing: Standing, typed: Typed | None) -> dict[str, object]:
    ticket, office, plan = standing.ticket, visit.desk.registry.office.current, visit.desk.registry.plan
    track = office.track_by_id.get(ticket.track)
    taking_part, bureaus = ticket.route.bureaus(*Role), visit.bureau_names
    return {
        "ticket": ticket,
        "events": [event for event in standing.events if event.kind is not EventKind.NOTED],
        "notes": [event for event in standing.events if event.kind is EventKind.NOTED],
        "replies": standing.replies,
        "hidden": partial(without_name, person=ticket.person),
        "may_see_person": may_see(visit, ticket),
        "may_take_over": bool(ticket.conversation) and visit.may(Permission.TAKE_OVER, *taking_part),
        "rows": _rows(visit, ticket, track),
        "clauses": plan.by_id,
        "source": f"《{plan.title}》{plan.standing}",
        "track": track,
        "has_sheet": track is not None and track.has_sheet and ticket.person is not None,
        "due": _due(ticket),
        "can": {act.name: act.bureau(visit, ticket) for act in ACTS if act.may_be_done(visit, ticket)},
        "further": [name for name in bureaus if name not in taking_part],
        "may_be_principal": [name for name in bureaus if (name,) != ticket.route.bureaus(Role.PRINCIPAL)],
        "outcomes": Outcome,
        "typed": typed,
        "happened": typed.happened if typed else (),
        "kept": lambda form, name: typed.fields.get(name, "") if typed and typed.form == form else "",
    }


def _due(ticket: Ticket) -> Deadline:
    closed_on = local_date(ticket.closed_at) if ticket.closed_at else None
    return deadline(ticket.due, ticket.state, local_date(utc_now()), closed_on)


def _steps(visit: Visit, ticket: Ticket, done: frozenset[str]) -> list[ShownStep]:
    track = visit.desk.registry.office.current.track_by_id.get(ticket.track)
    if track is None:
        return []
    today = local_date(utc_now())
    return [
        ShownStep(step, due_on, deadline(due_on, ticket.state, today), step.name in done)
        for step, due_on in steps_due(track, ticket.opened_at)
    ]


def _rows(visit: Visit, ticket: Ticket, track: Track | None) -> list[tuple[str, str]]:
    """What the enquirer told beside the need: heading and content."""
    names = {known.id: known.name for known in track.fields} if track else {}
    rows = [
        (visit.t("tickets.industry"), ticket.industry),
        (visit.t("tickets.investment"), "" if ticket.investment_yuan is None else shown_yuan(ticket.investment_yuan)),
        (visit.t("tickets.land"), "" if ticket.land_square_metres is None else shown_area(ticket.land_square_metres)),
        (visit.t("tickets.district"), ticket.district),
        (visit.t("tickets.time"), ticket.time),
        *((names.get(name, name), value) for name, value in ticket.details.items()),
    ]
    return [row for row in rows if row[1]]
