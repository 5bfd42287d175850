"""Reads figures. Questions come from daily sums only, so that it does not matter how many there were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.engine import Connection

from actions.figures.dialect import Dialect
from actions.figures.model import AssessmentRow, Period, QuestionFigures, TicketFigures, Times
from actions.office.workdays import local_date
from actions.questions.tables import ENTRY_DAYS, QUESTION_DAYS, REMARK_DAYS
from actions.routing import Role
from actions.tickets.database import Database
from actions.tickets.history import utc_now
from actions.tickets.model import State
from actions.tickets.tables import TICKET_BUREAUS, TICKETS

_AHEAD = timedelta(hours=8)
_MOST_TOLD = 15
_ANSWERED = ("answered", "unsure")


class Figures:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def questions(self, period: Period) -> QuestionFigures:
        """What was asked, of all bureaus: a question belongs to none."""
        within = and_(QUESTION_DAYS.c.day >= period.first, QUESTION_DAYS.c.day <= period.last)
        number = func.sum(QUESTION_DAYS.c.count)
        is_answered = QUESTION_DAYS.c.status.in_(_ANSWERED)
        answered = func.sum(case((is_answered, QUESTION_DAYS.c.count), else_=0))
        told = select(ENTRY_DAYS.c.entry, func.sum(ENTRY_DAYS.c.count).label("number"))
        told = told.where(ENTRY_DAYS.c.day >= period.first, ENTRY_DAYS.c.day <= period.last).group_by(ENTRY_DAYS.c.entry)
        rated = select(REMARK_DAYS.c.rating, func.sum(REMARK_DAYS.c.count))
        rated = rated.where(REMARK_DAYS.c.day >= period.first, REMARK_DAYS.c.day <= period.last).group_by(REMARK_DAYS.c.rating)
        with self._database.reading() as connection:
            days = connection.execute(select(QUESTION_DAYS.c.day, answered, number).where(within).group_by(QUESTION_DAYS.c.day))
            by_day = {row[0]: (int(row[1]), int(row[2]) - int(row[1])) for row in days}
            ratings = _counts(connection, rated)
            return QuestionFigures(
                by_status=_counts(connection, select(QUESTION_DAYS.c.status, number).where(within).group_by(QUESTION_DAYS.c.status)),
                by_day=dict(sorted(by_day.items())),
                by_clause=_counts(
                    connection, select(QUESTION_DAYS.c.clause, number).where(within, is_answered).group_by(QUESTION_DAYS.c.clause)
                ),
                by_channel=_counts(connection, select(QUESTION_DAYS.c.channel, number).where(within).group_by(QUESTION_DAYS.c.channel)),
                most_told=tuple(
                    (row[0], int(row[1]))
                    for row in connection.execute(told.order_by(func.sum(ENTRY_DAYS.c.count).desc(), ENTRY_DAYS.c.entry).limit(_MOST_TOLD))
                ),
                up=ratings.get("up", 0),
                down=ratings.get("down", 0),
            )

    def tickets(self, period: Period, bureau: str = "") -> TicketFigures:
        """Tickets opened in the period, of one bureau's or of all."""
        within = _opened_in(period, bureau)
        with self._database.reading() as connection:
            dialect = Dialect(connection)
            kept, missed = _deadlines(dialect, local_date(self._clock()))
            sums = connection.execute(select(func.count(), func.sum(kept), func.sum(missed)).where(*within)).one()

            def by(column: Any, *conditions: Any) -> dict[str, int]:
                return _counts(connection, select(column, func.count()).where(*within, *conditions).group_by(column))

            principal = select(TICKET_BUREAUS.c.bureau, func.count()).select_from(TICKETS.join(TICKET_BUREAUS))
            principal = principal.where(*within, TICKET_BUREAUS.c.role == Role.PRINCIPAL.value).group_by(TICKET_BUREAUS.c.bureau)
            return TicketFigures(
                opened=int(sums[0]),
                by_state=by(TICKETS.c.state),
                by_bureau=_counts(connection, principal),
                by_industry=by(TICKETS.c.industry),
                by_district=by(TICKETS.c.district),
                by_track=by(TICKETS.c.track),
                by_outcome=by(func.coalesce(TICKETS.c.outcome, ""), TICKETS.c.state == State.CLOSED.value),
                first_answer=_times(connection, dialect.hours(TICKETS.c.opened_at, TICKETS.c.first_answered_at), within),
                close=_times(connection, dialect.hours(TICKETS.c.opened_at, TICKETS.c.closed_at), within),
                kept=int(sums[1] or 0),
                missed=int(sums[2] or 0),
            )

    def assessment(self, year: int, bureau: str = "") -> tuple[AssessmentRow, ...]:
        """Each principal bureau in each month of a year, by bureau and month."""
        within = _opened_in(Period(date(year, 1, 1), date(year, 12, 31)), "")
        with self._database.reading() as connection:
            dialect = Dialect(connection)
            kept, missed = _deadlines(dialect, local_date(self._clock()))
            month = dialect.month(TICKETS.c.opened_at).label("month")
            listed = select(
                TICKET_BUREAUS.c.bureau,
                month,
                func.count(),
                func.count(TICKETS.c.first_answered_at),
                func.sum(case((TICKETS.c.state == State.CLOSED.value, 1), else_=0)),
                func.avg(dialect.hours(TICKETS.c.opened_at, TICKETS.c.first_answered_at)),
                func.sum(kept),
                func.sum(missed),
            ).select_from(TICKETS.join(TICKET_BUREAUS))
            listed = listed.where(*within, TICKET_BUREAUS.c.role == Role.PRINCIPAL.value)
            if bureau:
                listed = listed.where(TICKET_BUREAUS.c.bureau == bureau)
            # By place: PostgreSQL takes an expression with parameters for another one when it stands there twice.
            rows = connection.execute(listed.group_by(TICKET_BUREAUS.c.bureau, "month").order_by(TICKET_BUREAUS.c.bureau, "month")).all()
        return tuple(
            AssessmentRow(r[0], r[1], int(r[2]), int(r[3]), int(r[4]), None if r[5] is None else float(r[5]), int(r[6]), int(r[7]))
            for r in rows
        )


