"""Drafts begun: of an entry that is there, or of a new one, also for what was asked and not answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import count

from aiohttp import web

from actions.office.workdays import local_date
from actions.questions.model import NoSuchGroup
from desk.numbers import whole_number
from desk.pages.faq.opened import recorded
from desk.pages.faq.telling import topic_of
from desk.refusals import BadForm, NotFound
from desk.visit import Visit
from knowledge.editing import Edit, EditKind, EntryFields, NoSuchEntry, written

_MOST_PREFILLED = 20


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an entry is to be written for."""

    group: int | None = None
    wordings: tuple[str, ...] = ()
    bureau: str = ""
    """The one that an officer named when they said that the plan is silent."""


async def begin(visit: Visit) -> web.Response:
    """POST /desk/faq/entries/{entry}: go on with one's draft of it, or begin one; `kind` is `change` or `remove`."""
    id_ = visit.request.match_info["entry"]
    faq = visit.desk.faq
    kind = {"change": EditKind.CHANGE, "remove": EditKind.REMOVE}.get((await visit.form()).get("kind", ""))
    if kind is None:
        raise BadForm
    try:
        file, block = await visit.run(faq.library.block, id_)
    except NoSuchEntry as error:
        raise NotFound from error
    own = [draft for draft in await visit.run(faq.drafts.of_entry, file, id_) if draft.by == visit.officer.login and draft.kind is kind]
    if not own:
        edit = Edit(file, kind, id_, block.text if kind is EditKind.CHANGE else "")
        own = [await visit.run(faq.drafts.begin, edit, block.text, visit.officer.login, record=recorded(visit, "faq.draft-begun"))]
    faq.previews.warm()
    return visit.redirect(f"/faq/drafts/{own[0].id}")


async def new(visit: Visit) -> web.Response:
    """GET /desk/faq/new: where a new entry is to stand. `kind=boundary`: in the files of what the plan does not say; `group`: for
    what was asked there."""
    is_boundary, group = visit.request.query.get("kind", "") == "boundary", visit.request.query.get("group", "")
    files = await visit.run(visit.desk.faq.library.files)
    wanted = [file for file in files if file.startswith("boundaries/") == is_boundary]
    return visit.render(
        "faq/new.html",
        is_boundary=is_boundary,
        group=group,
        wordings=(await _asked_in(visit, group)).wordings,
        files=[(file, topic_of(visit, file)) for file in wanted],
    )


async def add(visit: Visit) -> web.Response:
    """POST /desk/faq/new: begin a draft of a new entry."""
    posted = await visit.form()
    faq, file = visit.desk.faq, posted.get("file", "")
    if file not in await visit.run(faq.library.files):
        raise BadForm
    asked = await _asked_in(visit, posted.get("group", ""))
    id_ = posted.get("id", "").strip() or await visit.run(_free_id, visit, file)
    bureaus = (asked.bureau,) if asked.bureau else ()
    fields = EntryFields(id_, "".join(asked.wordings[:1]), asked.wordings[1:], bureaus=bureaus)
    edit, record = Edit(file, EditKind.ADD, id_, written(fields)), recorded(visit, "faq.draft-begun")
    draft = await visit.run(faq.drafts.begin, edit, "", visit.officer.login, group=asked.group, record=record)
    faq.previews.warm()
    return visit.redirect(f"/faq/drafts/{draft.id}")


async def _asked_in(visit: Visit, group: str) -> _Asked:
    """What was asked in a group of questions, its own name first. Raises NotFound where there is no such group."""
    if not group:
        return _Asked()
    id_ = whole_number(group)
    if id_ is None:
        raise NotFound
    try:
        one = await visit.run(visit.desk.questions.one, id_)
    except NoSuchGroup as error:
        raise NotFound from error
    asked = await visit.run(visit.desk.questions.wordings, one.id, _MOST_PREFILLED)
    return _Asked(one.id, tuple(dict.fromkeys((one.wording, *(wording.question for wording in asked)))), one.bureau)


def _free_id(visit: Visit, file: str) -> str:
    """One that nobody has to think of: the topic and the day."""
    folder, _, name = file.partition("/")
    first = f"{'boundary-' if folder == 'boundaries' else ''}{name.removesuffix('.yml')}-{local_date(datetime.now(timezone.utc)):%Y%m%d}"
    faq = visit.desk.faq
    taken = {listed.entry.id for listed in faq.library.listing().entries} | {draft.entry for draft in faq.drafts.all()}
    return next(id_ for number in count(1) if (id_ := f"{first}-{number}") not in taken)
