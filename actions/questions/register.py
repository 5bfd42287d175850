"""The register of questions: what was asked with its sums in one transaction, and what officers decide about groups of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from actions.office.workdays import local_date
from actions.questions.likeness import Likeness
from actions.questions.masking import masked
from actions.questions.model import Asked, Group, GroupState, NoSuchGroup, Rating, Remark, Status
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, QUESTION_GROUPS, QUESTIONS, REMARK_DAYS, REMARKS
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.rows import storable

MOST_CHARACTERS = 1000
COMES_BACK_AFTER = 3
"""A group of which an entry was made is open again once so many of it were not answered since."""
_GROUPED = frozenset({Status.ABSTAINED, Status.UNSURE, Status.OFF_TOPIC})


class Questions:
    """Blocking; `record` and `remark` belong to one thread, the rest to all. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, likeness: Likeness | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        """Without `likeness` nothing is grouped."""
        self._database = database
        self._likeness = likeness
        self._clock = clock
        self._learnt = 0

    # What enquirers do.

    def record(self, questions: Sequence[Asked]) -> None:
        """Keep questions, masked, with their sums and groups."""
        if not questions:
            return
        kept = [replace(asked, question=_kept(asked.question)) for asked in questions]
        grouped = [asked for asked in kept if asked.status in _GROUPED]
        # What takes long comes before the transaction: nobody must wait for it.
        vectors = self._vectors([asked.question for asked in grouped])
        with self._database.writing() as connection:
            self._learn(connection)
            groups = {
                id(asked): self._group(connection, asked.question, vector, asked.at, asked.entry, asked.status is Status.OFF_TOPIC, 0)
                for asked, vector in zip(grouped, vectors, strict=False)
            }
            rows = [{**_question_row(asked), "group_id": groups.get(id(asked))} for asked in kept]
            connection.execute(insert(QUESTIONS), rows)
            _count(connection, QUESTION_DAYS, Counter((row["day"], row["channel"], row["clause"], row["status"]) for row in rows))
            _count(connection, ENTRY_DAYS, Counter((row["day"], row["entry"]) for row in rows if row["entry"]))

    def remark(self, remark: Remark) -> None:
        """Keep a thumb, masked, with its sums; a thumb down is grouped with what was not answered."""
        question = _kept(remark.question)
        is_down = remark.rating is Rating.DOWN
        vectors = self._vectors([question]) if is_down else ()
        with self._database.writing() as connection:
            self._learn(connection)
            same = (QUESTIONS.c.conversation == remark.conversation) & (QUESTIONS.c.question == question)
            entry = connection.execute(select(QUESTIONS.c.entry).where(same).order_by(QUESTIONS.c.id.desc()).limit(1)).scalar() or ""
            group = self._group(connection, question, vectors[0], remark.at, entry, False, 1) if len(vectors) else None
            row = {
                "at": remark.at,
                "day": local_date(remark.at),
                "channel": remark.channel,
                "conversation": remark.conversation,
                "question": question,
                "comment": _kept(remark.comment),
                "rating": remark.rating.value,
                "group_id": group,
            }
            connection.execute(insert(REMARKS).values(row))
            _count(connection, REMARK_DAYS, Counter([(row["day"], row["channel"], row["rating"])]))

    # What officers do.

    def decide(
        self, group_id: int, state: GroupState, by: str, bureau: str = "", record: Callable[[Connection], object] = lambda connection: None
    ) -> None:
        """What is to become of a group; `record` writes it into the audit log. Raises NoSuchGroup."""
        decided = {"state": state.value, "bureau": bureau, "decided_by": by, "decided_at": self._clock(), "since": 0}
        with self._database.writing() as connection:
            if not connection.execute(update(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id == group_id).values(**decided)).rowcount:
                raise NoSuchGroup(group_id)
            record(connection)

    # What is read.

    def group(self, group_id: int) -> Group:
        """Raises NoSuchGroup."""
        with self._database.reading() as connection:
            row = connection.execute(select(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id == group_id)).mappings().first()
        if row is None:
            raise NoSuchGroup(group_id)
        return _read_group(row)

    def groups(
        self,
        states: Sequence[GroupState],
        is_off_topic: bool | None = None,
        has_down: bool = False,
        since: datetime | None = None,
        limit: int = 50,
    ) -> tuple[Group, ...]:
        """The largest ones; those that anything was added to since a moment."""
        wanted = select(QUESTION_GROUPS).where(QUESTION_GROUPS.c.state.in_([state.value for state in states]))
        if is_off_topic is not None:
            wanted = wanted.where(QUESTION_GROUPS.c.is_off_topic == int(is_off_topic))
        if has_down:
            wanted = wanted.where(QUESTION_GROUPS.c.down > 0)
        if since is not None:
            wanted = wanted.where(QUESTION_GROUPS.c.last_at >= since)
        first = QUESTION_GROUPS.c.down if has_down else QUESTION_GROUPS.c.count
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(first.desc(), QUESTION_GROUPS.c.id.desc()).limit(limit)).mappings().all()
        return tuple(map(_read_group, rows))

    def wordings(self, group_id: int, limit: int = 20) -> tuple[Mapping[str, Any], ...]:
        """The latest questions of a group (day, channel, question, score), and thumbs down with what was said to them (comment)."""
        asked = select(QUESTIONS.c.at, QUESTIONS.c.day, QUESTIONS.c.channel, QUESTIONS.c.question, QUESTIONS.c.score)
        rated = select(REMARKS.c.at, REMARKS.c.day, REMARKS.c.channel, REMARKS.c.question, REMARKS.c.comment)
        with self._database.reading() as connection:
            rows = [
                *connection.execute(asked.where(QUESTIONS.c.group_id == group_id).order_by(QUESTIONS.c.id.desc()).limit(limit)).mappings(),
                *connection.execute(rated.where(REMARKS.c.group_id == group_id).order_by(REMARKS.c.id.desc()).limit(limit)).mappings(),
            ]
        found = [{"score": None, "comment": "", **row} for row in rows]
        return tuple(sorted(found, key=lambda row: row["at"], reverse=True)[:limit])

    def latest(self, days: int, limit: int) -> tuple[str, ...]:
        """Different questions of the last days, the most frequent first."""
        since = self._clock() - timedelta(days=days)
        counted = select(QUESTIONS.c.question).where(QUESTIONS.c.at >= since).group_by(QUESTIONS.c.question)
        with self._database.reading() as connection:
            return tuple(connection.execute(counted.order_by(func.count().desc(), QUESTIONS.c.question).limit(limit)).scalars())

    # Time passes.

    def drop_before(self, moment: datetime) -> int:
        """Forget the words of older questions, remarks and groups; how many there were. Sums stay."""
        with self._database.writing() as connection:
            dropped = sum(connection.execute(delete(table).where(table.c.at < moment)).rowcount for table in (QUESTIONS, REMARKS))
            connection.execute(delete(QUESTION_GROUPS).where(QUESTION_GROUPS.c.last_at < moment))
        return int(dropped)

    # The steps that these are made of.

    def _vectors(self, texts: Sequence[str]) -> Any:
        return self._likeness.vectors(texts) if self._likeness and texts else ()

    def _learn(self, connection: Connection) -> None:
        """The groups that were made since: by other processes, or before this one began."""
        if self._likeness is None:
            return
        wanted = select(QUESTION_GROUPS.c.id, QUESTION_GROUPS.c.wording, QUESTION_GROUPS.c.nearest).where(
            QUESTION_GROUPS.c.id > self._learnt
        )
        rows = connection.execute(wanted.order_by(QUESTION_GROUPS.c.id)).all()
        if rows:
            vectors = self._likeness.vectors([row.wording for row in rows])
            self._likeness.learn([row.id for row in rows], [row.nearest for row in rows], vectors)
            self._learnt = rows[-1].id

    def _group(self, connection: Connection, question: str, vector: Any, at: datetime, entry: str, is_off_topic: bool, down: int) -> int:
        """The group that a question belongs to, with the question counted; a new one where none is near."""
        assert self._likeness is not None
        near = self._likeness.nearest(vector, entry)
        if near is not None:
            row = connection.execute(select(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id == near)).mappings().first()
            if row is not None:
                connection.execute(update(QUESTION_GROUPS).where(QUESTION_GROUPS.c.id == near).values(**_one_more(row, at, entry, down)))
                return near
        values = {
            "wording": question,
            "is_off_topic": int(is_off_topic),
            "count": 1 - down,
            "down": down,
            "first_at": at,
            "last_at": at,
            "state": GroupState.OPEN.value,
            "bureau": "",
            "nearest": entry,
            "decided_by": "",
            "since": 0,
        }
        (made,) = connection.execute(insert(QUESTION_GROUPS).values(values)).inserted_primary_key
        self._likeness.learn([made], [entry], vector.reshape(1, -1))
        self._learnt = max(self._learnt, made)
        return int(made)


