"""The draft or the version that an address names."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from actions.faq.model import Draft, NoSuchDraft
from actions.officers.model import Permission
from desk.numbers import whole_number
from desk.refusals import Forbidden, NotFound
from desk.visit import Visit
from knowledge.editing import EditKind


def id_of(visit: Visit) -> int:
    """The number in the address. Raises NotFound."""
    id_ = whole_number(visit.request.match_info["id"])
    if id_ is None:
        raise NotFound
    return id_


async def draft_of(visit: Visit) -> Draft:
    """Raises NotFound."""
    try:
        return await visit.run(visit.desk.faq.drafts.find, id_of(visit))
    except NoSuchDraft as error:
        raise NotFound("faq.no-such-draft") from error


async def own_draft(visit: Visit) -> Draft:
    """The same, for whoever writes in it. Raises NotFound, Forbidden."""
    draft = await draft_of(visit)
    if draft.by != visit.officer.login:
        raise Forbidden("faq.not-yours")
    return draft


def may_discard(visit: Visit, draft: Draft) -> bool:
    """One's own; others' by whoever publishes."""
    return draft.by == visit.officer.login or visit.may(Permission.PUBLISH_FAQ)


def recorded(visit: Visit, action: str) -> Any:
    """Writes what happens to a draft into the audit log, in the transaction in which it happens."""

    def record(connection: Connection, draft: Draft) -> None:
        what = draft.entry if draft.kind is not EditKind.FILE else draft.file
        detail = f"{draft.kind.value} {draft.file}, draft {draft.id} by {draft.by}"
        visit.on_record(action, what, detail=detail)(connection)

    return record
