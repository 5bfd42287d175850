"""A draft: written in as a form or as YAML, put in the place of what is there by now, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from aiohttp import web

from actions.faq.model import Draft
from actions.officers.model import Permission
from desk.pages.faq.form import read_form
from desk.pages.faq.opened import draft_of, may_discard, own_draft, recorded
from desk.pages.faq.telling import compared, topic_of
from desk.refusals import BadForm, Forbidden
from desk.visit import Visit
from knowledge.editing import EditKind, EntryFields, NoSuchEntry, Uneditable, read_fields, written
from knowledge.editing.lines import bare, split_lines
from knowledge.editing.trial import Trial
from knowledge.library.located import UnreadableFile

_BLANK_CITATIONS = 2


async def show(visit: Visit) -> web.Response:
    """GET /desk/faq/drafts/{id}: the form, or with `mode=yaml` the lines."""
    return await show_draft(visit, await draft_of(visit))


async def save(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}: keep what was typed, faulty or not; `then` says where to go on."""
    draft = await own_draft(visit)
    posted = await visit.form()
    if draft.kind not in (EditKind.ADD, EditKind.CHANGE):
        raise BadForm
    id_ = draft.entry if draft.kind is EditKind.CHANGE else " ".join(posted.get("id", draft.entry).split())
    if "yaml" in posted:
        text = posted["yaml"].replace("\r\n", "\n").rstrip() + "\n"
        id_ = id_ if draft.kind is EditKind.CHANGE else _id_in(text, draft.entry)
    else:
        text = _written(_completed(read_form(posted, id_), draft), draft)
    if (text, id_) != (draft.text, draft.entry):
        visit.desk.faq.previews.cancel(draft.id)
        draft = await visit.run(visit.desk.faq.drafts.save, draft.id, visit.officer.login, text, id_)
    return await _gone_on(visit, draft, posted.get("then", ""), "yaml" in posted)


async def move(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/move: keep what was typed, to take the place of what the entry is by now."""
    draft = await own_draft(visit)
    now = await visit.run(visit.desk.faq.publisher.now, draft)
    if draft.kind is not EditKind.ADD and not now:
        raise BadForm
    await visit.run(visit.desk.faq.drafts.move, draft.id, visit.officer.login, now)
    return visit.redirect(f"/faq/drafts/{draft.id}", "faq.moved-on")


async def discard(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/discard."""
    draft = await draft_of(visit)
    if not may_discard(visit, draft):
        raise Forbidden("faq.not-yours")
    visit.desk.faq.previews.cancel(draft.id)
    await visit.run(visit.desk.faq.drafts.discard, draft.id, recorded(visit, "faq.draft-discarded"))
    return visit.redirect("/faq/drafts", "faq.discarded")


async def show_draft(visit: Visit, draft: Draft, status: int = 200, told: str = "", **asked: Any) -> web.Response:
    """The page of a draft. `told`: key of what went wrong."""
    faq = visit.desk.faq
    trial = await trial_of(visit, draft)
    now = await visit.run(_now, visit, draft)
    fields = fields_of(draft.text)
    known = await visit.run(faq.library.listing)
    is_own = draft.by == visit.officer.login
    as_yaml = visit.request.query.get("mode") == "yaml" or fields is None
    others = [other for other in await visit.run(faq.drafts.of_entry, draft.file, draft.entry) if other.by != draft.by and other.differs]
    return visit.render(
        "faq/draft.html",
        status,
        draft=draft,
        kind=draft.kind.value,
        is_boundary=draft.file.startswith("boundaries/"),
        topic=topic_of(visit, draft.file),
        fields=fields,
        citations=[*(fields.citations if fields else ()), *[("", "")] * _BLANK_CITATIONS],
        as_yaml=as_yaml,
        lines=[bare(line) for line in split_lines(draft.text)],
        trial=trial,
        at_field=_at_field(trial),
        at_line={fault.line for fault in trial.faults},
        clauses=known.clauses,
        clause_by_id={clause.id: clause for clause in known.clauses},
        bureaus=visit.bureau_names,
        now=now,
        is_moved=now != draft.base,
        differences=compared(now or draft.base, draft.text) if draft.kind is EditKind.FILE else (),
        others=others,
        may_write=is_own and draft.kind in (EditKind.ADD, EditKind.CHANGE),
        is_own=is_own,
        may_discard=may_discard(visit, draft),
        may_publish=visit.may(Permission.PUBLISH_FAQ),
        is_read_only=not await visit.run(lambda: faq.library.may_be_written),
        told=told,
        **{"asked": "", "side": None, "failed": "", **asked},
    )


async def _gone_on(visit: Visit, draft: Draft, then: str, is_yaml: bool) -> web.Response:
    """Where to, once what was typed is kept."""
    mode = "?mode=yaml" if then == "yaml" or (is_yaml and then != "form") else ""
    page = f"/faq/drafts/{draft.id}{mode}"
    if then != "preview":
        return visit.redirect(page, "faq.saved")
    if not (await trial_of(visit, draft)).is_sound or await visit.run(_now, visit, draft) != draft.base:
        return visit.redirect(page, "faq.saved-faulty")
    visit.desk.faq.previews.start(draft)
    return visit.redirect(f"/faq/drafts/{draft.id}/preview")


async def trial_of(visit: Visit, draft: Draft) -> Trial:
    """What is wrong with the files once the draft is in them."""
    try:
        return await visit.run(visit.desk.faq.trials.check, draft.edit, date.today())
    except NoSuchEntry:
        return Trial((), ())  # it is gone, which the page says by itself


def _now(visit: Visit, draft: Draft) -> str:
    try:
        return visit.desk.faq.publisher.now(draft)
    except (NoSuchEntry, UnreadableFile, Uneditable):
        return ""


def fields_of(text: str) -> EntryFields | None:
    """None for lines that are no entry."""
    try:
        return read_fields(text)
    except UnreadableFile:
        return None


def _written(fields: EntryFields, draft: Draft) -> str:
    """The entry's lines; what is again as it was in the beginning is so to the letter."""
    return draft.base if draft.base and fields_of(draft.base) == fields else written(fields, draft.text)


def _id_in(text: str, otherwise: str) -> str:
    fields = fields_of(text)
    return fields.id if fields is not None and fields.id else otherwise


def _completed(fields: EntryFields, draft: Draft) -> EntryFields:
    """With what the form of its kind of file does not show."""
    had = fields_of(draft.text) or EntryFields(draft.entry)
    if draft.file.startswith("boundaries/"):
        return replace(fields, citations=had.citations)
    return replace(fields, asks=had.asks, near=had.near)


def _at_field(trial: Trial) -> Mapping[str, Sequence[str]]:
    """What is wrong with each field of the form; in a list it is said which of them."""
    found: dict[str, list[str]] = {}
    for fault in trial.faults:
        name, _, place = fault.field.partition(".")
        which = f"{int(place) + 1}. " if place else ""
        found.setdefault(name, []).append(f"{which}{fault.reason}{fault.hint}")
    return found
