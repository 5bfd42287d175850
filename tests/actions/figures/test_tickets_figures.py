"""Tickets, counted; each number checked against what was done by hand."""

from __future__ import annotations

from datetime import date, datetime, time, timezone

import pytest

from actions.figures.model import BureauPart, Deadlines, Share
from actions.figures.period import Period
from actions.figures.register import Figures
from actions.figures.tickets import MOST_INDUSTRIES
from actions.lead.model import Person
from actions.tickets.database import Database
from actions.tickets.model import Outcome
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import DISTRICT, OTHER, PRINCIPAL, SUPPORTING, Clock, lead

TODAY = Period(date(2026, 11, 25), date(2026, 11, 25))
TRACK = {"track": "environmental-approval", "clause": "task-12"}
AUTHORITY = "市生态环境局"


@pytest.fixture
def figures(database: Database, clock: Clock) -> Figures:
    return Figures(database, clock)


def opened(tickets: Tickets, company: str, **changed: object) -> str:
    return tickets.open_ticket(lead(company=company, **changed)).ticket.number


def at(day: date, hour: int, minute: int) -> datetime:
    """In UTC."""
    return datetime.combine(day, time(hour, minute), timezone.utc)


def test_tickets_are_counted_by_what_they_are_about(figures: Figures, tickets: Tickets) -> None:
    first = opened(tickets, "甲")
    opened(tickets, "乙", district="麻章区", industry="", channel="portal")
    opened(tickets, "丙", **TRACK)
    tickets.close(first, PRINCIPAL, outcome=Outcome.SETTLED)
    found = figures.tickets(TODAY)
    assert (found.opened, found.closed, found.closed_meanwhile, found.withdrawn) == (3, 1, 1, 0)
    assert found.by_state == (("new", 2), ("closed", 1))
    assert found.by_district == (("廉江市", 2), ("麻章区", 1))
    assert found.by_industry == (("小家电制造", 2), ("", 1))
    assert found.by_track == (("", 2), ("environmental-approval", 1))
    assert found.by_channel == (("web", 2), ("portal", 1))
    assert found.by_outcome == (("settled", 1),)


def test_a_bureau_is_counted_by_its_part_and_alone_it_sees_no_other(figures: Figures, tickets: Tickets) -> None:
    opened(tickets, "甲")
    opened(tickets, "乙", district="麻章区")
    opened(tickets, "丙", **TRACK)
    parts = {part.bureau: part for part in figures.tickets(TODAY).by_bureau}
    assert parts[PRINCIPAL] == BureauPart(PRINCIPAL, principal=2, district=0, supporting=0)
    assert parts[DISTRICT] == BureauPart(DISTRICT, principal=0, district=2, supporting=0)
    assert parts[SUPPORTING].supporting == 2
    own = figures.tickets(TODAY, DISTRICT)
    assert own.opened == 2
    assert own.by_bureau == (BureauPart(DISTRICT, 0, 2, 0),)
    assert own.by_district == (("廉江市", 2),)
    assert figures.tickets(TODAY, OTHER).opened == 0
    assert figures.tickets(TODAY, OTHER).by_bureau == ()


def test_a_lead_that_repeats_an_open_ticket_is_counted_as_a_lead_and_not_as_a_ticket(figures: Figures, tickets: Tickets) -> None:
    for _ in range(3):
        opened(tickets, "甲")
    found = figures.tickets(TODAY)
    assert (found.opened, found.repeats) == (1, 2)
    assert figures.tickets(TODAY, PRINCIPAL).repeats == 2
    assert figures.tickets(TODAY, OTHER).repeats == 0


