"""The list of tickets: filters, search, deadlines, paging, counts; and who looks at what."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from actions.delivery import outbox
from actions.officers.audit import AuditLog
from actions.routing import Role
from actions.tickets.database import Database
from actions.tickets.model import AtDesk, EventKind, NoSuchBureau, Outcome, State, TicketMoved, TransitionRefused
from actions.tickets.personal import PersonalKey
from actions.tickets.presence import GONE_AFTER, Presences
from actions.tickets.queue import Filter, Order, Page, Queue
from actions.tickets.register import Tickets
from actions.tickets.tables import TICKETS
from tests.actions.tickets.samples import (
    COMPANY,
    DISTRICT,
    NAME,
    OTHER,
    PHONE,
    PRINCIPAL,
    SUPPORTING,
    VALIDATOR,
    Clock,
    count_rows,
    lead,
    together,
    told,
    values,
)


@pytest.fixture
def queue(database: Database, clock: Clock) -> Queue:
    return Queue(database, clock)


def _open(tickets: Tickets, place: int = 0, **changed: Any) -> str:
    return tickets.open_ticket(lead(**{"company": f"第{place}号企业", **changed})).ticket.number


def _numbers(page: Page) -> list[str]:
    return [line.number for line in page.lines]


def test_a_line_says_what_an_officer_needs_and_nothing_about_the_person(queue: Queue, tickets: Tickets) -> None:
    number = _open(tickets, company=COMPANY, need="要" * 200)
    (line,) = queue.page(Filter(bureau=SUPPORTING)).lines
    assert (line.number, line.state, line.company, line.bureau, line.role) == (number, State.NEW, COMPANY, PRINCIPAL, Role.SUPPORTING)
    assert line.need == "要" * 79 + "…"
    assert NAME not in repr(line)
    assert PHONE not in repr(line)


def test_a_bureau_sees_the_tickets_that_name_it_and_no_others(queue: Queue, tickets: Tickets) -> None:
    number = _open(tickets)
    for bureau in (PRINCIPAL, DISTRICT, SUPPORTING):
        assert _numbers(queue.page(Filter(bureau=bureau))) == [number]
    assert queue.page(Filter(bureau=OTHER)).lines == ()
    tickets.reassign(number, OTHER, "陈", "归税务")
    assert _numbers(queue.page(Filter(bureau=OTHER))) == [number]
    assert queue.page(Filter(bureau=PRINCIPAL)).lines == ()


@pytest.mark.parametrize("order", list(Order), ids=lambda order: order.value)
@pytest.mark.parametrize("bureau", ["", PRINCIPAL])
def test_pages_follow_each_other_without_gap_or_repeat_while_new_tickets_come(
    queue: Queue, tickets: Tickets, clock: Clock, order: Order, bureau: str
) -> None:
    numbers = []
    for place in range(7):
        track = {"track": "environmental-approval", "clause": "task-12"} if place % 2 and not bureau else {}
        numbers.append(_open(tickets, place, **track))
        clock.passes(days=1)
    found, after = [], ""
    for _ in range(4):
        page = queue.page(Filter(bureau=bureau), order, after, limit=2)
        found += _numbers(page)
        after = page.next
        if not found[2:]:
            _open(tickets, 99)
    assert after == ""
    expected = sorted(numbers, key=numbers.index, reverse=True) if order is Order.NEWEST else found[: len(numbers)]
    assert [number for number in found if number in numbers] == expected
    assert len(set(found)) == len(found)
    assert set(numbers) <= set(found)


def test_by_deadline_the_earliest_comes_first_and_those_without_one_last(queue: Queue, tickets: Tickets, clock: Clock) -> None:
    without = _open(tickets, 1)
    clock.passes(days=3)
    later = _open(tickets, 2, track="environmental-approval", clause="task-12")
    clock.passes(days=-2)
    sooner = _open(tickets, 3, track="environmental-approval", clause="task-12")
    assert _numbers(queue.page(Filter(), Order.DUE)) == [sooner, later, without]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("晨曦", True),
        ("小家电有限", True),
        ("50亩工业", True),
        ("廉江", True),
        ("小家电制造", True),
        ("查无", False),
        ("%", False),
        ("_", False),
        ("\\", False),
        ("'", False),
        (NAME, False),
        ("13800138000", False),
    ],
)
def test_the_search_finds_any_part_of_company_need_industry_and_district_and_never_a_person(
    queue: Queue, tickets: Tickets, text: str, is_found: bool
) -> None:
    _open(tickets, company=COMPANY)
    assert bool(queue.page(Filter(text=text)).lines) == is_found


def test_a_number_is_found_by_its_end_in_either_case_and_width(queue: Queue, tickets: Tickets) -> None:
    number = _open(tickets)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number[-5:])
    for text in (number[-5:].lower(), wide, number):
        assert _numbers(queue.page(Filter(text=text))) == [number]


def test_every_word_must_be_found_and_latin_letters_count_in_either_case(queue: Queue, tickets: Tickets) -> None:
    number = _open(tickets, company="TCL华瑞照明Led有限公司")
    for text in ("华瑞 50亩", "50亩　廉江  华瑞", "tcl", "LED有限", "lEd 照明"):
        assert _numbers(queue.page(Filter(text=text))) == [number], text
    for text in ("华瑞 60亩", "华瑞50亩", "oled"):
        assert queue.page(Filter(text=text)).lines == (), text


def test_state_track_clause_district_and_days_narrow_the_list(queue: Queue, tickets: Tickets, clock: Clock) -> None:
    plain = _open(tickets, 1)
    clock.passes(days=2)
    tracked = _open(tickets, 2, track="environmental-approval", clause="task-12", district="麻章区")
    tickets.close(plain, PRINCIPAL, outcome=Outcome.SETTLED)
    today = clock().date()
    for wanted, expected in (
        (Filter(states=frozenset({State.CLOSED})), [plain]),
        (Filter(states=frozenset({State.NEW, State.CLOSED})), [tracked, plain]),
        (Filter(track="environmental-approval"), [tracked]),
        (Filter(clause="task-09"), [plain]),
        (Filter(district="麻章区"), [tracked]),
        (Filter(opened_from=today), [tracked]),
        (Filter(opened_to=today - timedelta(days=1)), [plain]),
        (Filter(opened_from=date(2000, 1, 1), opened_to=date(2000, 1, 2)), []),
    ):
        assert _numbers(queue.page(wanted)) == expected, wanted
    assert queue.districts() == ("廉江市", "麻章区")
    assert tickets.standing(plain).ticket.outcome is Outcome.SETTLED


def test_a_ticket_is_overdue_from_the_day_after_its_last_deadline_until_it_is_closed(queue: Queue, tickets: Tickets, clock: Clock) -> None:
    number = _open(tickets, track="environmental-approval", clause="task-12")
    due = tickets.standing(number).ticket.due
    assert due is not None
    bureau = tickets.standing(number).ticket.route.assignments[0].bureau
    clock.passes(days=(due - clock().date()).days)
    assert (queue.counts(bureau).overdue, queue.counts(bureau).due_soon) == (0, 1)
    assert queue.page(Filter(is_overdue=True)).lines == ()
    clock.passes(days=1)
    assert (queue.counts(bureau).overdue, queue.counts(bureau).due_soon) == (1, 0)
    assert [line.is_overdue for line in queue.page(Filter(is_overdue=True)).lines] == [True]
    tickets.close(number, bureau)
    assert queue.counts(bureau).overdue == 0
    assert queue.counts(OTHER).by_state[State.CLOSED] == 0
    assert queue.counts().by_state[State.CLOSED] == 1


def test_the_principal_in_a_line_is_the_first_of_the_route(queue: Queue, tickets: Tickets) -> None:
    for clause in ("task-01", "task-05", "task-08", "task-11", "task-15"):
        number = _open(tickets, clause=clause, bureau="")
        route = tickets.standing(number).ticket.route
        (line,) = queue.page(Filter(clause=clause)).lines
        assert line.bureau == route.bureaus(Role.PRINCIPAL)[0]


def test_a_ticket_is_undelivered_while_a_bureau_has_not_been_told(queue: Queue, tickets: Tickets, database: Database, clock: Clock) -> None:
    _open(tickets)

    def is_undelivered() -> bool:
        return queue.page(Filter()).lines[0].is_undelivered

    def claimed() -> outbox.Claimed:
        with database.writing() as connection:
            return outbox.claim(connection, clock(), timedelta(minutes=1), 1)[0]

    assert not is_undelivered()
    failed = claimed()
    tickets.give_up(failed, 500, "HTTP 500")
    assert is_undelivered()
    with database.writing() as connection:
        outbox.resend(connection, [failed.webhook_id], clock())
    assert not is_undelivered()
    held = claimed()
    tickets.hold(held, 410, "HTTP 410")
    assert is_undelivered()
    with database.writing() as connection:
        outbox.enable_endpoint(connection, held.bureau, clock())
    assert not is_undelivered()


def test_a_place_that_is_none_begins_at_the_first_page(queue: Queue, tickets: Tickets) -> None:
    number = _open(tickets)
    typed = ["x", "Wzk5XQ", "W10", "bnVsbA", "🙂", "A" * 9]
    written = ('["2026-11-25",Infinity]', f'["2026-11-25",{10**30}]', '["2026-11-25",-1]', '["2026-11-25",true]', "[" * 50_000)
    for after in (*typed, *(base64.urlsafe_b64encode(text.encode()).decode().rstrip("=") for text in written)):
        for order in Order:
            assert _numbers(queue.page(Filter(), order, after)) == [number]


def test_the_latest_change_changes_with_every_event(queue: Queue, tickets: Tickets) -> None:
    seen = {queue.latest_change()}
    number = _open(tickets)
    seen.add(queue.latest_change())
    tickets.note(number, "陈", "已电话联系")
    seen.add(queue.latest_change())
    assert len(seen) == 3


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_an_event_that_comes_into_sight_after_a_later_one_changes_it_too(queue: Queue, tickets: Tickets, database: Database) -> None:
    first, second = _open(tickets, 1), _open(tickets, 2)
    seen = [queue.latest_change()]

    def meanwhile(connection: object) -> None:
        tickets.note(second, "陈", "后开始，先完成")
        seen.append(queue.latest_change())

    tickets.note(first, "陈", "先开始，后完成", AtDesk(meanwhile))
    assert len({*seen, queue.latest_change()}) == 3


def test_a_note_is_in_the_history_and_goes_to_no_bureau(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    number = _open(tickets)
    before = told(database, key, number)
    ticket = tickets.note(number, "陈霞", "企业资金可能有问题")
    assert tickets.standing(number).events[-1].kind is EventKind.NOTED
    assert told(database, key, number) == before
    assert ticket.state is State.NEW
    tickets.erase(number)
    assert not any("企业资金可能有问题" in value for value in values(database, key))


def test_a_bureau_that_is_added_is_told_and_sees_the_ticket_once(
    queue: Queue, tickets: Tickets, database: Database, key: PersonalKey
) -> None:
    number = _open(tickets)
    tickets.enlist(number, OTHER, PRINCIPAL, "涉及税收")
    tickets.enlist(number, OTHER, PRINCIPAL, "又一次")
    (added,) = [delivery for delivery in told(database, key, number) if delivery.bureau == OTHER]
    assert (added.type, added.payload and added.payload["type"]) == ("ticket.opened", "ticket.opened")
    assert added.payload is not None
    VALIDATOR.validate(added.payload)
    assert (added.payload["data"]["contact"], added.payload["data"]["change"]) == (None, None)
    assert added.payload["data"]["to"] == {"bureau": OTHER, "role": "supporting", "reason": "涉及税收"}
    updated = [delivery for delivery in told(database, key, number) if delivery.type == "ticket.updated"]
    assert [delivery.bureau for delivery in updated] == [DISTRICT, SUPPORTING]
    for delivery in updated:
        assert delivery.payload is not None
        VALIDATOR.validate(delivery.payload)
        assert delivery.payload["data"]["change"] == {"kind": "enlisted", "text": f"请{OTHER}配合：涉及税收", "by": PRINCIPAL}
    assert _numbers(queue.page(Filter(bureau=OTHER))) == [number]
    with pytest.raises(NoSuchBureau):
        tickets.enlist(number, "火星局", PRINCIPAL, "")


def test_a_step_is_ticked_once_and_can_be_taken_back_until_the_ticket_is_closed(tickets: Tickets) -> None:
    number = _open(tickets, track="environmental-approval", clause="task-12")
    tickets.tick(number, "受理", "陈", is_done=True)
    tickets.tick(number, "受理", "陈", is_done=True)
    assert tickets.steps(number) == {"受理"}
    tickets.tick(number, "受理", "陈", is_done=False)
    assert tickets.steps(number) == frozenset()
    kinds = [event.kind for event in tickets.standing(number).events]
    assert kinds == [EventKind.OPENED, EventKind.STEP_DONE, EventKind.STEP_UNDONE]
    tickets.close(number, tickets.standing(number).ticket.route.assignments[0].bureau)
    with pytest.raises(TransitionRefused):
        tickets.tick(number, "受理", "陈", is_done=True)


def test_what_an_officer_does_and_its_record_are_kept_together_or_not_at_all(
    tickets: Tickets, database: Database, key: PersonalKey
) -> None:
    audit = AuditLog(database, key)
    number = _open(tickets)
    seen = tickets.standing(number).ticket.sequence
    tickets.note(number, "陈", "一", AtDesk(lambda connection: audit.append(connection, "chen", "noted", number), seen))
    assert audit.head() is not None

    def failing(connection: object) -> None:
        raise RuntimeError("no record")

    with pytest.raises(RuntimeError):
        tickets.comment(number, PRINCIPAL, "答复", at_desk=AtDesk(failing))
    standing = tickets.standing(number)
    assert (len(standing.events), standing.replies) == (2, ())


def test_an_officer_who_saw_an_older_state_changes_nothing(tickets: Tickets, database: Database, key: PersonalKey) -> None:
    audit = AuditLog(database, key)
    number = _open(tickets)
    stale = AtDesk(lambda connection: audit.append(connection, "chen", "any", number), tickets.standing(number).ticket.sequence)
    tickets.accept(number, PRINCIPAL)
    for work in (
        lambda: tickets.note(number, "陈", "x", stale),
        lambda: tickets.comment(number, PRINCIPAL, "x", at_desk=stale),
        lambda: tickets.close(number, PRINCIPAL, "x", at_desk=stale),
        lambda: tickets.reassign(number, OTHER, "陈", "x", stale),
        lambda: tickets.enlist(number, OTHER, "陈", "x", stale),
        lambda: tickets.tick(number, "x", "陈", True, stale),
        lambda: tickets.erase(number, "陈", stale),
    ):
        with pytest.raises(TicketMoved):
            work()
    assert [event.kind for event in tickets.standing(number).events] == [EventKind.OPENED, EventKind.ACCEPTED]
    assert audit.head() is None


def test_whoever_looks_at_a_ticket_is_seen_by_the_others_until_they_are_gone(database: Database, clock: Clock) -> None:
    presences = Presences(database, clock)
    presences.look("ZJ-1", "chen", "陈霞", PRINCIPAL)
    presences.look("ZJ-1", "li", "李明", OTHER)
    presences.look("ZJ-2", "wang", "王海", OTHER)
    assert [present.name for present in presences.others("ZJ-1", "chen")] == ["李明"]
    clock.now += GONE_AFTER / 2
    presences.look("ZJ-1", "li", "李明", OTHER)
    clock.now += GONE_AFTER / 2 + timedelta(seconds=1)
    assert [present.login for present in presences.others("ZJ-1", "wang")] == ["li"]
    presences.leave("ZJ-1", "li")
    assert presences.others("ZJ-1", "wang") == ()


def test_an_officer_with_two_windows_is_one_and_windows_that_open_at_once_all_can(database: Database, clock: Clock) -> None:
    presences = Presences(database, clock)
    assert not [found for found in together([partial(presences.look, "ZJ-1", "chen", "陈霞", PRINCIPAL)] * 8) if found is not None]
    assert [present.login for present in presences.others("ZJ-1", "li")] == ["chen"]
    clock.passes(days=2)
    presences.look("ZJ-2", "li", "李明", OTHER)
    assert count_rows(database)["presences"] == 1


def test_the_first_answer_of_a_bureau_is_kept_and_later_ones_do_not_move_it(tickets: Tickets, database: Database, clock: Clock) -> None:
    number = _open(tickets)
    tickets.note(number, "陈", "x")
    clock.passes(hours=3)
    tickets.accept(number, PRINCIPAL)
    first = clock()
    clock.passes(hours=3)
    tickets.close(number, PRINCIPAL)
    with database.reading() as connection:
        assert connection.execute(select(TICKETS.c.first_answered_at)).scalar_one() == first
