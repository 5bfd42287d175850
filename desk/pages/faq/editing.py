"""Drafts: begun, written in as a form or as YAML, tried, thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

from aiohttp import web

from actions.faq.model import Draft
from actions.faq.worker import WorkerFailed
from actions.office.workdays import local_date
from actions.officers.model import Permission
from actions.questions.model import NoSuchGroup
from desk.pages.faq.browsing import titles_of
from desk.pages.faq.form import read_form
from desk.pages.faq.opened import draft_of, may_discard, own_draft, recorded
from desk.pages.faq.telling import Piece, Side, compared, topic_of
from desk.refusals import BadForm, Forbidden, NotFound
from desk.visit import Visit
from knowledge.changes import Told
from knowledge.editing import Edit, EditKind, EntryFields, NoSuchEntry, Uneditable, read_fields, written
from knowledge.editing.lines import bare, split_lines
from knowledge.editing.trial import Trial
from knowledge.errors import KnowledgeError
from knowledge.library.located import UnreadableFile

_BLANK_CITATIONS = 2
_MOST_PREFILLED = 20
_LONGEST_QUESTION = 500


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
    group = await _group_wordings(visit, visit.request.query.get("group", ""))
    return await _new(visit, visit.request.query.get("kind", "") == "boundary", visit.request.query.get("group", ""), group)


async def add(visit: Visit) -> web.Response:
    """POST /desk/faq/new: begin a draft of a new entry."""
    posted = await visit.form()
    faq, file, group = visit.desk.faq, posted.get("file", ""), posted.get("group", "")
    if file not in await visit.run(faq.library.files):
        raise BadForm
    wordings = await _group_wordings(visit, group)
    known = {listed.entry.id for listed in (await visit.run(faq.library.listing)).entries}
    id_ = posted.get("id", "").strip() or _free_id(file, known)
    fields = EntryFields(id_, question=wordings[0] if wordings else "", phrasings=tuple(wordings[1:]))
    edit = Edit(file, EditKind.ADD, id_, written(fields))
    draft = await visit.run(
        faq.drafts.begin,
        edit,
        "",
        visit.officer.login,
        group=int(group) if wordings else None,
        record=recorded(visit, "faq.draft-begun"),
    )
    faq.previews.warm()
    return visit.redirect(f"/faq/drafts/{draft.id}")


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


async def ask(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/ask: what would be told to a question; with the header of htmx, only that."""
    draft = await draft_of(visit)
    question = (await visit.form()).get("question", "").strip()[:_LONGEST_QUESTION]
    told, failed = None, ""
    if not question:
        failed = "faq.ask-nothing"
    elif not (await _trial(visit, draft)).is_sound:
        failed = "faq.ask-faulty"
    else:
        try:
            told = await visit.run(visit.desk.faq.previews.ask, draft, question)
        except (WorkerFailed, TimeoutError, KnowledgeError, OSError, UnreadableFile, Uneditable, NoSuchEntry) as error:
            visit.desk.logger.error("faq_not_asked", draft=draft.id, reason=str(error))
            failed = "faq.ask-failed"
    side = await _side(visit, draft, told) if told else None
    if "HX-Request" in visit.request.headers:
        return visit.render("faq/_told.html", asked=question, side=side, failed=failed)
    return await show_draft(visit, draft, asked=question, side=side, failed=failed)


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
    trial = await _trial(visit, draft)
    now = await visit.run(_now, visit, draft)
    fields = _fields(draft.text)
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
        bureaus=[bureau.name for bureau in visit.desk.registry.office.current.directory.bureaus],
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
    if not (await _trial(visit, draft)).is_sound or await visit.run(_now, visit, draft) != draft.base:
        return visit.redirect(page, "faq.saved-faulty")
    visit.desk.faq.previews.start(draft)
    return visit.redirect(f"/faq/drafts/{draft.id}/preview")


async def _trial(visit: Visit, draft: Draft) -> Trial:
    try:
        return await visit.run(visit.desk.faq.trials.check, draft.edit, date.today())
    except NoSuchEntry:
        return Trial((), ())  # it is gone, which the page says by itself


def _now(visit: Visit, draft: Draft) -> str:
    try:
        return visit.desk.faq.publisher.now(draft)
    except (NoSuchEntry, UnreadableFile, Uneditable):
        return ""


def _fields(text: str) -> EntryFields | None:
    try:
        return read_fields(text)
    except UnreadableFile:
        return None


def _written(fields: EntryFields, draft: Draft) -> str:
    """The entry's lines; what is again as it was in the beginning is so to the letter."""
    return draft.base if draft.base and _fields(draft.base) == fields else written(fields, draft.text)


def _id_in(text: str, otherwise: str) -> str:
    fields = _fields(text)
    return fields.id if fields is not None and fields.id else otherwise


def _completed(fields: EntryFields, draft: Draft) -> EntryFields:
    """With what the form of its kind of file does not show."""
    had = _fields(draft.text) or EntryFields(draft.entry)
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


async def _side(visit: Visit, draft: Draft, told: Told) -> Side:
    titles = titles_of(await visit.run(visit.desk.faq.library.listing))
    if fields := _fields(draft.text):
        titles[draft.entry] = fields.question
    return Side(told.kind, told.entry, titles.get(told.entry, ""), [Piece(told.text, False)], told.quotes)


async def _group_wordings(visit: Visit, group: str) -> Sequence[str]:
    """What was asked in a group of questions, its own name first. Raises NotFound where there is no such group."""
    if not group:
        return ()
    if not (group.isascii() and group.isdigit() and len(group) <= 15):
        raise NotFound
    try:
        one = await visit.run(visit.desk.questions.one, int(group))
    except NoSuchGroup as error:
        raise NotFound from error
    asked = await visit.run(visit.desk.questions.wordings, one.id, _MOST_PREFILLED)
    return list(dict.fromkeys((one.wording, *(wording.question for wording in asked))))


async def _new(visit: Visit, is_boundary: bool, group: str, wordings: Sequence[str]) -> web.Response:
    files = await visit.run(visit.desk.faq.library.files)
    wanted = [file for file in files if file.startswith("boundaries/") == is_boundary]
    return visit.render(
        "faq/new.html",
        is_boundary=is_boundary,
        group=group,
        wordings=wordings,
        files=[(file, topic_of(visit, file)) for file in wanted],
    )


def _free_id(file: str, known: set[str]) -> str:
    """One that nobody has to think of: the topic and the day."""
    folder, _, name = file.partition("/")
    topic = name.removesuffix(".yml")
    day = local_date(datetime.now(timezone.utc))
    first = f"{'boundary-' if folder == 'boundaries' else ''}{topic}-{day:%Y%m%d}"
    return next(id_ for number in range(1, len(known) + 2) if (id_ := f"{first}-{number}") not in known)