def _one_more(row: Any, at: datetime, entry: str, down: int) -> dict[str, Any]:
    since = row["since"] + (row["decided_at"] is not None)
    comes_back = row["state"] == GroupState.ENTRY.value and since >= COMES_BACK_AFTER
    return {
        "count": row["count"] + 1 - down,
        "down": row["down"] + down,
        "last_at": max(at, row["last_at"]),
        "nearest": entry or row["nearest"],
        "since": since,
        "state": GroupState.OPEN.value if comes_back else row["state"],
    }


def _kept(text: str) -> str:
    return storable(masked(text))[:MOST_CHARACTERS]


def _question_row(asked: Asked) -> dict[str, Any]:
    return {
        "at": asked.at,
        "day": local_date(asked.at),
        "channel": asked.channel,
        "conversation": asked.conversation,
        "question": asked.question,
        "clause": asked.clause,
        "entry": asked.entry,
        "status": asked.status.value,
        "score": asked.score,
    }


def _count(connection: Connection, table: Table, counted: Counter[tuple[Any, ...]]) -> None:
    """Add to sums, whether they are there or not. In one order, so that two processes cannot wait for each other."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    names = [column.name for column in table.primary_key.columns]
    for key, number in sorted(counted.items(), key=repr):
        added = dialect.insert(table).values(**dict(zip(names, key, strict=True)), count=number)
        connection.execute(added.on_conflict_do_update(index_elements=names, set_={"count": table.c.count + number}))


def _read_group(row: Any) -> Group:
    return Group(
        id=row["id"],
        wording=row["wording"],
        count=row["count"],
        down=row["down"],
        first_at=row["first_at"],
        last_at=row["last_at"],
        state=GroupState(row["state"]),
        bureau=row["bureau"],
        nearest=row["nearest"],
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        since=row["since"],
    )
