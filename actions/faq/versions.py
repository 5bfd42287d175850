"""Every state that a file of the library has had, whoever brought it about: the desk, or somebody with an editor."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from actions.faq.model import NoSuchVersion, Version, VersionKind
from actions.faq.tables import FAQ_VERSIONS
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from knowledge.editing import Uneditable, read_blocks
from knowledge.library.located import UnreadableFile

_LOCK = 0x7A6A6671
"""Key of PostgreSQL's advisory lock that lets one transaction record at a time."""
_MOST_NAMED = 12


class Versions:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, folder: Path, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock

    def follow(self, files: Iterable[str]) -> int:
        """Record those of the files, by their paths below the knowledge folder, that are not as their last version says. How many.

        Raises OSError where a file cannot be read.
        """
        with self._database.reading() as connection:
            moved = [file for file in files if not self._is_known(connection, file)]
        recorded = 0
        for file in moved:
            with self._database.writing() as connection:
                one_at_a_time(connection)
                recorded += self.follow_within(connection, file)
        return recorded

    def follow_within(self, connection: Connection, file: str) -> bool:
        """The same for one file, in a transaction of the caller's that holds the lock."""
        path = self._folder / file
        content = path.read_bytes() if path.exists() else None
        known, before = self._newest(connection, file)
        if (known and content == before) or (not known and content is None):
            return False
        if not known:
            self.record(connection, VersionKind.FOUND, file, "", "", content, "")
            return True
        self.record(connection, VersionKind.BY_HAND, file, "", *_named(file, before, content))
        return True

    def _is_known(self, connection: Connection, file: str) -> bool:
        path = self._folder / file
        return self._newest(connection, file) == (True, path.read_bytes() if path.exists() else None)

    def record(self, connection: Connection, kind: VersionKind, file: str, by: str, entry: str, content: bytes | None, summary: str) -> int:
        """Add a version in the caller's transaction, which holds the lock; its id."""
        packed = None if content is None else zlib.compress(content)
        row = {"at": self._clock(), "by": by, "file": file, "entry": entry, "kind": kind.value, "content": packed, "summary": summary}
        return int(connection.execute(insert(FAQ_VERSIONS).values(row)).inserted_primary_key[0])

    def page(self, file: str = "", entry: str = "", before: int | None = None, limit: int = 50) -> tuple[Version, ...]:
        """Versions, newest first: of a file, of an entry in it, or of all without those that were only found."""
        wanted = select(*_COLUMNS).order_by(FAQ_VERSIONS.c.id.desc()).limit(limit)
        if file:
            wanted = wanted.where(FAQ_VERSIONS.c.file == file)
        if entry:
            wanted = wanted.where(FAQ_VERSIONS.c.entry.in_(["", entry]))
        elif not file:
            wanted = wanted.where(FAQ_VERSIONS.c.kind != VersionKind.FOUND.value)
        if before is not None:
            wanted = wanted.where(FAQ_VERSIONS.c.id < before)
        with self._database.reading() as connection:
            return tuple(_read(row) for row in connection.execute(wanted).mappings())

    def find(self, id_: int) -> tuple[Version, str]:
        """A version and its file's text, empty where the file was gone. Raises NoSuchVersion."""
        with self._database.reading() as connection:
            row = connection.execute(select(FAQ_VERSIONS).where(FAQ_VERSIONS.c.id == id_)).mappings().first()
        if row is None:
            raise NoSuchVersion
        return _read(row), _text(row["content"])

    def before(self, version: Version) -> tuple[Version, str] | None:
        """The version of the same file before it, with its text."""
        wanted = select(func.max(FAQ_VERSIONS.c.id)).where(FAQ_VERSIONS.c.file == version.file, FAQ_VERSIONS.c.id < version.id)
        with self._database.reading() as connection:
            id_ = connection.execute(wanted).scalar()
        return None if id_ is None else self.find(id_)

    def _newest(self, connection: Connection, file: str) -> tuple[bool, bytes | None]:
        """Whether there is a version of a file, and what the last one says."""
        wanted = select(FAQ_VERSIONS.c.content).where(FAQ_VERSIONS.c.file == file).order_by(FAQ_VERSIONS.c.id.desc()).limit(1)
        row = connection.execute(wanted).first()
        if row is None:
            return False, None
        return True, None if row.content is None else zlib.decompress(row.content)


_COLUMNS = [column for column in FAQ_VERSIONS.c if column.name != "content"]


def one_at_a_time(connection: Connection) -> None:
    """Hold the lock to the end of the transaction. SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def entries_of(file: str, content: bytes | None) -> dict[str, str]:
    """The lines of each entry by its id; empty for a file that cannot be read as such."""
    try:
        return {block.entry: block.text for block in read_blocks(Path(file), content or b"")} if content else {}
    except (UnreadableFile, Uneditable):
        return {}


def summary_of(before: dict[str, str], after: dict[str, str]) -> tuple[Sequence[str], str]:
    """Ids of what differs, and the same as a line."""
    added = [f"+ {id_}" for id_ in after if id_ not in before]
    changed = [f"~ {id_}" for id_ in after if id_ in before and before[id_] != after[id_]]
    removed = [f"- {id_}" for id_ in before if id_ not in after]
    named = [*added, *changed, *removed]
    more = ["…"] if len(named) > _MOST_NAMED else []
    return [name[2:] for name in named], " ".join([*named[:_MOST_NAMED], *more])


def _named(file: str, before: bytes | None, content: bytes | None) -> tuple[str, bytes | None, str]:
    """The one entry that differs, if it is one; the content; the summary."""
    ids, summary = summary_of(entries_of(file, before), entries_of(file, content))
    return ids[0] if len(ids) == 1 else "", content, summary


def _text(content: Any) -> str:
    return "" if content is None else zlib.decompress(content).decode("utf-8", errors="replace")


def _read(row: Any) -> Version:
    values = {name: row[name] for name in ("id", "at", "by", "file", "entry", "summary")}
    return Version(kind=VersionKind(row["kind"]), **values)
