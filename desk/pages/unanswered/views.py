"""The answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from aiohttp import web
from sqlalchemy.engine import Connection

from actions.questions.model import Group, GroupState, NoSuchGroup
from desk.refusals import BadForm, NotFound
from desk.visit import Visit

TABS: Mapping[str, Mapping[str, Any]] = {
    "open": {"states": (GroupState.OPEN,), "is_off_topic": False},
    "down": {"states": (GroupState.OPEN,), "has_down": True},
    "off-topic": {"states": (GroupState.OPEN,), "is_off_topic": True},
    "decided": {"states": (GroupState.ENTRY, GroupState.NOT_OURS, GroupState.SILENT)},
}
DAYS: Sequence[int] = (7, 30, 90, 0)
"""Periods to choose from; 0 for all that is kept."""


async def listing(visit: Visit) -> web.Response:
    """GET /desk/unanswered: the largest groups of a tab and a period."""
    tab = visit.request.query.get("tab", "open")
    days = visit.request.query.get("days", "30")
    if tab not in TABS or days not in map(str, DAYS):
        raise NotFound
    since = datetime.now(timezone.utc) - timedelta(days=int(days)) if days != "0" else None
    groups = await visit.run(visit.desk.questions.groups, **TABS[tab], since=since)
    return visit.render(
        "unanswered/list.html", groups=groups, tab=tab, tabs=list(TABS), days=int(days), periods=DAYS, titles=_titles(visit, groups)
    )


async def show(visit: Visit) -> web.Response:
    """GET /desk/unanswered/{id}: one group with its latest questions."""
    return await _show(visit)


async def decide(visit: Visit) -> web.Response:
    """POST /desk/unanswered/{id}: not our business, the plan is silent, an entry was made of it, or open again."""
    group = await _known(visit)
    form = await visit.form()
    try:
        state = GroupState(form.get("state", ""))
    except ValueError as error:
        raise BadForm from error
    bureau = form.get("bureau", "") if state is GroupState.SILENT else ""
    if state is GroupState.SILENT and bureau not in _bureaus(visit):
        return await _show(visit, 400, visit.t("unanswered.choose-bureau"))

    def record(connection: Connection) -> None:
        visit.desk.officers.audit.append(connection, visit.officer.login, f"question.{state.value}", str(group.id), bureau)

    await visit.run(visit.desk.questions.decide, group.id, state, visit.officer.login, bureau, record)
    return visit.redirect("/unanswered", "unanswered.decided")


async def _known(visit: Visit) -> Group:
    """Raises NotFound."""
    written = visit.request.match_info["id"]
    if not re.fullmatch("[0-9]{1,15}", written, re.ASCII):
        raise NotFound
    try:
        return await visit.run(visit.desk.questions.group, int(written))
    except NoSuchGroup as error:
        raise NotFound from error


async def _show(visit: Visit, status: int = 200, told: str = "") -> web.Response:
    group = await _known(visit)
    wordings = await visit.run(visit.desk.questions.wordings, group.id)
    titles = _titles(visit, (group,))
    return visit.render("unanswered/one.html", status, group=group, wordings=wordings, titles=titles, bureaus=_bureaus(visit), told=told)


def _bureaus(visit: Visit) -> list[str]:
    return [bureau.name for bureau in visit.desk.registry.office.current.directory.bureaus]


def _titles(visit: Visit, groups: Sequence[Group]) -> dict[str, str]:
    """What the library's nearest entries are about: their first wordings, by id."""
    return {group.nearest: title for group in groups if group.nearest and (title := visit.desk.entry_title(group.nearest))}
