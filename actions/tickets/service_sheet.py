"""The service sheet that goes with a ticket of a track that has one."""

from __future__ import annotations

from actions.lead.form.steps import shown_area, shown_yuan
from actions.office.model import Office
from actions.office.sheet import ServiceSheet, SheetPolicy
from actions.office.workdays import local_date, steps_due
from actions.routing import Role
from actions.tickets.model import Ticket
from knowledge.plan import Plan


def service_sheet(ticket: Ticket, office: Office, plan: Plan) -> ServiceSheet | None:
    """The sheet; None where the ticket's track has none, or the ticket was erased."""
    track = office.track_by_id.get(ticket.track)
    if track is None or not track.has_sheet or ticket.person is None:
        return None
    principal = ticket.route.bureaus(Role.PRINCIPAL)[0]
    bureau = office.directory.by_name.get(principal)
    names = {field.id: field.name for field in track.fields}
    rows = [
        ("所属行业", ticket.industry),
        *((names.get(name, name), value) for name, value in ticket.details.items()),
        ("计划投资", "" if ticket.investment_yuan is None else shown_yuan(ticket.investment_yuan)),
        ("用地需求", "" if ticket.land_square_metres is None else shown_area(ticket.land_square_metres)),
        ("意向地区", ticket.district),
        ("计划时间", ticket.time),
        ("需求", ticket.need),
    ]
    number = plan.by_id[track.clause].number
    return ServiceSheet(
        ticket=ticket.number,
        issued=local_date(ticket.opened_at),
        company=ticket.company,
        contact=ticket.person.name,
        project=tuple(row for row in rows if row[1]),
        policies=tuple(SheetPolicy(number, sentence) for sentence in track.policies),
        source=f"《{plan.title}》{plan.standing}",
        bureau=principal,
        officer="",
        hours=bureau.hours if bureau else "",
        measures=track.service_measures,
        steps=steps_due(track, ticket.opened_at),
    )
