"""Groups of what was not answered, for officers: found by period, read, and decided upon."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, false, func, literal, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Select

from actions.office.workdays import local_date
from actions.questions.model import DecidedMeanwhile, Group, GroupState, NoSuchGroup, Rating, Status, Wording
from actions.questions.tables import QUESTION_GROUPS, QUESTIONS, REMARKS
from actions.tickets.database import Database
from actions.tickets.history import utc_now

PAGE = 50
_G = QUESTION_GROUPS.c


class Tab(Enum):
    """What officers look through."""

    OPEN = "open"
    """Not answered, or not surely."""
    DOWN = "down"
    """Answered to somebody's dislike."""
    OFF_TOPIC = "off-topic"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Listed:
    """A group with how much of it falls into a period."""

    group: Group
    count: int
    down: int


class QuestionGroups:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def one(self, group_id: int) -> Group:
        """Raises NoSuchGroup."""
        with self._database.reading() as connection:
            return _one(connection, group_id)

    def page(self, tab: Tab, days: int | None = None, skip: int = 0) -> tuple[Listed, ...]:
        """The largest ones of the last days, or of all time, after so many; of the decided ones the latest. PAGE + 1 at most."""
        count, down, source = self._counted(days)
        first = {Tab.DECIDED: _G.decided_at, Tab.DOWN: down}.get(tab, count)
        listed = select(QUESTION_GROUPS, count.label("recent"), down.label("recent_down")).select_from(source)
        listed = listed.where(self._conditions(days, count, down)[tab]).order_by(first.desc(), _G.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(listed.offset(skip).limit(PAGE + 1)).mappings().all()
        return tuple(Listed(_group(row), row["recent"], row["recent_down"]) for row in rows)

    def numbers(self, days: int | None = None) -> Mapping[Tab, int]:
        """How many groups each tab has."""
        count, down, source = self._counted(days)
        columns = [func.count().filter(condition).label(tab.value) for tab, condition in self._conditions(days, count, down).items()]
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).select_from(source)).one()
        return dict(zip(Tab, map(int, row), strict=True))

    def version(self) -> str:
        """Another one whenever something was added to a group, or a group was decided upon or opened again."""
        newest = (select(func.max(table.c.id)).where(table.c.group_id.isnot(None)).scalar_subquery() for table in (QUESTIONS, REMARKS))
        is_open = _G.state == GroupState.OPEN.value
        number = select(func.count()).select_from(QUESTION_GROUPS).where(is_open).scalar_subquery()
        with self._database.reading() as connection:
            return "-".join(str(value or 0) for value in connection.execute(select(*newest, number)).one())

    def wordings(self, group_id: int, limit: int = 20) -> tuple[Wording, ...]:
        """The latest questions and thumbs down of a group."""
        with self._database.reading() as connection:
            asked = connection.execute(_latest(select(QUESTIONS), QUESTIONS.c, group_id, limit)).all()
            rated = connection.execute(_latest(select(REMARKS), REMARKS.c, group_id, limit)).all()
        found = [Wording(row.at, row.channel, row.question, Status(row.status), row.score, "") for row in asked]
        found += [Wording(row.at, row.channel, row.question, None, None, row.comment) for row in rated]
        return tuple(sorted(found, key=lambda wording: wording.at, reverse=True)[:limit])

    def since_decided(self, group: Group) -> int:
        """How many of its questions came after the decision."""
        if group.decided_at is None:
            return 0
        later = select(func.count()).where(QUESTIONS.c.group_id == group.id, QUESTIONS.c.at > group.decided_at)
        with self._database.reading() as connection:
            return int(connection.execute(later).scalar_one())

    def decide(
        self,
        group_id: int,
        state: GroupState,
        by: str,
        bureau: str = "",
        seen: GroupState | None = None,
        record: Callable[[Connection], object] = lambda connection: None,
    ) -> None:
        """What is to become of a group; OPEN takes a decision back.

        `bureau`: who would know, for SILENT. `seen`: the state that the officer's page showed. `record` writes it into the audit log.
        Raises NoSuchGroup; DecidedMeanwhile where the state is another than was seen.
        """
        is_decided = state is not GroupState.OPEN
        values = {"bureau": bureau, "decided_by": by if is_decided else "", "decided_at": self._clock() if is_decided else None}
        with self._database.writing() as connection:
            as_seen = update(QUESTION_GROUPS).where(_G.id == group_id, _G.state == seen.value if seen else _G.id == group_id)
            if not connection.execute(as_seen.values(state=state.value, **values)).rowcount:
                _one(connection, group_id)
                raise DecidedMeanwhile(group_id)
            record(connection)

    def _counted(self, days: int | None) -> tuple[Any, Any, Any]:
        """How many questions and thumbs of each group, and what these columns are taken from."""
        if days is None:
            return _G.count, _G.down, QUESTION_GROUPS
        first = self._first_day(days)
        asked = _by_group(QUESTIONS.c, QUESTIONS.c.day >= first)
        rated = _by_group(REMARKS.c, (REMARKS.c.day >= first) & (REMARKS.c.rating == Rating.DOWN.value))
        joined = QUESTION_GROUPS.outerjoin(asked, asked.c.group_id == _G.id).outerjoin(rated, rated.c.group_id == _G.id)
        return func.coalesce(asked.c.number, 0), func.coalesce(rated.c.number, 0), joined

    def _conditions(self, days: int | None, count: Any, down: Any) -> Mapping[Tab, Any]:
        is_open = _G.state == GroupState.OPEN.value
        was_decided_then = literal(True) if days is None else _G.decided_at >= self._clock() - timedelta(days=days)
        return {
            Tab.OPEN: and_(is_open, _G.is_off_topic == false(), count > 0),
            Tab.DOWN: and_(is_open, down > 0),
            Tab.OFF_TOPIC: and_(is_open, _G.is_off_topic != false(), count > 0),
            Tab.DECIDED: and_(~is_open, or_(count > 0, down > 0, was_decided_then)),
        }

    def _first_day(self, days: int) -> date:
        return local_date(self._clock()) - timedelta(days=days - 1)


def _by_group(columns: Any, condition: Any) -> Any:
    number = select(columns.group_id, func.count().label("number")).where(condition, columns.group_id.isnot(None))
    return number.group_by(columns.group_id).subquery()


def _latest(listed: Select, columns: Any, group_id: int, limit: int) -> Select:
    return listed.where(columns.group_id == group_id).order_by(columns.at.desc()).limit(limit)


def _one(connection: Connection, group_id: int) -> Group:
    row = connection.execute(select(QUESTION_GROUPS).where(_G.id == group_id)).mappings().first()
    if row is None:
        raise NoSuchGroup(group_id)
    return _group(row)


def _group(row: Any) -> Group:
    named = {column.name: row[column.name] for column in QUESTION_GROUPS.columns}
    return Group(**{**named, "state": GroupState(named["state"])})
