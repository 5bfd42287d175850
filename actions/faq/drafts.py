"""The drafts of all officers."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from actions.faq.model import Draft, NoSuchDraft, NotYours, Preview
from actions.faq.tables import FAQ_DRAFTS
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.rows import storable
from knowledge.editing import Edit, EditKind

PREVIEW_DAYS = 30
"""After so long a preview is dropped: it holds what enquirers asked, and says little of the files of today."""
Record = Callable[[Connection, Draft], object]


def _no_record(connection: Connection, draft: Draft) -> None:
    return None


class Drafts:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def begin(
        self, edit: Edit, base: str, by: str, restores: int | None = None, group: int | None = None, record: Record = _no_record
    ) -> Draft:
        """A new draft; `record` writes it into the audit log."""
        now = self._clock()
        row = {
            "file": edit.file,
            "entry": edit.entry,
            "kind": edit.kind.value,
            "by": by,
            "base": base,
            "text": storable(edit.text),
            "restores": restores,
            "group_id": group,
            "began_at": now,
            "updated_at": now,
            "previewed": "",
        }
        with self._database.writing() as connection:
            id_ = connection.execute(insert(FAQ_DRAFTS).values(row)).inserted_primary_key[0]
            draft = find_draft(connection, id_)
            record(connection, draft)
        return draft

    def find(self, id_: int) -> Draft:
        """Raises NoSuchDraft."""
        with self._database.reading() as connection:
            return find_draft(connection, id_)

    def of_entry(self, file: str, entry: str) -> tuple[Draft, ...]:
        """Everybody's drafts of an entry, or of a whole file; the latest first."""
        return self._listed((FAQ_DRAFTS.c.file == file) & (FAQ_DRAFTS.c.entry == entry))

    def all(self, by: str | None = None) -> tuple[Draft, ...]:
        """Everybody's, or one officer's; the latest first."""
        return self._listed(FAQ_DRAFTS.c.by == by if by is not None else None)

    def save(self, id_: int, by: str, text: str, entry: str | None = None) -> Draft:
        """What was typed; `entry`: another id, for a new entry. Raises NoSuchDraft, NotYours."""
        return self._change(id_, by, {"text": storable(text), **({"entry": entry} if entry is not None else {})})

    def move(self, id_: int, by: str, base: str) -> Draft:
        """Go on from what the entry is now. Raises NoSuchDraft, NotYours."""
        return self._change(id_, by, {"base": base})

    def discard(self, id_: int, record: Record = _no_record) -> None:
        """Throw it away; `record` writes it into the audit log. Raises NoSuchDraft."""
        with self._database.writing() as connection:
            draft = find_draft(connection, id_)
            drop_draft(connection, id_)
            record(connection, draft)

    def keep_preview(self, id_: int, mark: str, preview: Preview) -> None:
        """Keep what a draft would change. Nothing happens where the draft is gone. Old previews are dropped."""
        content = zlib.compress(json.dumps(preview.as_fields(), ensure_ascii=False).encode())
        with self._database.writing() as connection:
            old = FAQ_DRAFTS.c.updated_at < self._clock() - timedelta(days=PREVIEW_DAYS)
            connection.execute(update(FAQ_DRAFTS).where(old).values(previewed="", preview=None))
            values = {"previewed": mark, "preview": content, "updated_at": self._clock()}
            connection.execute(update(FAQ_DRAFTS).where(FAQ_DRAFTS.c.id == id_).values(values))

    def preview(self, id_: int) -> Preview | None:
        """The last one that was made of a draft, whatever has changed since; None where there is none."""
        wanted = select(FAQ_DRAFTS.c.preview, FAQ_DRAFTS.c.updated_at).where(FAQ_DRAFTS.c.id == id_)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None or row.preview is None:
            return None
        return Preview(at=row.updated_at, **json.loads(zlib.decompress(row.preview)))

    def _change(self, id_: int, by: str, values: Mapping[str, Any]) -> Draft:
        with self._database.writing() as connection:
            draft = find_draft(connection, id_)
            if draft.by != by:
                raise NotYours
            changed = {**values, "updated_at": self._clock()}
            connection.execute(update(FAQ_DRAFTS).where(FAQ_DRAFTS.c.id == id_).values(changed))
            return find_draft(connection, id_)

    def _listed(self, where: Any) -> tuple[Draft, ...]:
        wanted = select(*_COLUMNS).order_by(FAQ_DRAFTS.c.updated_at.desc(), FAQ_DRAFTS.c.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(wanted if where is None else wanted.where(where)).mappings().all()
        return tuple(map(_read, rows))


_COLUMNS = [column for column in FAQ_DRAFTS.c if column.name != "preview"]


def find_draft(connection: Connection, id_: int) -> Draft:
    """Raises NoSuchDraft."""
    row = connection.execute(select(*_COLUMNS).where(FAQ_DRAFTS.c.id == id_)).mappings().first()
    if row is None:
        raise NoSuchDraft
    return _read(row)


def drop_draft(connection: Connection, id_: int) -> None:
    """Raises NoSuchDraft."""
    if not connection.execute(delete(FAQ_DRAFTS).where(FAQ_DRAFTS.c.id == id_)).rowcount:
        raise NoSuchDraft


def _read(row: Mapping[str, Any]) -> Draft:
    values = {name: row[name] for name in ("id", "file", "entry", "by", "base", "text", "restores", "began_at", "updated_at", "previewed")}
    return Draft(kind=EditKind(row["kind"]), group=row["group_id"], **values)
