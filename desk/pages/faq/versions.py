"""What the files were before: listed, compared, brought back."""

from __future__ import annotations

from aiohttp import web

from actions.faq.model import NoSuchVersion, Version
from actions.faq.versions import entries_of
from actions.officers.model import Permission
from desk.numbers import whole_number
from desk.pages.faq.opened import id_of, recorded
from desk.pages.faq.telling import compared, topic_of
from desk.refusals import BadForm, NotFound
from desk.visit import Visit
from knowledge.editing import Edit, EditKind, NoSuchEntry

_PAGE = 50


async def listing(visit: Visit) -> web.Response:
    """GET /desk/faq/versions: the newest ones, of a file or an entry if one is named, before the one that `before` names."""
    file, entry, before = (visit.request.query.get(name, "") for name in ("file", "entry", "before"))
    first = whole_number(before)
    if before and first is None:
        raise NotFound
    found = await visit.run(visit.desk.faq.versions.page, file, entry, first, _PAGE + 1)
    return visit.render(
        "faq/versions.html",
        versions=found[:_PAGE],
        has_more=len(found) > _PAGE,
        file=file,
        entry=entry,
        names=await visit.run(_names, visit),
        topic_of=lambda name: topic_of(visit, name),
    )


async def show(visit: Visit) -> web.Response:
    """GET /desk/faq/versions/{id}: compared with the one before it, or with the one that `with` names."""
    version, text = await _version(visit, id_of(visit))
    other = visit.request.query.get("with", "")
    base: Version | None
    if other:
        other_id = whole_number(other)
        if other_id is None:
            raise NotFound
        base, base_text = await _version(visit, other_id)
        if base.file != version.file:
            raise NotFound
    else:
        found = await visit.run(visit.desk.faq.versions.before, version)
        base, base_text = found if found is not None else (None, "")
    now = await visit.run(_content, visit, version.file)
    then, current = entries_of(version.file, text.encode()), entries_of(version.file, now.encode())
    differing = [id_ for id_ in {**then, **current} if then.get(id_) != current.get(id_)]
    return visit.render(
        "faq/version.html",
        version=version,
        base=base,
        lines=await visit.run(compared, base_text, text),
        siblings=await visit.run(visit.desk.faq.versions.page, version.file),
        differing=differing,
        is_current=text == now,
        is_gone=not text,
        names=await visit.run(_names, visit),
        topic=topic_of(visit, version.file),
        may_restore=visit.may(Permission.PUBLISH_FAQ),
    )


async def restore(visit: Visit) -> web.Response:
    """POST /desk/faq/versions/{id}/restore: a draft that brings back an entry, or without one the whole file."""
    version, text = await _version(visit, id_of(visit))
    entry = (await visit.form()).get("entry", "")
    now = await visit.run(_content, visit, version.file)
    if not now or not text:
        raise BadForm("faq.not-restorable")
    if not entry:
        edit, base = Edit(version.file, EditKind.FILE, "", text), now
    else:
        then, current = (entries_of(version.file, content.encode()) for content in (text, now))
        if then.get(entry) == current.get(entry):
            raise BadForm("faq.not-restorable")
        kind = EditKind.CHANGE if entry in then and entry in current else EditKind.ADD if entry in then else EditKind.REMOVE
        edit, base = Edit(version.file, kind, entry, then.get(entry, "")), current.get(entry, "")
    draft = await visit.run(
        visit.desk.faq.drafts.begin,
        edit,
        base,
        visit.officer.login,
        restores=version.id,
        record=recorded(visit, "faq.draft-begun"),
    )
    visit.desk.faq.previews.start(draft)
    return visit.redirect(f"/faq/drafts/{draft.id}/preview")


async def _version(visit: Visit, id_: int) -> tuple[Version, str]:
    try:
        return await visit.run(visit.desk.faq.versions.find, id_)
    except NoSuchVersion as error:
        raise NotFound from error


def _content(visit: Visit, file: str) -> str:
    try:
        return visit.desk.faq.library.content(file).decode("utf-8", errors="replace")
    except NoSuchEntry:
        return ""


def _names(visit: Visit) -> dict[str, str]:
    """Of officers, by login."""
    return {one.login: one.name for one in visit.desk.officers.everyone()}
