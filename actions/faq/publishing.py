"""Publishes a draft: the file, its version and the record of who did it are kept together or not at all."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

from actions.faq.drafts import Drafts, drop_draft, find_draft
from actions.faq.library import Library
from actions.faq.model import (
    Draft,
    EntryMoved,
    Faulty,
    NotConfirmed,
    NotPreviewed,
    ReadOnly,
    VersionKind,
    preview_mark,
)
from actions.faq.versions import Versions, entries_of, one_at_a_time, summary_of
from actions.officers.audit import AuditLog
from actions.tickets.database import Database
from knowledge.editing import EditKind, NoSuchEntry, edited, hash_of
from knowledge.editing.files import FileMoved, replacement
from knowledge.editing.trial import Trials

_KINDS = {
    EditKind.ADD: VersionKind.ADDED,
    EditKind.CHANGE: VersionKind.CHANGED,
    EditKind.REMOVE: VersionKind.REMOVED,
    EditKind.FILE: VersionKind.RESTORED,
}

_MAY_NOT = (errno.EROFS, errno.EACCES, errno.EPERM)


class Publisher:
    """Blocking; safe to use from several threads and processes."""

    def __init__(self, library: Library, database: Database, drafts: Drafts, versions: Versions, audit: AuditLog, trials: Trials) -> None:
        self._library = library
        self._database = database
        self._drafts = drafts
        self._versions = versions
        self._audit = audit
        self._trials = trials

    def now(self, draft: Draft) -> str:
        """What the draft's entry, or file, is in the files by now; empty where it is gone, or not there yet."""
        if draft.kind is EditKind.FILE:
            with suppress(NoSuchEntry):
                return self._library.content(draft.file).decode("utf-8", errors="replace")
            return ""
        found = [block for block in self._library.blocks(draft.file) if block.entry == draft.entry]
        return found[0].text if found else ""

    def publish(self, draft_id: int, by: str, is_confirmed: bool) -> int:
        """Write the file and record its version; the version's id.

        The draft is gone afterwards. Raises NoSuchDraft, EntryMoved, NotPreviewed, NotConfirmed, Faulty, ReadOnly, and DatabaseUnavailable.
        """
        draft = self._drafts.find(draft_id)
        file = self._library.folder / draft.file
        before = file.read_bytes()  # first: what is checked below is checked of this, or of something newer
        self._check(draft, is_confirmed)
        content = edited(file, before, draft.edit).content
        ids, summary = summary_of(entries_of(draft.file, before), entries_of(draft.file, content))
        kind = VersionKind.RESTORED if draft.restores is not None else _KINDS[draft.kind]
        entry = draft.entry or (ids[0] if len(ids) == 1 else "")
        try:
            with (
                replacement(file, content, hash_of(before)) as ready,
                _undone_where_it_fails(file, before, content),
                self._database.writing() as connection,
            ):
                one_at_a_time(connection)
                if find_draft(connection, draft_id) != draft or not self._is_previewed(draft):
                    raise NotPreviewed
                self._versions.follow_within(connection, draft.file)
                version = self._versions.record(connection, kind, draft.file, by, entry, content, summary)
                drop_draft(connection, draft_id)
                written_by = "" if draft.by == by else f" (written by {draft.by})"
                detail = f"{kind.value} {draft.file}, version {version}{written_by}"
                self._audit.append(connection, by, "faq.published", entry or draft.file, detail=detail)
                # Last, so that whatever fails before it leaves the file alone.
                ready.put_in_place()
        except FileMoved as error:
            now = self.now(draft)
            raise (EntryMoved(now) if now != draft.base else NotPreviewed) from error
        except OSError as error:
            if error.errno in _MAY_NOT:
                raise ReadOnly from error
            raise
        return version

    def _check(self, draft: Draft, is_confirmed: bool) -> None:
        if not self._library.may_be_written:
            raise ReadOnly
        if (now := self.now(draft)) != draft.base:
            raise EntryMoved(now)
        preview = self._drafts.preview(draft.id)
        if preview is None or not self._is_previewed(draft):
            raise NotPreviewed
        if preview.of_substance and not is_confirmed:
            raise NotConfirmed
        if not self._trials.check(draft.edit, date.today()).is_sound:
            raise Faulty

    def _is_previewed(self, draft: Draft) -> bool:
        """Whether the preview is of this edit of the files as they are at this moment."""
        return draft.previewed == preview_mark(draft.edit, self._library.hashes())


@contextmanager
def _undone_where_it_fails(file: Path, before: bytes, content: bytes) -> Iterator[None]:
    """A file that was put in place, and whose version could then not be kept, goes back to what it was."""
    try:
        yield
    except BaseException:
        if content != before and file.read_bytes() == content:
            with replacement(file, before, hash_of(content)) as back, suppress(FileMoved):
                back.put_in_place()
        raise
