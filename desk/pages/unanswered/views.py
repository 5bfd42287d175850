"""The answers."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from actions.questions.groups import PAGE, Tab
from actions.questions.model import DecidedMeanwhile, Group, GroupState, NoSuchGroup
from desk.live import stream
from desk.numbers import whole_number
from desk.pages.unanswered.wanted import PERIODS, read_wanted
from desk.refusals import BadForm, NotFound
from desk.visit import Visit

CHANNELS = ("web", "wechat", "wecom", "wecom_kf", "portal")
"""Those that have a name."""
_LOOK_EVERY_SECONDS = 3.0


async def listing(visit: Visit) -> web.Response:
    """GET /desk/unanswered: the largest groups of a tab and a period; with the header of htmx, only the list."""
    wanted = read_wanted(visit.request.query)
    found = await visit.run(visit.desk.questions.page, wanted.tab, wanted.period, wanted.skip)
    return visit.render(
        "unanswered/_list.html" if "HX-Request" in visit.request.headers else "unanswered/list.html",
        listed=found[:PAGE],
        has_more=len(found) > PAGE,
        wanted=wanted,
        numbers=await visit.run(visit.desk.questions.numbers, wanted.period),
        tabs=list(Tab),
        periods=PERIODS,
        titles=_titles(visit, (each.group for each in found)),
    )


async def live(visit: Visit) -> web.StreamResponse:
    """GET /desk/unanswered/live: tells the list when a group has changed."""

    async def look() -> str:
        return await visit.run(visit.desk.questions.version)

    return await stream(visit, look, _LOOK_EVERY_SECONDS)


async def show(visit: Visit) -> web.Response:
    """GET /desk/unanswered/{id}: one group with its latest questions."""
    return await _show(visit, await _known(visit))


async def decide(visit: Visit) -> web.Response:
    """POST /desk/unanswered/{id}: not our business, the plan is silent, an entry was made of it, or open again."""
    group = await _known(visit)
    form = await visit.form()
    try:
        state, seen = GroupState(form.get("state", "")), GroupState(form.get("seen", ""))
    except ValueError as error:
        raise BadForm from error
    bureau = form.get("bureau", "") if state is GroupState.SILENT else ""
    if state is GroupState.SILENT and bureau not in visit.bureau_names:
        return await _show(visit, group, 400, "unanswered.choose-bureau")

    record = visit.on_record(f"question.{state.value}", str(group.id), bureau)
    try:
        await visit.run(visit.desk.questions.decide, group.id, state, visit.officer.login, bureau, seen, record)
    except NoSuchGroup as error:
        raise NotFound from error
    except DecidedMeanwhile:
        return await _show(visit, await _known(visit), 409, "unanswered.decided-meanwhile")
    if state is GroupState.SILENT:  # what is left to do stands there: the answer to write
        return visit.redirect(f"/unanswered/{group.id}", "unanswered.decided")
    return visit.redirect("/unanswered", "unanswered.reopened" if state is GroupState.OPEN else "unanswered.decided")


async def _known(visit: Visit) -> Group:
    """Raises NotFound."""
    group_id = whole_number(visit.request.match_info["id"], 15)
    if group_id is None:
        raise NotFound
    try:
        return await visit.run(visit.desk.questions.one, group_id)
    except NoSuchGroup as error:
        raise NotFound from error


async def _show(visit: Visit, group: Group, status: int = 200, told: str = "") -> web.Response:
    return visit.render(
        "unanswered/one.html",
        status,
        group=group,
        wordings=await visit.run(visit.desk.questions.wordings, group.id),
        since=await visit.run(visit.desk.questions.since_decided, group),
        title=_titles(visit, (group,)).get(group.nearest, ""),
        bureaus=visit.bureau_names,
        channels=CHANNELS,
        told=visit.t(told) if told else "",
    )


def _titles(visit: Visit, groups: Iterable[Group]) -> dict[str, str]:
    """What the library's nearest entries are about: their first wordings, by id."""
    return {group.nearest: title for group in groups if group.nearest and (title := visit.desk.entry_title(group.nearest))}
