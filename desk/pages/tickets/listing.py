"""The queue: tabs with counts, filters, one page of tickets, kept up to date."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from actions.office.model import Office
from actions.office.workdays import local_date
from actions.officers.model import Permission, Role
from actions.tickets.history import utc_now
from actions.tickets.model import State
from actions.tickets.queue import Counts
from desk.live import stream
from desk.pages.tickets.deadline import deadline
from desk.pages.tickets.wanted import ALL, OPEN, read_wanted
from desk.visit import Visit

_LOOK_SECONDS = 2.0
TABS = (OPEN, State.NEW.value, State.ASSIGNED.value, State.ANSWERED.value, State.REOPENED.value, "overdue", State.CLOSED.value, ALL)


async def listing(visit: Visit) -> web.Response:
    """GET /desk/tickets: the page; only the list in it for htmx, which asks for it again when something has happened."""
    desk = visit.desk
    wanted = read_wanted(visit.request.query, _bureau(visit))
    after = visit.request.query.get("after", "")
    # Before the list is read: what happens between the two is told by the stream then.
    version = await visit.run(desk.queue.latest_change)
    page = await visit.run(desk.queue.page, wanted.filter, wanted.order, after)
    counts = await visit.run(desk.queue.counts, wanted.filter.bureau)
    office = desk.registry.office.current
    template = "tickets/_list.html" if "HX-Request" in visit.request.headers else "tickets/list.html"
    return visit.render(
        template,
        wanted=wanted,
        lines=page.lines,
        next_query=wanted.query(after=page.next) if page.next else "",
        list_query=wanted.query(after=after),
        is_first=not after,
        tabs=[(tab, _count(tab, counts), wanted.tab_query(tab)) for tab in TABS],
        due_soon=counts.due_soon,
        version=version,
        deadline_of=partial(deadline, today=local_date(utc_now())),
        clauses=desk.registry.plan.by_id,
        tracks=office.track_by_id,
        districts=_districts(office),
        bureaus=visit.bureau_names if visit.officer.role is Role.ADMINISTRATOR else (),
        states=State,
    )


async def live(visit: Visit) -> web.StreamResponse:
    """GET /desk/tickets/live: tells a list that something has happened to some ticket."""

    async def look() -> str:
        return await visit.run(visit.desk.queue.latest_change)

    return await stream(visit, look, _LOOK_SECONDS)


def _bureau(visit: Visit) -> str:
    """Whose tickets are shown: an administrator chooses, everybody else sees their own bureau's."""
    own = visit.officer.bureau
    if not visit.may(Permission.SEE_TICKETS):
        return own
    chosen = visit.request.query.get("bureau")
    if chosen is None:
        return own
    bureau = visit.desk.registry.office.current.directory.by_name.get(chosen)
    return bureau.name if bureau else ""


def _count(tab: str, counts: Counts) -> int:
    if tab == ALL:
        return sum(counts.by_state.values())
    if tab == OPEN:
        return sum(number for state, number in counts.by_state.items() if state is not State.CLOSED)
    return counts.overdue if tab == "overdue" else counts.by_state[State(tab)]


def _districts(office: Office) -> list[str]:
    return list(dict.fromkeys(name for bureau in office.directory.bureaus for name in bureau.districts))
