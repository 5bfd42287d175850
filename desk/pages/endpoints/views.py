"""The answers. Addresses and secrets of endpoints are never among them: an address of a group robot is a secret itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web
from sqlalchemy.engine import Connection

from actions.delivery import outbox, overview
from actions.delivery.model import Delivery, DeliveryState
from actions.delivery.overview import UNSENT, Backlog
from actions.tickets.history import utc_now
from desk.numbers import whole_number
from desk.refusals import BadForm, NotFound
from desk.visit import Visit

PAGE = 50
_STATES = {"": UNSENT, "waiting": (DeliveryState.PENDING, DeliveryState.SENDING), "failed": (DeliveryState.FAILED,)}
_MOST_AT_ONCE = 10_000
T = TypeVar("T")


async def listing(visit: Visit) -> web.Response:
    """GET /desk/endpoints: all bureaus, and the deliveries that have not arrived."""
    query = visit.request.query
    bureaus = visit.desk.registry.office.current.directory.bureaus
    known = {bureau.name for bureau in bureaus}
    asked_bureau, asked_state, before = query.get("bureau", ""), query.get("state", ""), query.get("before", "")
    if asked_state not in _STATES or (asked_bureau and asked_bureau not in known):
        raise NotFound
    place = whole_number(before)

    def look() -> tuple[tuple[Delivery, ...], Mapping[str, str], Mapping[str, Backlog]]:
        with visit.desk.registry.database.reading() as connection:
            found = overview.unsent(connection, _STATES[asked_state], asked_bureau, place, PAGE + 1)
            return found, outbox.disabled_endpoints(connection), overview.backlogs(connection)

    found, disabled, backlogs = await visit.run(look)
    # Whose endpoint was taken away may still have deliveries that wait.
    reached = [one for one in bureaus if one.endpoint is not None or one.name in disabled or one.name in backlogs]
    shown, older = found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
    asked = {"bureau": asked_bureau, "state": asked_state}
    return visit.render(
        "endpoints/list.html",
        bureaus=bureaus,
        reached=reached,
        others=[one for one in bureaus if one not in reached],
        disabled=disabled,
        backlogs=backlogs,
        none_waits=Backlog(),
        shown=shown,
        older=older,
        asked=asked,
    )


async def enable(visit: Visit) -> web.Response:
    """POST /desk/endpoints/enable: send to a bureau again, beginning with what waits."""
    bureau = (await visit.form()).get("bureau", "")
    if bureau not in visit.bureau_names:
        raise BadForm

    def enabling(connection: Connection) -> None:
        waiting = outbox.enable_endpoint(connection, bureau, utc_now())
        visit.on_record("endpoint.enabled", bureau, bureau, str(waiting))(connection)

    await _changing(visit, enabling)
    return visit.redirect("/endpoints", "endpoints.enabled")


async def resend(visit: Visit) -> web.Response:
    """POST /desk/endpoints/resend: one delivery, or all of a bureau that were given up; each under the id that it had."""
    form = await visit.form()
    webhook_id, bureau = form.get("id", ""), form.get("bureau", "")
    if bool(webhook_id) == bool(bureau):
        raise BadForm

    def one_again(connection: Connection) -> int:
        delivery = overview.find(connection, webhook_id)
        if delivery is None or delivery.state not in UNSENT or not outbox.resend(connection, [webhook_id], utc_now()):
            return 0
        visit.on_record("delivery.resent", delivery.ticket, delivery.bureau, webhook_id)(connection)
        return 1

    def all_again(connection: Connection) -> int:
        failed = overview.unsent(connection, [DeliveryState.FAILED], bureau, None, _MOST_AT_ONCE)
        number = outbox.resend(connection, [delivery.webhook_id for delivery in failed], utc_now())
        if number:
            visit.on_record("delivery.resent", bureau, bureau, str(number))(connection)
        return number

    number = await _changing(visit, one_again if webhook_id else all_again)
    return visit.redirect("/endpoints", "endpoints.resent" if number else "endpoints.not-resent")


async def _changing(visit: Visit, change: Callable[[Connection], T]) -> T:
    """A change with its record, in one transaction; then whoever delivers is told."""

    def work() -> T:
        with visit.desk.registry.database.writing() as connection:
            return change(connection)

    outcome = await visit.run(work)
    visit.desk.poke()
    return outcome
