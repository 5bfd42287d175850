"""The register of questions: what was asked and what was thought of the answers, each with its sums and groups in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from actions.office.workdays import local_date
from actions.questions.grouping import Groupable, Grouping, bring_back
from actions.questions.likeness import Likeness
from actions.questions.masking import masked
from actions.questions.model import Asked, Rating, Remark, Status
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, QUESTION_GROUPS, QUESTIONS, REMARK_DAYS, REMARKS
from actions.tickets.database import Database
from actions.tickets.rows import storable

MOST_CHARACTERS = 1000
_GROUPED = frozenset({Status.ABSTAINED, Status.UNSURE, Status.OFF_TOPIC})
_RATED_WITHIN = timedelta(days=1)
"""A thumb is put to a question asked so shortly before: conversations idle for a day are forgotten."""
_WIDE, _NARROW = 128, 16
"""Characters of an id and of a channel."""


class Questions:
    """What enquirers do. Blocking; for one thread. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, likeness: Likeness | None = None) -> None:
        """Without `likeness` nothing is grouped."""
        self._database = database
        self._grouping = Grouping(likeness) if likeness is not None else None

    def record(self, questions: Sequence[Asked]) -> None:
        """Keep questions, masked."""
        if not questions:
            return
        kept = [replace(asked, question=_kept(asked.question)) for asked in questions]
        rows = [_question_row(asked) for asked in kept]
        if self._grouping is None:
            with self._database.writing() as connection:
                _insert_questions(connection, rows)
            return
        grouped = [place for place, asked in enumerate(kept) if asked.status in _GROUPED]
        vectors = self._grouping.prepare(self._database, [kept[place].question for place in grouped]) if grouped else ()
        with self._grouping.undone_on_failure(), self._database.writing() as connection:
            if grouped:
                self._grouping.begin(connection)
            for place, vector in zip(grouped, vectors, strict=True):
                asked = kept[place]
                groupable = Groupable(asked.at, asked.question, rows[place]["entry"], asked.status is Status.OFF_TOPIC)
                rows[place]["group_id"] = self._grouping.place(connection, groupable, vector)
            _insert_questions(connection, rows)
            if grouped:
                bring_back(connection, {rows[place]["group_id"] for place in grouped})

    def remark(self, remark: Remark) -> None:
        """Keep a thumb, masked; a thumb down is grouped with what was not answered."""
        question = _kept(remark.question)
        if self._grouping is None or remark.rating is not Rating.DOWN:
            with self._database.writing() as connection:
                _insert_remark(connection, remark, question, _entry_of(connection, remark, question)[0], None)
            return
        (vector,) = self._grouping.prepare(self._database, [question])
        with self._grouping.undone_on_failure(), self._database.writing() as connection:
            self._grouping.begin(connection)
            entry, is_off_topic = _entry_of(connection, remark, question)
            group = self._grouping.place(connection, Groupable(remark.at, question, entry, is_off_topic, is_down=True), vector)
            _insert_remark(connection, remark, question, entry, group)

    def drop_before(self, moment: datetime) -> int:
        """Forget the words of older questions and thumbs, and groups to which nothing came since; how many questions and thumbs. Sums stay.

        A group's wording is kept as long as others ask the same.
        """
        with self._database.writing() as connection:
            dropped = sum(connection.execute(delete(table).where(table.c.at < moment)).rowcount for table in (QUESTIONS, REMARKS))
            connection.execute(delete(QUESTION_GROUPS).where(QUESTION_GROUPS.c.last_at < moment))
        if dropped:
            self._database.wipe()
        return int(dropped)


def _kept(text: str) -> str:
    return storable(masked(text))[:MOST_CHARACTERS]


def _question_row(asked: Asked) -> dict[str, Any]:
    return {
        "at": asked.at,
        "day": local_date(asked.at),
        "channel": asked.channel[:_NARROW],
        "conversation": asked.conversation,
        "question": asked.question,
        "clause": asked.clause[:_WIDE],
        "entry": asked.entry[:_WIDE],
        "status": asked.status.value,
        "score": asked.score,
        "group_id": None,
    }


def _insert_questions(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(insert(QUESTIONS), rows)
    _count(connection, QUESTION_DAYS, Counter((row["day"], row["channel"], row["clause"], row["status"]) for row in rows))
    _count(connection, ENTRY_DAYS, Counter((row["day"], row["entry"]) for row in rows if row["entry"]))


def _entry_of(connection: Connection, remark: Remark, question: str) -> tuple[str, bool]:
    """What the question was told, or was nearest to; and whether it was off topic."""
    columns = QUESTIONS.c
    same = (columns.conversation == remark.conversation) & (columns.question == question)
    asked = select(columns.entry, columns.status).where(same, columns.at >= remark.at - _RATED_WITHIN)
    row = connection.execute(asked.order_by(columns.at.desc()).limit(1)).first()
    return (row.entry, row.status == Status.OFF_TOPIC.value) if row is not None else ("", False)


def _insert_remark(connection: Connection, remark: Remark, question: str, entry: str, group: int | None) -> None:
    row = {
        "at": remark.at,
        "day": local_date(remark.at),
        "channel": remark.channel[:_NARROW],
        "conversation": remark.conversation,
        "question": question,
        "comment": _kept(remark.comment),
        "rating": remark.rating.value,
        "entry": entry,
        "group_id": group,
    }
    connection.execute(insert(REMARKS).values(row))
    _count(connection, REMARK_DAYS, Counter([(row["day"], row["channel"], row["rating"])]))


def _count(connection: Connection, table: Table, counted: Counter[tuple[Any, ...]]) -> None:
    """Add to sums, whether they are there or not. In one order, so that two processes cannot wait for each other."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    names = [column.name for column in table.primary_key.columns]
    for key, number in sorted(counted.items(), key=repr):
        added = dialect.insert(table).values(**dict(zip(names, key, strict=True)), count=number)
        connection.execute(added.on_conflict_do_update(index_elements=names, set_={"count": table.c.count + number}))