def test_what_is_closed_in_a_period_may_have_been_opened_before(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    number = opened(tickets, "甲")
    clock.passes(days=1)
    tickets.close(number, PRINCIPAL)
    tomorrow = Period(date(2026, 11, 26), date(2026, 11, 26))
    assert (figures.tickets(TODAY).closed, figures.tickets(TODAY).closed_meanwhile) == (1, 0)
    assert (figures.tickets(tomorrow).opened, figures.tickets(tomorrow).closed_meanwhile) == (0, 1)
    assert figures.tickets(TODAY).by_outcome == (("", 1),)


def test_the_middle_and_the_ninth_tenth_of_waiting_are_those_of_what_is_known(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    numbers = [opened(tickets, f"第{place}号", person=Person("陈", f"+86138001380{place:02}")) for place in range(11)]
    for number in numbers[:10]:
        clock.passes(hours=1)
        tickets.accept(number, PRINCIPAL)
    waits = figures.tickets(TODAY).first_answer
    assert (waits.number, waits.pending) == (10, 1)
    assert waits.median == pytest.approx(5.5)
    assert waits.most == pytest.approx(9)
    assert figures.tickets(TODAY).close.median is None
    assert figures.tickets(TODAY).close.pending == 11
    tickets.close(numbers[10], PRINCIPAL)
    alone = figures.tickets(TODAY).close
    assert alone.number == 1
    assert alone.median == alone.most == pytest.approx(10)


def test_deadlines_are_kept_by_the_day_in_zhanjiang_and_missed_also_while_open(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    kept, late, still_open = (opened(tickets, name, **TRACK) for name in "甲乙丙")
    opened(tickets, "丁")
    due = tickets.standing(kept).ticket.due
    assert due is not None
    assert figures.tickets(TODAY).deadlines == Deadlines(kept=0, missed=0, ahead=3, none=1)
    clock.now = at(due, 15, 59)  # 23:59 in Zhanjiang
    tickets.close(kept, AUTHORITY)
    assert figures.tickets(TODAY).deadlines == Deadlines(kept=1, missed=0, ahead=2, none=1)
    clock.now = at(due, 16, 0)
    tickets.close(late, AUTHORITY)
    found = figures.tickets(TODAY)
    assert found.deadlines == Deadlines(kept=1, missed=2, ahead=0, none=1)
    assert found.deadlines.share == Share(1, 3)
    assert found.overdue_now == 1
    assert tickets.standing(still_open).ticket.closed_at is None


def test_overdue_tickets_are_counted_whenever_they_were_opened(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    opened(tickets, "甲", **TRACK)
    clock.passes(days=400)
    this_year = Period(date(2027, 12, 1), date(2027, 12, 31))
    assert (figures.tickets(this_year).opened, figures.tickets(this_year).overdue_now) == (0, 1)
    assert figures.tickets(this_year, OTHER).overdue_now == 0


def test_what_erasure_ended_was_closed_by_nobody_and_what_was_closed_before_stays_so(
    figures: Figures, tickets: Tickets, clock: Clock
) -> None:
    ended, closed = opened(tickets, "甲", **TRACK), opened(tickets, "乙", **TRACK)
    clock.passes(hours=2)
    tickets.close(closed, AUTHORITY, outcome=Outcome.ANSWERED)
    clock.passes(hours=1)
    for number in (ended, closed):
        tickets.erase(number)
    found = figures.tickets(TODAY)
    assert (found.opened, found.closed, found.withdrawn, found.closed_meanwhile) == (2, 1, 1, 1)
    assert found.by_outcome == (("answered", 1),)
    assert (found.close.number, found.close.pending) == (1, 0)
    assert found.close.median == pytest.approx(2)
    assert (found.first_answer.number, found.first_answer.pending) == (1, 0)
    assert found.deadlines == Deadlines(kept=1, missed=0, ahead=0, none=1)


def test_a_ticket_that_was_reopened_is_open(figures: Figures, tickets: Tickets) -> None:
    number = opened(tickets, "甲")
    tickets.close(number, PRINCIPAL, outcome=Outcome.OTHER)
    tickets.reopen(number, PRINCIPAL, "还有问题")
    found = figures.tickets(TODAY)
    assert (found.closed, found.closed_meanwhile, found.by_outcome) == (0, 0, ())
    assert found.by_state == (("reopened", 1),)
    assert found.first_answer.number == 1


def test_a_ticket_opened_at_four_in_the_afternoon_utc_is_of_the_next_day(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    clock.now = at(TODAY.last, 15, 59)
    opened(tickets, "甲")
    clock.now = at(TODAY.last, 16, 0)
    opened(tickets, "乙")
    assert figures.tickets(TODAY).opened == 1
    assert figures.tickets(Period(date(2026, 11, 26), date(2026, 11, 26))).opened == 1


def test_of_many_industries_the_most_frequent_are_listed_and_all_are_counted(figures: Figures, tickets: Tickets) -> None:
    for place in range(MOST_INDUSTRIES + 3):
        opened(tickets, f"第{place}号", industry=f"行业{place:02}", person=Person("陈", f"+86138001380{place:02}"))
    opened(tickets, "又一家", industry=f"行业{MOST_INDUSTRIES + 2:02}")
    found = figures.tickets(TODAY)
    assert found.industries == MOST_INDUSTRIES + 3
    assert len(found.by_industry) == MOST_INDUSTRIES
    assert found.by_industry[0] == (f"行业{MOST_INDUSTRIES + 2:02}", 2)