def _opened_in(period: Period, bureau: str) -> list[Any]:
    found: list[Any] = [TICKETS.c.opened_at >= _begins(period.first), TICKETS.c.opened_at < _begins(period.last + timedelta(days=1))]
    if bureau:
        found.append(TICKETS.c.id.in_(select(TICKET_BUREAUS.c.ticket_id).where(TICKET_BUREAUS.c.bureau == bureau)))
    return found


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc) - _AHEAD


def _deadlines(dialect: Dialect, today: date) -> tuple[Any, Any]:
    """1 for each ticket whose deadline was kept, and was missed."""
    is_closed = TICKETS.c.closed_at.isnot(None)
    closed, due = dialect.day(TICKETS.c.closed_at), dialect.date(TICKETS.c.due)
    kept = and_(TICKETS.c.due.isnot(None), is_closed, closed <= due)
    late = or_(and_(is_closed, closed > due), and_(~is_closed, due < today.isoformat()))
    return case((kept, 1), else_=0), case((and_(TICKETS.c.due.isnot(None), late), 1), else_=0)


def _times(connection: Connection, hours: Any, within: list[Any]) -> Times:
    known = [*within, hours.isnot(None)]
    number = int(connection.execute(select(func.count()).where(*known)).scalar_one())

    def at(share: float) -> float | None:
        # The value that so many are not above: two short looks along the sorted values, in either database.
        place = max(0, min(number - 1, round(share * (number - 1))))
        found = connection.execute(select(hours).where(*known).order_by(hours).offset(place).limit(1)).scalar()
        return None if found is None else float(found)

    return Times(number, at(0.5), at(0.9))


def _counts(connection: Connection, counted: Any) -> dict[str, int]:
    """By number, the largest first."""
    rows = [(str(row[0]), int(row[1])) for row in connection.execute(counted)]
    return dict(sorted(rows, key=lambda row: (-row[1], row[0])))
