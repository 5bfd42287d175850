"""Tickets of a period, counted by the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, literal_column, not_, or_, select
from sqlalchemy.engine import Connection

from actions.figures.dialect import Dialect
from actions.figures.model import BureauPart, Deadlines, TicketFigures, Waits
from actions.figures.period import Period
from actions.routing import Role
from actions.tickets.model import EventKind, State
from actions.tickets.tables import TICKET_BUREAUS, TICKET_EVENTS, TICKETS

MOST_INDUSTRIES = 20
"""How many are listed."""
IS_WITHDRAWN = and_(TICKETS.c.erased_at.isnot(None), TICKETS.c.closed_at >= TICKETS.c.erased_at)
"""Whether erasure ended the ticket. One that a bureau had closed keeps that earlier moment."""


def ticket_figures(connection: Connection, period: Period, bureau: str, today: date) -> TicketFigures:
    """Of the tickets in which a bureau takes part, in whatever role; of all where none is named."""
    return _Counting(connection, period, bureau, today).figures()


class _Counting:
    def __init__(self, connection: Connection, period: Period, bureau: str, today: date) -> None:
        self._connection = connection
        self._dialect = Dialect(connection)
        self._period = period
        self._bureau = bureau
        self._today = today
        own = select(TICKET_BUREAUS.c.ticket_id).where(TICKET_BUREAUS.c.bureau == bureau)
        self._theirs: tuple[Any, ...] = (TICKETS.c.id.in_(own),) if bureau else ()
        self._opened = (*self._theirs, TICKETS.c.opened_at >= period.begins, TICKETS.c.opened_at < period.ends)

    def figures(self) -> TicketFigures:
        groups = self._groups()

        def by(name: str, is_closed: bool = False) -> tuple[tuple[str, int], ...]:
            counted: Counter[str] = Counter()
            for group in groups:
                counted[str(group[name])] += int(group["closed" if is_closed else "opened"])
            return _most_first(+counted)

        sums = {name: sum(int(group[name]) for group in groups) for name in _SUMS}
        by_industry = self._industries()
        return TicketFigures(
            opened=sums["opened"],
            repeats=self._repeats(),
            closed_meanwhile=self._number(
                TICKETS.c.closed_at >= self._period.begins, TICKETS.c.closed_at < self._period.ends, not_(IS_WITHDRAWN)
            ),
            overdue_now=self._number(TICKETS.c.state != State.CLOSED.value, self._is_late()),
            closed=sums["closed"],
            withdrawn=sums["withdrawn"],
            by_state=by("state"),
            by_bureau=self._by_bureau(),
            by_industry=by_industry[:MOST_INDUSTRIES],
            industries=len(by_industry),
            by_district=by("district"),
            by_track=by("track"),
            by_channel=by("channel"),
            by_outcome=by("outcome", is_closed=True),
            first_answer=self._waits(TICKETS.c.first_answered_at, sums["answered"], sums["unanswered"]),
            close=self._waits(TICKETS.c.closed_at, sums["closed"], sums["opened"] - sums["closed"] - sums["withdrawn"], not_(IS_WITHDRAWN)),
            deadlines=Deadlines(
                sums["kept"], sums["missed"], sums["ahead"], sums["opened"] - sums["kept"] - sums["missed"] - sums["ahead"]
            ),
        )

    def _groups(self) -> Sequence[Mapping[str, Any]]:
        """All that has few values, counted together: one way through the tickets instead of one for each."""
        is_closed = and_(TICKETS.c.closed_at.isnot(None), not_(IS_WITHDRAWN))
        is_dated = and_(TICKETS.c.due.isnot(None), not_(IS_WITHDRAWN))
        is_open = TICKETS.c.closed_at.is_(None)
        is_in_time = self._dialect.is_by(TICKETS.c.closed_at, TICKETS.c.due)
        conditions = {
            "answered": TICKETS.c.first_answered_at.isnot(None),
            "unanswered": and_(TICKETS.c.first_answered_at.is_(None), not_(IS_WITHDRAWN)),
            "closed": is_closed,
            "withdrawn": IS_WITHDRAWN,
            "kept": and_(is_dated, is_closed, is_in_time),
            "missed": and_(is_dated, or_(and_(is_closed, not_(is_in_time)), and_(is_open, self._is_late()))),
            "ahead": and_(is_dated, is_open, not_(self._is_late())),
        }
        sums = [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in conditions.items()]
        outcome = func.coalesce(TICKETS.c.outcome, literal_column("''")).label("outcome")
        columns = [TICKETS.c.state, TICKETS.c.district, TICKETS.c.track, TICKETS.c.channel, outcome]
        counted = select(*columns, func.count().label("opened"), *sums).where(*self._opened).group_by(*columns)
        return list(self._connection.execute(counted).mappings())

    def _is_late(self) -> Any:
        return TICKETS.c.due < self._today

    def _number(self, *conditions: Any) -> int:
        """Whenever they were opened."""
        return int(self._connection.execute(select(func.count()).select_from(TICKETS).where(*self._theirs, *conditions)).scalar_one())

    def _industries(self) -> tuple[tuple[str, int], ...]:
        counted = select(TICKETS.c.industry, func.count()).where(*self._opened).group_by(TICKETS.c.industry)
        return _most_first({name: int(number) for name, number in self._connection.execute(counted)})

    def _by_bureau(self) -> tuple[BureauPart, ...]:
        counted = select(TICKET_BUREAUS.c.bureau, TICKET_BUREAUS.c.role, func.count()).select_from(TICKETS.join(TICKET_BUREAUS))
        counted = counted.where(*self._opened).group_by(TICKET_BUREAUS.c.bureau, TICKET_BUREAUS.c.role)
        if self._bureau:  # what the others have to do with its tickets is theirs
            counted = counted.where(TICKET_BUREAUS.c.bureau == self._bureau)
        found: dict[str, dict[str, int]] = {}
        for bureau, role, number in self._connection.execute(counted):
            found.setdefault(bureau, {})[Role(role).value] = int(number)
        parts = [BureauPart(bureau, *(numbers.get(role.value, 0) for role in Role)) for bureau, numbers in found.items()]
        return tuple(sorted(parts, key=lambda part: (-part.principal, -part.total, part.bureau)))

    def _repeats(self) -> int:
        events = TICKET_EVENTS.c
        counted = select(func.count()).where(
            events.kind == EventKind.REPEATED.value, events.at >= self._period.begins, events.at < self._period.ends
        )
        if self._bureau:
            counted = counted.where(events.ticket_id.in_(select(TICKET_BUREAUS.c.ticket_id).where(TICKET_BUREAUS.c.bureau == self._bureau)))
        return int(self._connection.execute(counted).scalar_one())

    def _waits(self, until: Any, number: int, pending: int, *conditions: Any) -> Waits:
        seconds = self._dialect.seconds(TICKETS.c.opened_at, until).label("seconds")
        place = func.row_number().over(order_by=seconds).label("place")
        ranked = select(seconds, place).where(*self._opened, until.isnot(None), *conditions).subquery()
        middle, last = sorted({(number + 1) // 2, number // 2 + 1}), -(-9 * number // 10)
        wanted = select(ranked.c.place, ranked.c.seconds).where(ranked.c.place.in_([*middle, last]))
        found = {int(row[0]): float(row[1]) / 3600 for row in self._connection.execute(wanted)} if number else {}
        if not found:
            return Waits(number, pending, None, None)
        return Waits(number, pending, sum(found[each] for each in middle) / len(middle), found[last])


_SUMS = ("opened", "answered", "unanswered", "closed", "withdrawn", "kept", "missed", "ahead")


def _most_first(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
