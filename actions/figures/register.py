"""Reads figures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from actions.figures.assessment import Assessment, assess
from actions.figures.model import QuestionFigures, TicketFigures
from actions.figures.period import Period, year_of
from actions.figures.questions import question_figures, satisfaction_by_month
from actions.figures.stints import handed_on, stints
from actions.figures.tickets import ticket_figures
from actions.office.workdays import local_date
from actions.tickets.database import Database
from actions.tickets.history import utc_now


class Figures:
    """Blocking; safe to use from several threads. Every method may raise DatabaseUnavailable."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def questions(self, period: Period) -> QuestionFigures:
        """What was asked, of all bureaus."""
        with self._database.reading() as connection:
            return question_figures(connection, period)

    def tickets(self, period: Period, bureau: str = "") -> TicketFigures:
        """Tickets opened in the period in which a bureau takes part; all where none is named."""
        with self._database.reading() as connection:
            return ticket_figures(connection, period, bureau, local_date(self._clock()))

    def assessment(self, year: int, bureau: str = "", known: Collection[str] = ()) -> Assessment:
        """The sheet of a year, for one bureau or for all. `known`: names of bureaus, see `assess`."""
        period = year_of(year)
        with self._database.reading() as connection:
            given = handed_on(connection, period, bureau)
            rated = {month: share for (_, month), share in satisfaction_by_month(connection, period).items()}
            return assess(year, stints(connection, period, bureau), given, rated, local_date(self._clock()), known)
