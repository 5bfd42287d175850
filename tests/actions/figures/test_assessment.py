"""The assessment sheet: what each bureau received in each month, and what it made of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from actions.figures.assessment import Row, assess
from actions.figures.model import Share
from actions.figures.register import Figures
from actions.figures.stints import Stint
from actions.tickets.database import Database
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import DISTRICT, NOW, OTHER, PRINCIPAL, SUPPORTING, Clock, lead

TRACK = {"track": "environmental-approval", "clause": "task-12"}
AUTHORITY = "市生态环境局"
WEDNESDAY = NOW
"""16:00 in Zhanjiang on 25 November 2026; the next day is a working day."""
TODAY = date(2026, 12, 31)


def stint(**changed: object) -> Stint:
    whole: dict[str, object] = {
        "bureau": PRINCIPAL,
        "received_at": WEDNESDAY,
        "answered_at": None,
        "first_answered_at": None,
        "closed_at": None,
        "due": None,
        "is_withdrawn": False,
    }
    return Stint(**{**whole, **changed})  # type: ignore[arg-type]


def only_row(*stints: Stint, today: date = TODAY) -> Row:
    (bureau,) = assess(2026, stints, {}, {}, today).bureaus
    assert list(bureau.months.values()) == [bureau.year]
    return bureau.year


@pytest.mark.parametrize(
    ("answered_after", "prompt"),
    [
        (timedelta(minutes=1), Share(1, 1)),
        (timedelta(hours=31, minutes=59), Share(1, 1)),  # the end of Thursday
        (timedelta(hours=32), Share(0, 1)),
    ],
    ids=str,
)
def test_an_answer_is_prompt_until_the_next_working_day_is_over(answered_after: timedelta, prompt: Share) -> None:
    assert only_row(stint(answered_at=WEDNESDAY + answered_after)).prompt == prompt


def test_a_weekend_and_a_holiday_do_not_count_against_a_bureau() -> None:
    friday = datetime(2026, 11, 27, 3, tzinfo=timezone.utc)
    assert only_row(stint(received_at=friday, answered_at=friday + timedelta(days=3))).prompt == Share(1, 1)
    before_national_day = datetime(2026, 9, 30, 3, tzinfo=timezone.utc)
    assert only_row(stint(received_at=before_national_day, answered_at=before_national_day + timedelta(days=8))).prompt == Share(1, 1)


def test_what_nobody_answered_counts_once_its_day_is_over_and_not_where_another_bureau_was_faster() -> None:
    assert only_row(stint(), today=date(2026, 11, 26)).prompt == Share(0, 0)
    assert only_row(stint(), today=date(2026, 11, 27)).prompt == Share(0, 1)
    assert only_row(stint(is_withdrawn=True)).prompt == Share(0, 0)
    assert only_row(stint(first_answered_at=WEDNESDAY)).prompt == Share(0, 0)
    assert only_row(stint(first_answered_at=WEDNESDAY + timedelta(days=2))).prompt == Share(0, 1)


def test_deadlines_count_once_they_are_over_or_the_ticket_is_closed() -> None:
    due = date(2026, 12, 10)
    in_time = stint(due=due, closed_at=datetime(2026, 12, 10, 15, 59, tzinfo=timezone.utc))
    late = stint(due=due, closed_at=datetime(2026, 12, 10, 16, 0, tzinfo=timezone.utc))
    assert only_row(in_time, late, stint(due=due), stint(), stint(due=due, is_withdrawn=True)).deadlines == Share(1, 3)
    assert only_row(in_time, stint(due=due), today=due).deadlines == Share(1, 1)


def test_the_years_row_is_counted_from_all_tickets_and_not_from_the_months() -> None:
    days = (1, 2, 10)
    months = (datetime(2026, month, 10, tzinfo=timezone.utc) for month in (3, 3, 7))
    found = [stint(received_at=month, answered_at=month + timedelta(days=day)) for month, day in zip(months, days, strict=True)]
    (bureau,) = assess(2026, found, {}, {}, TODAY).bureaus
    assert {month: row.days_to_answer for month, row in bureau.months.items()} == {3: 1.5, 7: 10}
    assert bureau.year.days_to_answer == 2
    assert bureau.year.received == 3


def test_a_year_whose_working_days_are_not_all_published_says_so() -> None:
    assert not assess(2026, (), {}, {}, TODAY).is_estimate
    assert assess(2099, (), {}, {}, TODAY).is_estimate


@pytest.fixture
def figures(database: Database, clock: Clock) -> Figures:
    return Figures(database, clock)


def row(figures: Figures, bureau: str, month: int | None = None, year: int = 2026) -> Row:
    (found,) = (each for each in figures.assessment(year, known=(PRINCIPAL, OTHER)).bureaus if each.bureau == bureau)
    return found.year if month is None else found.months[month]


def opened(tickets: Tickets, company: str, **changed: object) -> str:
    return tickets.open_ticket(lead(company=company, **changed)).ticket.number


def test_only_bureaus_that_have_to_answer_are_assessed_each_by_its_own_answers(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    number = opened(tickets, "甲")
    clock.passes(hours=6)
    tickets.comment(number, SUPPORTING, "先说一句")
    clock.passes(hours=18)
    tickets.comment(number, PRINCIPAL, "来了")
    clock.passes(hours=24)
    tickets.close(number, PRINCIPAL)
    assert row(figures, PRINCIPAL).answered == 1
    assert row(figures, PRINCIPAL).days_to_answer == pytest.approx(1)
    assert row(figures, PRINCIPAL).prompt == Share(1, 1)
    assert (row(figures, DISTRICT).received, row(figures, DISTRICT).answered, row(figures, DISTRICT).closed) == (1, 0, 1)
    assert row(figures, DISTRICT).prompt == Share(0, 0)
    assert [each.bureau for each in figures.assessment(2026).bureaus] == sorted([PRINCIPAL, DISTRICT])


def test_a_bureau_that_a_ticket_is_reassigned_to_is_measured_from_then_on(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    number = opened(tickets, "甲")
    clock.passes(hours=1)
    tickets.accept(number, PRINCIPAL)
    clock.passes(days=10)  # into December
    tickets.reassign(number, OTHER, PRINCIPAL, "属税务")
    clock.passes(hours=12)
    tickets.comment(number, OTHER, "您好")
    assert row(figures, OTHER, 12).days_to_answer == pytest.approx(0.5)
    assert (row(figures, PRINCIPAL, 12).received, row(figures, PRINCIPAL, 12).handed_on) == (0, 1)
    assert row(figures, DISTRICT, 11).received == 1


def test_what_came_back_is_answered_anew(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    number = opened(tickets, "甲")
    tickets.accept(number, PRINCIPAL)
    tickets.reassign(number, OTHER, PRINCIPAL, "试试")
    tickets.reassign(number, PRINCIPAL, OTHER, "退回")
    assert (row(figures, PRINCIPAL).received, row(figures, PRINCIPAL).answered, row(figures, PRINCIPAL).handed_on) == (1, 0, 1)
    assert (row(figures, OTHER).received, row(figures, OTHER).handed_on) == (0, 1)


def test_a_ticket_of_last_year_that_is_reassigned_this_year_is_of_this_year_for_the_new_bureau(
    figures: Figures, tickets: Tickets, clock: Clock
) -> None:
    number = opened(tickets, "甲")
    clock.passes(days=60)
    tickets.reassign(number, OTHER, PRINCIPAL, "改派")
    assert row(figures, OTHER, 1, 2027).received == 1
    assert row(figures, PRINCIPAL, 1, 2027) == Row(0, Share(0, 0), 0, 0, Share(0, 0), None, 1)
    assert [each.bureau for each in figures.assessment(2026).bureaus] == [DISTRICT]


def test_whoever_hands_on_from_a_terminal_is_no_bureau(figures: Figures, tickets: Tickets) -> None:
    tickets.reassign(opened(tickets, "甲"), OTHER, "值班人员", "改派")
    assert [each.bureau for each in figures.assessment(2026, known=(PRINCIPAL, OTHER)).bureaus] == sorted([OTHER, DISTRICT])


def test_one_bureau_sees_no_other(figures: Figures, tickets: Tickets) -> None:
    number = opened(tickets, "甲")
    tickets.reassign(number, OTHER, PRINCIPAL, "改派")
    assert [each.bureau for each in figures.assessment(2026, OTHER).bureaus] == [OTHER]
    assert [each.bureau for each in figures.assessment(2026, PRINCIPAL, (PRINCIPAL, OTHER)).bureaus] == [PRINCIPAL]
    assert figures.assessment(2026, SUPPORTING).bureaus == ()
    assert figures.assessment(2025, OTHER).bureaus == ()


def test_tickets_that_erasure_ended_are_received_and_closed_by_nobody(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    number = opened(tickets, "甲", **TRACK)
    tickets.erase(number)
    clock.passes(days=100)
    assert row(figures, AUTHORITY) == Row(1, Share(0, 0), 0, 0, Share(0, 0), None, 0)
