"""What is said of a deadline."""

from __future__ import annotations

from datetime import date

import pytest

from actions.tickets.model import State
from desk.pages.tickets.deadline import Deadline, deadline

WEDNESDAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (None, Deadline("tickets.due.none", "mute")),
        (date(2026, 11, 22), Deadline("tickets.due.late", "late", 3)),
        (date(2026, 11, 24), Deadline("tickets.due.late", "late", 1)),
        (date(2026, 11, 25), Deadline("tickets.due.today", "warn")),
        (date(2026, 11, 27), Deadline("tickets.due.workdays", "warn", 2)),
        (date(2026, 11, 30), Deadline("tickets.due.workdays", "ok", 3)),
        (date(2027, 3, 1), Deadline("tickets.due.far", "ok")),
    ],
)
def test_an_open_tickets_deadline_is_told_in_days_late_or_working_days_left(due: date | None, said: Deadline) -> None:
    assert deadline(due, State.ASSIGNED, WEDNESDAY) == said


def test_working_days_leave_out_the_spring_festival() -> None:
    """The holidays of 2026 are 15 to 23 February; 14 and 28 February are worked for them."""
    assert deadline(date(2026, 2, 24), State.NEW, date(2026, 2, 13)) == Deadline("tickets.due.workdays", "warn", 2)


@pytest.mark.parametrize(
    ("due", "closed_on", "said"),
    [
        (WEDNESDAY, WEDNESDAY, Deadline("tickets.due.closed-in-time", "ok")),
        (WEDNESDAY, date(2026, 11, 28), Deadline("tickets.due.closed-late", "warn", 3)),
        (WEDNESDAY, None, Deadline("tickets.due.closed", "mute")),
        (None, WEDNESDAY, Deadline("tickets.due.none", "mute")),
    ],
)
def test_a_closed_ticket_is_never_late_any_more(due: date | None, closed_on: date | None, said: Deadline) -> None:
    assert deadline(due, State.CLOSED, date(2027, 1, 1), closed_on) == said
