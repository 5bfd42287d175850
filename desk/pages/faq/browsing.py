"""The list of entries, one entry, and the drafts of all officers."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from actions.faq.library import Listing
from actions.faq.model import Draft
from desk.numbers import whole_number
from desk.pages.faq.telling import topic_of
from desk.refusals import NotFound
from desk.visit import Visit
from knowledge.editing import NoSuchEntry, read_fields
from knowledge.library.located import UnreadableFile

PAGE = 50
_LONGEST_SEARCH = 100
_LONGEST_NUMBER = 6


async def listing(visit: Visit) -> web.Response:
    """GET /desk/faq: files with their numbers; with `q` or `file` the entries that are looked for."""
    library = visit.desk.faq.library
    words, file = visit.request.query.get("q", "")[:_LONGEST_SEARCH].strip(), visit.request.query.get("file", "")
    known = await visit.run(library.listing)
    if file and file not in await visit.run(library.files):
        raise NotFound
    found = await visit.run(library.search, known, words) if words else known.entries
    found = [listed for listed in found if file in ("", listed.file)]
    skip = whole_number(visit.request.query.get("skip", "0"), _LONGEST_NUMBER)
    if skip is None:
        raise NotFound
    return visit.render(
        "faq/list.html",
        words=words,
        file=file,
        files=[(name, topic_of(visit, name), known.counts.get(name, 0)) for name in await visit.run(library.files)],
        total=len(known.entries),
        found=found[skip : skip + PAGE] if words or file else None,
        number=len(found),
        skip=skip,
        page=PAGE,
        topic_of=lambda name: topic_of(visit, name),
        faults=known.faults,
        is_read_only=not await visit.run(lambda: library.may_be_written),
        drafts=len(_differing(await visit.run(visit.desk.faq.drafts.all))),
    )


async def entry(visit: Visit) -> web.Response:
    """GET /desk/faq/entries/{entry}: what is answered, to which wordings, and from what."""
    id_ = visit.request.match_info["entry"]
    faq = visit.desk.faq
    try:
        file, block = await visit.run(faq.library.block, id_)
        fields = read_fields(block.text)
    except (NoSuchEntry, UnreadableFile) as error:
        raise NotFound from error
    known = await visit.run(faq.library.listing)
    drafts = await visit.run(faq.drafts.of_entry, file, id_)
    return visit.render(
        "faq/entry.html",
        file=file,
        topic=topic_of(visit, file),
        fields=fields,
        text=block.text,
        clauses={clause.id: clause for clause in known.clauses},
        own=[draft for draft in drafts if draft.by == visit.officer.login],
        others=_differing([draft for draft in drafts if draft.by != visit.officer.login]),
        is_read_only=not await visit.run(lambda: faq.library.may_be_written),
    )


async def drafts(visit: Visit) -> web.Response:
    """GET /desk/faq/drafts: everybody's."""
    known = await visit.run(visit.desk.faq.library.listing)
    found = await visit.run(visit.desk.faq.drafts.all)
    shown = [draft for draft in found if draft.differs or draft.by == visit.officer.login]
    return visit.render("faq/drafts.html", drafts=shown, titles=titles_of(known), topic_of=lambda name: topic_of(visit, name))


def titles_of(known: Listing) -> dict[str, str]:
    """The first wording of each entry, by id."""
    return {listed.entry.id: listed.entry.question for listed in known.entries}


def _differing(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Those in which something was written."""
    return [draft for draft in drafts if draft.differs]
