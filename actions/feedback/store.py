"""Where remarks are kept: one table, in SQLite by default."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Column, DateTime, Float, Integer, MetaData, String, Table, create_engine, delete, event, insert, select
from sqlalchemy.engine import Engine

from actions.feedback.masking import masked
from actions.feedback.model import Kind, Remark

_MOST_CHARACTERS = 1000
_METADATA = MetaData()
_REMARKS = Table(
    "remarks",
    _METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("at", DateTime, nullable=False, index=True),
    Column("conversation", String(32), nullable=False),
    Column("question", String(_MOST_CHARACTERS), nullable=False),
    Column("comment", String(_MOST_CHARACTERS), nullable=False),
    Column("entry", String(128), nullable=False),
    Column("score", Float),
)


class Remarks:
    """Adds and lists remarks. Safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, remark: Remark) -> None:
        """Keep one; question and comment are masked here, so that nothing unmasked can get in."""
        row = {
            "kind": remark.kind.value,
            "at": remark.at.astimezone(timezone.utc).replace(tzinfo=None),
            "conversation": remark.conversation,
            "question": masked(remark.question)[:_MOST_CHARACTERS],
            "comment": masked(remark.comment)[:_MOST_CHARACTERS],
            "entry": remark.entry,
            "score": remark.score,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(_REMARKS).values(**row))

    def latest(self, kinds: Collection[Kind] = tuple(Kind), limit: int = 100) -> Sequence[Remark]:
        """The latest remarks of some kinds, newest first."""
        wanted = _REMARKS.c.kind.in_([kind.value for kind in kinds])
        with self._engine.connect() as connection:
            rows = connection.execute(select(_REMARKS).where(wanted).order_by(_REMARKS.c.id.desc()).limit(limit)).mappings()
            return [_remark(row) for row in rows]

    def drop_before(self, moment: datetime) -> int:
        """Forget what is older; how many there were."""
        with self._engine.begin() as connection:
            dropped = connection.execute(delete(_REMARKS).where(_REMARKS.c.at < moment.astimezone(timezone.utc).replace(tzinfo=None)))
            return int(dropped.rowcount)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def open_remarks(file: Path) -> Remarks:
    """Open, or make, the SQLite database of a file. Raises sqlalchemy.exc.SQLAlchemyError where it cannot be used."""
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{file}", future=True)
    event.listen(engine, "connect", _as_log)
    _METADATA.create_all(engine)
    return Remarks(engine)


def _as_log(connection: Any, record: object) -> None:
    """Readers and the writer do not wait for each other, and a power cut loses no more than the last moment."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=2000")


def _remark(row: Any) -> Remark:
    at = row["at"].replace(tzinfo=timezone.utc)
    return Remark(Kind(row["kind"]), at, row["conversation"], row["question"], row["comment"], row["entry"], row["score"])
