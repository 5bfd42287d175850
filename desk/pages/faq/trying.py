"""A question put to a draft before it is published."""

from __future__ import annotations

from aiohttp import web

from actions.faq.model import Draft
from actions.faq.worker import WorkerFailed
from desk.pages.faq.browsing import titles_of
from desk.pages.faq.editing import fields_of, show_draft, trial_of
from desk.pages.faq.opened import draft_of
from desk.pages.faq.telling import Piece, Side
from desk.visit import Visit
from knowledge.changes import Told
from knowledge.editing import NoSuchEntry, Uneditable
from knowledge.errors import KnowledgeError
from knowledge.library.located import UnreadableFile

_LONGEST_QUESTION = 500


async def ask(visit: Visit) -> web.Response:
    """POST /desk/faq/drafts/{id}/ask: what would be told to a question; with the header of htmx, only that."""
    draft = await draft_of(visit)
    question = (await visit.form()).get("question", "").strip()[:_LONGEST_QUESTION]
    told, failed = None, ""
    if not question:
        failed = "faq.ask-nothing"
    elif not (await trial_of(visit, draft)).is_sound:
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


async def _side(visit: Visit, draft: Draft, told: Told) -> Side:
    titles = titles_of(await visit.run(visit.desk.faq.library.listing))
    if fields := fields_of(draft.text):
        titles[draft.entry] = fields.question
    return Side(told.kind, told.entry, titles.get(told.entry, ""), [Piece(told.text, False)], told.quotes)
