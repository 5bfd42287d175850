"""Figures: each checked against what was done by hand, on both databases."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import openpyxl
import pytest

from actions.figures.model import PERIODS, Period, named_period
from actions.figures.register import Figures
from actions.figures.sheets import Sheet, as_csv, as_xlsx
from actions.questions import Asked, Rating, Remark, Status
from actions.questions.register import Questions
from actions.tickets.database import Database
from actions.tickets.model import Outcome
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import OTHER, PRINCIPAL, Clock, lead

TODAY = Period(date(2026, 11, 25), date(2026, 11, 25))
TRACK = {"track": "environmental-approval", "clause": "task-12"}


@pytest.fixture
def figures(database: Database, clock: Clock) -> Figures:
    return Figures(database, clock)


def test_questions_are_counted_by_status_day_clause_channel_and_entry(figures: Figures, database: Database, clock: Clock) -> None:
    questions = Questions(database)
    for status, clause, entry, channel, number in (
        (Status.ANSWERED, "task-09", "land", "web", 3),
        (Status.UNSURE, "task-08", "loan", "wechat", 2),
        (Status.ABSTAINED, "", "land", "web", 4),
        (Status.OFF_TOPIC, "", "", "web", 1),
    ):
        questions.record([Asked(clock(), "m", channel, "x", status, clause, entry)] * number)
    questions.remark(Remark(clock(), "m", "web", "x", Rating.UP))
    clock.passes(days=1)
    questions.record([Asked(clock(), "m", "web", "x", Status.ANSWERED, "task-09", "land")])
    found = figures.questions(TODAY)
    assert found.by_status == {"abstained": 4, "answered": 3, "unsure": 2, "off_topic": 1}
    assert found.by_day == {date(2026, 11, 25): (5, 5)}
    assert found.by_clause == {"task-09": 3, "task-08": 2}
    assert found.by_channel == {"web": 8, "wechat": 2}
    assert found.most_told == (("land", 7), ("loan", 2))
    assert (found.total, found.up, found.down) == (10, 1, 0)
    assert figures.questions(Period(date(2026, 11, 25), date(2026, 11, 26))).total == 11
    assert figures.questions(Period(date(2025, 1, 1), date(2025, 1, 1))).by_day == {}


def test_tickets_are_counted_by_what_they_are_about_and_by_bureau(figures: Figures, tickets: Tickets) -> None:
    first = tickets.open_ticket(lead(company="甲")).ticket.number
    tickets.open_ticket(lead(company="乙", district="麻章区", industry=""))
    tickets.open_ticket(lead(company="丙", **TRACK))
    tickets.close(first, PRINCIPAL, outcome=Outcome.SETTLED)
    found = figures.tickets(TODAY)
    assert (found.opened, found.closed) == (3, 1)
    assert found.by_state == {"new": 2, "closed": 1}
    assert found.by_bureau[PRINCIPAL] == 2
    assert found.by_district == {"廉江市": 2, "麻章区": 1}
    assert found.by_industry == {"小家电制造": 2, "": 1}
    assert found.by_track == {"": 2, "environmental-approval": 1}
    assert found.by_outcome == {"settled": 1}
    assert figures.tickets(TODAY, PRINCIPAL).opened == 2
    assert figures.tickets(TODAY, OTHER).opened == 0


def test_times_are_medians_and_ninths_of_what_is_known(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    numbers = [tickets.open_ticket(lead(company=f"第{place}号")).ticket.number for place in range(11)]
    for number in numbers[:10]:
        clock.passes(hours=1)
        tickets.accept(number, PRINCIPAL)
    times = figures.tickets(TODAY).first_answer
    assert times.number == 10
    assert times.median == pytest.approx(5, abs=1)
    assert times.most == pytest.approx(9)
    assert figures.tickets(TODAY).close.median is None


def test_deadlines_are_kept_by_the_day_in_zhanjiang_and_missed_also_while_open(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    kept, late, open_, free = [tickets.open_ticket(lead(company=name, **TRACK)).ticket.number for name in "甲乙丙"] + [
        tickets.open_ticket(lead(company="丁")).ticket.number
    ]
    due = tickets.standing(kept).ticket.due
    assert due is not None
    bureau = tickets.standing(kept).ticket.route.assignments[0].bureau
    # 23:59 in Zhanjiang of that day is still in time, though it is 15:59 in UTC.
    clock.now = clock.now.replace(year=due.year, month=due.month, day=due.day, hour=15, minute=59)
    tickets.close(kept, bureau)
    assert (figures.tickets(TODAY).kept, figures.tickets(TODAY).missed) == (1, 0)
    clock.passes(minutes=2)
    tickets.close(late, bureau)
    assert (figures.tickets(TODAY).kept, figures.tickets(TODAY).missed) == (1, 2)
    assert tickets.standing(open_).ticket.closed_at is None
    assert tickets.standing(free).ticket.due is None


def test_a_ticket_opened_after_four_in_the_afternoon_utc_is_of_the_next_day(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=16)
    tickets.open_ticket(lead())
    assert figures.tickets(TODAY).opened == 0
    assert figures.tickets(Period(date(2026, 11, 26), date(2026, 11, 26))).opened == 1


def test_the_assessment_has_a_row_for_each_principal_bureau_and_month(figures: Figures, tickets: Tickets, clock: Clock) -> None:
    for place in range(3):
        number = tickets.open_ticket(lead(company=f"第{place}号")).ticket.number
        clock.passes(hours=2)
        tickets.accept(number, PRINCIPAL)
    clock.passes(days=10)
    other = tickets.open_ticket(lead(company="下月")).ticket.number
    tickets.close(other, PRINCIPAL)
    rows = [row for row in figures.assessment(2026) if row.bureau == PRINCIPAL]
    assert [(row.month, row.received, row.answered, row.closed) for row in rows] == [("2026-11", 3, 3, 0), ("2026-12", 1, 1, 1)]
    assert rows[0].first_answer_hours == pytest.approx(2)
    assert figures.assessment(2026, OTHER) == ()
    assert figures.assessment(2025) == ()


@pytest.mark.parametrize("name", PERIODS)
def test_a_named_period_is_whole_and_not_in_the_future(name: str) -> None:
    for day in (date(2026, 1, 1), date(2024, 2, 29), date(2026, 3, 31), date(2026, 12, 31)):
        period = named_period(name, day)
        assert period.first <= period.last <= day
        assert period.first.day == 1
        assert period.last == day or (period.last + timedelta(days=1)).day == 1


SHEET = Sheet("x", "表", ("名称", "数"), (("=HYPERLINK(1)", 3), ('他说"好",\n', 1.5), ("@a", None), ("-1", 0), ("http://example.org", 2)))


def test_a_csv_opens_in_a_spreadsheet_with_no_cell_that_is_a_formula() -> None:
    body = as_csv(SHEET)
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["名称", "数"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", '他说"好",\n', "'@a", "'-1", "http://example.org"]


def test_an_xlsx_has_numbers_as_numbers_and_texts_as_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([SHEET, Sheet("y", "空表", ("名称",), ())])))
    assert book.sheetnames == ["表", "空表"]
    cells = list(book["表"].iter_rows(values_only=True))
    assert cells[1:3] == [("=HYPERLINK(1)", 3), ('他说"好",\n', 1.5)]
    assert book["表"]["A2"].data_type == "s"
    assert book["表"]["A6"].hyperlink is None
