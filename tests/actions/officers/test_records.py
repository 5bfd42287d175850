"""Rows of the audit log, found and exported."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta, timezone

import pytest

from actions.officers.audit import AuditLog
from actions.officers.records import Wanted
from actions.officers.register import Officers
from tests.actions.tickets.samples import NOW, Clock

DAYS = 5


@pytest.fixture
def audit(officers: Officers, clock: Clock) -> AuditLog:
    """Four rows a day from NOW on: at 0:00 in China, and three at 23:59."""
    for day in range(DAYS):
        clock.now = datetime(2026, 11, 25, tzinfo=timezone.utc) + timedelta(days=day) - timedelta(hours=8)
        officers.audit.note("chen", "person.seen", f"ZJ-{day}")
        clock.passes(hours=23, minutes=59)
        officers.audit.note("huang", "person.seen", f"ZJ-{day}")
        officers.audit.note("chen", "ticket.closed", "ZJ-0", "市税务局")
        officers.audit.note("huang", "ticket.closed", f"ZJ-{day}")
    return officers.audit


def _numbers(audit: AuditLog, **wanted: str | date) -> list[int]:
    return [entry.sequence for entry in audit.page(Wanted(**wanted))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, range(1, 21)),
        ({"officer": "huang", "action": "person.seen"}, [2, 6, 10, 14, 18]),
        ({"action": "ticket.closed", "subject": "ZJ-0"}, [3, 4, 7, 11, 15, 19]),
        ({"officer": "nobody"}, []),
        ({"officer": "%"}, []),
        ({"since": date(2026, 11, 28)}, range(13, 21)),
        ({"until": date(2026, 11, 26)}, range(1, 9)),
        ({"since": date(2026, 11, 26), "until": date(2026, 11, 26)}, range(5, 9)),
        ({"since": date(2026, 11, 26), "until": date(2026, 11, 27), "officer": "chen"}, [5, 7, 9, 11]),
        ({"since": date(2026, 12, 25)}, []),
        ({"until": date(2025, 1, 1)}, []),
        ({"since": date.min, "until": date.max}, range(1, 21)),
        ({"since": date.max, "until": date.min}, []),
    ],
)
def test_rows_are_found_by_officer_action_subject_and_days_in_china(
    audit: AuditLog, wanted: dict[str, str | date], numbers: list[int]
) -> None:
    assert _numbers(audit, **wanted) == sorted(numbers, reverse=True)
    exported = [json.loads(line)["sequence"] for line in "".join(audit.export(Wanted(**wanted))).splitlines()]  # type: ignore[arg-type]
    assert exported == sorted(numbers)


def test_pages_follow_each_other_without_a_gap(audit: AuditLog) -> None:
    seen: list[int] = []
    before: int | None = None
    while rows := audit.page(Wanted(officer="chen"), before, 3):
        seen += [entry.sequence for entry in rows]
        before = seen[-1]
    assert seen == [number for number in range(20, 0, -1) if number % 2]


def test_a_row_whose_clock_was_wrong_is_found_on_the_day_that_it_says(audit: AuditLog, clock: Clock) -> None:
    clock.passes(hours=-20)
    audit.note("chen", "person.seen", "late")
    assert _numbers(audit, since=date(2026, 11, 29), until=date(2026, 11, 29)) == [21, 20, 19, 18, 17]
    clock.passes(hours=-4)
    audit.note("chen", "person.seen", "later still")
    assert 22 in _numbers(audit, since=date(2026, 11, 28), until=date(2026, 11, 28))


def test_a_table_opens_in_excel_and_nothing_in_it_is_calculated(officers: Officers) -> None:
    officers.audit.note("chen", "person.seen", '=HYPERLINK("https://evil.example")', "市税务局", '逗号, 引号" 和\n换行')
    text = "".join(officers.audit.export(form="csv"))
    assert text.startswith("\ufeff序号,时间,账号,操作,对象,单位,说明,校验码\r\n")
    row = list(csv.reader(io.StringIO(text)))[1]
    assert row[0] == "1"
    assert row[1] == NOW.isoformat()
    assert row[4] == '\'=HYPERLINK("https://evil.example")'
    assert row[6] == '逗号, 引号" 和\n换行'


def test_an_export_holds_each_row_once_however_many_pieces_it_takes(officers: Officers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actions.officers.records._BATCH", 4)
    for place in range(8):
        officers.audit.note("chen", "person.seen", f"ZJ-{place}")
    pieces = list(officers.audit.export())
    assert [piece.count("\n") for piece in pieces] == [4, 4]
    assert [json.loads(line)["sequence"] for line in "".join(pieces).splitlines()] == list(range(1, 9))
