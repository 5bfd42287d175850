"""Puts a question into the group of its like, or begins one. Several processes do so beside each other, one transaction at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import case, func, insert, literal, select, update
from sqlalchemy.engine import Connection

from actions.questions.likeness import Known, Likeness, Vectors
from actions.questions.model import GroupState, Status
from actions.questions.tables import QUESTION_GROUPS, QUESTIONS
from actions.tickets.database import Database
from actions.tickets.tables import UtcDateTime

COMES_BACK_AFTER = 3
"""A group of which an entry was made is open again once so many of it were not answered since."""
_LOCK = 0x7A6A7175
"""Key of PostgreSQL's advisory lock that lets one transaction group at a time."""
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Groupable:
    """A question to be grouped."""

    at: datetime
    question: str
    """Masked."""
    entry: str
    is_off_topic: bool
    is_down: bool = False
    """It is a thumb down, not a question."""


class Grouping:
    """The groups as this process knows them. For one thread."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness
        self._seen = 0
        """The newest group's id. Groups come in the order of their ids, as one transaction makes them at a time."""

    def prepare(self, database: Database, texts: Sequence[str]) -> Vectors:
        """What takes long, before the transaction that others wait for: learn the groups made by others, read the texts."""
        while True:
            with database.reading() as connection:
                if self._learn(connection) < _AT_ONCE:
                    break
        return self._likeness.vectors(texts)

    @contextmanager
    def undone_on_failure(self) -> Iterator[None]:
        """Around a transaction: groups that it has not kept after all are not known either."""
        seen, number = self._seen, self._likeness.number
        try:
            yield
        except BaseException:
            self._seen = seen
            self._likeness.cut(number)
            raise

    def begin(self, connection: Connection) -> None:
        """First of all in a transaction that groups."""
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        while self._learn(connection) == _AT_ONCE:
            pass

    def place(self, connection: Connection, asked: Groupable, vector: npt.NDArray[np.float32]) -> int:
        """The id of its group, which has counted it."""
        while (near := self._likeness.nearest(vector, asked.entry, asked.is_off_topic)) is not None:
            changes = {
                "count": QUESTION_GROUPS.c.count + int(not asked.is_down),
                "down": QUESTION_GROUPS.c.down + int(asked.is_down),
                "last_at": case((QUESTION_GROUPS.c.last_at < asked.at, literal(asked.at, UtcDateTime)), else_=QUESTION_GROUPS.c.last_at),
                **({"nearest": asked.entry} if asked.entry else {}),
            }
            if connection.execute(update(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id == near).values(changes)).rowcount:
                return near
            self._likeness.forget(near)  # it has been forgotten in time
        values = {
            "wording": asked.question,
            "is_off_topic": asked.is_off_topic,
            "count": int(not asked.is_down),
            "down": int(asked.is_down),
            "first_at": asked.at,
            "last_at": asked.at,
            "state": GroupState.OPEN.value,
            "bureau": "",
            "nearest": asked.entry,
            "decided_by": "",
        }
        (made,) = connection.execute(insert(QUESTION_GROUPS).values(values)).inserted_primary_key
        self._likeness.forget(made)  # SQLite may give the id of a forgotten group again
        self._likeness.learn([Known(made, asked.entry, asked.is_off_topic)], vector.reshape(1, -1))
        self._seen = max(self._seen, made)
        return int(made)

    def _learn(self, connection: Connection) -> int:
        """The next groups made by other processes, or before this one began; how many there were."""
        columns = (QUESTION_GROUPS.c.id, QUESTION_GROUPS.c.wording, QUESTION_GROUPS.c.nearest, QUESTION_GROUPS.c.is_off_topic)
        listed = select(*columns).where(QUESTION_GROUPS.c.id > self._seen).order_by(QUESTION_GROUPS.c.id).limit(_AT_ONCE)
        rows = connection.execute(listed).all()
        if rows:
            known = [Known(row.id, row.nearest, row.is_off_topic) for row in rows]
            self._likeness.learn(known, self._likeness.vectors([row.wording for row in rows]))
            self._seen = rows[-1].id
        return len(rows)


def bring_back(connection: Connection, groups: Collection[int]) -> None:
    """Open those again, of the given ones, whose entry has not helped. After their questions were kept."""
    since = select(func.count()).where(
        QUESTIONS.c.group_id == QUESTION_GROUPS.c.id,
        QUESTIONS.c.at > QUESTION_GROUPS.c.decided_at,
        QUESTIONS.c.status == Status.ABSTAINED.value,
    )
    did_not_help = (QUESTION_GROUPS.c.state == GroupState.ENTRY.value) & (since.scalar_subquery() >= COMES_BACK_AFTER)
    came_back = update(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id.in_(sorted(groups)), did_not_help)
    connection.execute(came_back.values(state=GroupState.OPEN.value))
