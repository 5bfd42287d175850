"""What a draft would change, while it is worked out and afterwards; and publishing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web

from actions.faq.model import Draft, EntryMoved, Faulty, NoSuchDraft, NotConfirmed, NotPreviewed, ReadOnly
from actions.officers.model import Permission
from actions.questions.model import DecidedMeanwhile, GroupState, NoSuchGroup
from desk.live import stream
from desk.pages.faq.browsing import titles_of
from desk.pages.faq.editing import show_draft
from desk.pages.faq.opened import draft_of
from desk.pages.faq.telling import MOST_SHOWN, grouped, topic_of
from desk.refusals import NotFound
from desk.visit import Visit
from knowledge.editing import NoSuchEntry, Uneditable, read_fields
from knowledge.library.located import UnreadableFile

_LOOK_EVERY_SECONDS = 0.5


async def show(visit: Visit) -> web.Response:
    """GET /desk/faq/drafts/{id}/preview; with the header of htmx, only what changes while it is worked out."""
    return await _show(visit, await draft_of(visit))


async def start(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/preview: work it out anew."""
    draft = await draft_of(visit)
    try:
        trial = await visit.run(visit.desk.faq.trials.check, draft.edit, date.today())
        is_moved = await visit.run(visit.desk.faq.publisher.now, draft) != draft.base
    except (NoSuchEntry, UnreadableFile, Uneditable):
        return await show_draft(visit, draft, 409)
    if is_moved or not trial.is_sound:
        return await show_draft(visit, draft, 409, "faq.mend-first")
    visit.desk.faq.previews.start(draft)
    return visit.redirect(f"/faq/drafts/{draft.id}/preview")


async def live(visit: Visit) -> web.StreamResponse:
    """GET /desk/faq/drafts/{id}/live: tells the page how far it is."""
    draft = await draft_of(visit)

    async def look() -> str:
        progress = visit.desk.faq.previews.progress(draft.id)
        if progress is None:
            return "finished"
        return f"{progress.done}-{progress.total}-{len(progress.found)}-{progress.failed}"

    return await stream(visit, look, _LOOK_EVERY_SECONDS)


async def publish(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/publish: once its changes were looked at."""
    draft = await draft_of(visit)
    is_confirmed = (await visit.form()).get("confirmed") == "yes"
    try:
        version = await visit.run(visit.desk.faq.publisher.publish, draft.id, visit.officer.login, is_confirmed)
    except NoSuchDraft as error:
        raise NotFound("faq.no-such-draft") from error
    except (EntryMoved, NoSuchEntry, Uneditable, UnreadableFile):
        return await show_draft(visit, draft, 409, "faq.not-published-moved")
    except Faulty:
        return await show_draft(visit, draft, 409, "faq.mend-first")
    except NotPreviewed:
        return await _show(visit, draft, 409, "faq.preview-stale")
    except NotConfirmed:
        return await _show(visit, draft, 400, "faq.confirm-first")
    except ReadOnly:
        return await _show(visit, draft, 409, "faq.read-only")
    if draft.group is not None:
        await _mark_group(visit, draft.group)
    return visit.redirect(f"/faq/versions/{version}", "faq.published")


async def _show(visit: Visit, draft: Draft, status: int = 200, told: str = "") -> web.Response:
    faq = visit.desk.faq
    progress = faq.previews.progress(draft.id)
    made = await visit.run(faq.drafts.preview, draft.id) if progress is None else None
    draft = await draft_of(visit)
    is_current = made is not None and draft.previewed == await visit.run(faq.previews.mark, draft)
    changes = made.changes if made is not None else progress.found if progress is not None else ()
    shows_all = visit.request.query.get("all") == "yes"
    return visit.render(
        "faq/_preview.html" if "HX-Request" in visit.request.headers else "faq/preview.html",
        status,
        draft=draft,
        kind=draft.kind.value,
        topic=topic_of(visit, draft.file),
        progress=progress,
        made=made,
        is_current=is_current,
        groups=await visit.run(grouped, changes, await _titles(visit, draft), shows_all),
        is_cut=not shows_all and len(changes) > MOST_SHOWN,
        may_publish=visit.may(Permission.PUBLISH_FAQ),
        is_read_only=not await visit.run(lambda: faq.library.may_be_written),
        told=told,
    )


async def _titles(visit: Visit, draft: Draft) -> Mapping[str, str]:
    titles: dict[str, Any] = titles_of(await visit.run(visit.desk.faq.library.listing))
    try:
        return {**titles, draft.entry: read_fields(draft.text).question} if draft.entry and draft.text else titles
    except UnreadableFile:
        return titles


async def _mark_group(visit: Visit, group: int) -> None:
    """An entry was made of what was asked there. Whoever decided otherwise meanwhile is right."""
    record = visit.on_record(f"question.{GroupState.ENTRY.value}", str(group))
    try:
        await visit.run(visit.desk.questions.decide, group, GroupState.ENTRY, visit.officer.login, seen=GroupState.OPEN, record=record)
    except (NoSuchGroup, DecidedMeanwhile):
        return
