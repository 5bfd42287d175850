"""The audit log: in one transaction with what it tells of, in order whoever writes, and no change to it goes unnoticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from actions.officers.audit import LEAST_DAYS, AuditLog
from actions.officers.chain import BROKEN, Mark
from actions.officers.errors import AuditBroken
from actions.officers.register import Officers
from actions.officers.tables import AUDIT_ENDS, AUDIT_LOG, OFFICERS
from actions.tickets.database import Database, open_database
from actions.tickets.personal import PersonalKey, PersonalKeyError
from tests.actions.officers.samples import BUREAU, actions, add, logged
from tests.actions.tickets.samples import Clock, count_rows, everything, together

Change = Callable[[Connection], Any]


@pytest.fixture
def audit(officers: Officers) -> AuditLog:
    """A log of nine rows: three by which an officer came to be, six looks."""
    add(officers, "chen")
    while (head := officers.audit.head()) is not None and head.sequence < 9:
        officers.audit.note("chen", "person.seen", f"ZJ-{head.sequence + 1}", BUREAU, "说明")
    return officers.audit


def _change(database: Database, change: Change) -> None:
    with database.writing() as connection:
        change(connection)


def _rewrite(number: int, **values: Any) -> Change:
    return lambda connection: connection.execute(update(AUDIT_LOG).where(AUDIT_LOG.c.sequence == number).values(**values))


def _drop(*numbers: int) -> Change:
    return lambda connection: connection.execute(delete(AUDIT_LOG).where(AUDIT_LOG.c.sequence.in_(numbers)))


def _row(connection: Connection, number: int) -> dict[str, Any]:
    return dict(connection.execute(select(AUDIT_LOG).where(AUDIT_LOG.c.sequence == number)).mappings().one())


def _swap(connection: Connection) -> None:
    first, second = _row(connection, 5), _row(connection, 6)
    _drop(5, 6)(connection)
    connection.execute(insert(AUDIT_LOG), [{**second, "sequence": 5}, {**first, "sequence": 6}])


def _repeat(connection: Connection) -> None:
    connection.execute(insert(AUDIT_LOG), [{**_row(connection, 9), "sequence": 10}])


def _shorten(connection: Connection) -> None:
    """Cut the end off, and move the registered end to it."""
    _drop(8, 9)(connection)
    connection.execute(update(AUDIT_ENDS).values(head_sequence=7, head_mac=_row(connection, 7)["mac"]))


def _behead(connection: Connection) -> None:
    """Cut the beginning off, as a pruning would."""
    connection.execute(update(AUDIT_ENDS).values(anchor_sequence=3, anchor_mac=_row(connection, 3)["mac"]))
    _drop(1, 2, 3)(connection)


def _empty(connection: Connection) -> None:
    connection.execute(delete(AUDIT_LOG))
    connection.execute(delete(AUDIT_ENDS))


TAMPERINGS: dict[str, tuple[Change, int]] = {
    "an officer": (_rewrite(5, officer="huang"), 5),
    "an action": (_rewrite(5, action="signed-in"), 5),
    "a subject": (_rewrite(5, subject="ZJ-0"), 5),
    "a bureau": (_rewrite(5, bureau="市税务局"), 5),
    "a detail": (_rewrite(5, detail="另一说明"), 5),
    "a mac": (_rewrite(5, mac="0" * 64), 5),
    "what is no mac": (_rewrite(5, mac="没有"), 5),
    "the first row": (_rewrite(1, subject="huang"), 1),
    "the last row": (_rewrite(9, subject="ZJ-0"), 9),
    "words moved to the next column": (_rewrite(5, bureau=BUREAU + "说", detail="明"), 5),
    "a row removed": (_drop(5), 5),
    "the first row removed": (_drop(1), 1),
    "the last row removed": (_drop(9), 9),
    "two rows exchanged": (_swap, 5),
    "a row repeated": (_repeat, 10),
    "a row before the first": (
        lambda connection: connection.execute(insert(AUDIT_LOG), [{**_row(connection, 9), "sequence": 0}]),
        0,
    ),
    "the end cut off": (_shorten, 7),
    "the beginning cut off": (_behead, 9),
    "the registered ends removed": (lambda connection: connection.execute(delete(AUDIT_ENDS)), 1),
    "the registered end moved": (lambda connection: connection.execute(update(AUDIT_ENDS).values(head_sequence=8)), 8),
    "everything removed": (_empty, 1),
    "all rows removed": (lambda connection: connection.execute(delete(AUDIT_LOG)), 1),
}


def test_a_log_that_nobody_touched_is_whole(audit: AuditLog) -> None:
    assert audit.verify() is None
    assert audit.verify(audit.head()) is None


def test_the_time_of_a_row_cannot_be_changed(audit: AuditLog, database: Database, clock: Clock) -> None:
    _change(database, _rewrite(5, at=clock.now + timedelta(microseconds=1)))
    broken = audit.verify()
    assert broken is not None
    assert broken.sequence == 5


@pytest.mark.parametrize(("change", "sequence"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_whatever_is_changed_is_found_at_its_place(audit: AuditLog, database: Database, change: Change, sequence: int) -> None:
    _change(database, change)
    broken = audit.verify()
    assert broken is not None
    assert broken.sequence == sequence
    assert str(broken).startswith(f"第{sequence}条：")


@pytest.mark.parametrize(("change", "sequence"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_whatever_was_changed_stops_nobodys_work_and_stays_found(
    audit: AuditLog, database: Database, change: Change, sequence: int
) -> None:
    _change(database, change)
    for place in range(3):
        audit.note("chen", "person.seen", f"ZJ-{place}")
    assert audit.verify() is not None


def test_a_log_that_was_emptied_says_so_in_a_row_of_its_own(audit: AuditLog, database: Database, officers: Officers) -> None:
    _change(database, _empty)
    audit.note("chen", "person.seen", "ZJ-1")
    assert actions(officers) == [BROKEN, "person.seen"]


def test_only_a_place_that_was_noted_shows_that_an_old_copy_was_put_back(audit: AuditLog, database: Database) -> None:
    tables = (AUDIT_LOG, AUDIT_ENDS)
    copies = {table.name: everything(database)[table.name] for table in tables}
    audit.note("chen", "person.seen", "ZJ-secret")
    noted = audit.head()

    def put_back(connection: Connection) -> None:
        for table in tables:
            connection.execute(delete(table))
            connection.execute(insert(table), copies[table.name])

    _change(database, put_back)
    assert audit.verify() is None
    broken = audit.verify(noted)
    assert broken is not None
    assert broken.sequence == 10
    audit.note("chen", "person.seen", "ZJ-other")
    assert audit.verify() is None
    again = audit.verify(noted)
    assert again is not None
    assert again.sequence == 10


def test_a_place_that_was_never_there_is_told(audit: AuditLog) -> None:
    for noted in (Mark(9, "0" * 64), Mark(40, "0" * 64)):
        assert audit.verify(noted) is not None


def test_with_another_key_for_personal_information_nothing_can_be_added(audit: AuditLog, database: Database, clock: Clock) -> None:
    foreign = AuditLog(database, PersonalKey(["m" * 43 + "="]), clock)
    with pytest.raises(PersonalKeyError):
        foreign.note("chen", "person.seen")
    assert audit.verify() is None


def test_a_key_that_was_put_in_place_of_the_logs_own_is_refused(audit: AuditLog, database: Database, key: PersonalKey) -> None:
    _change(database, lambda connection: connection.execute(update(AUDIT_ENDS).values(key=key.encrypt(b'{"name": "x", "phone": "y"}'))))
    with pytest.raises(PersonalKeyError):
        audit.verify()


def test_an_empty_log_beside_no_officer_is_whole(officers: Officers) -> None:
    assert officers.audit.verify() is None
    assert officers.audit.head() is None
    assert officers.audit.verify(Mark(3, "0" * 64)) is not None


def test_what_is_undone_leaves_no_row(audit: AuditLog, database: Database) -> None:
    before = everything(database)

    def fail() -> None:
        with database.writing() as connection:
            connection.execute(update(OFFICERS).values(name="另一个"))
            audit.append(connection, "chen", "officer.changed", "chen")
            raise RuntimeError("after it")

    with pytest.raises(RuntimeError, match="after it"):
        fail()
    assert everything(database) == before


def test_of_eight_who_write_at_once_no_row_is_lost_and_none_is_out_of_place(audit: AuditLog, officers: Officers) -> None:
    def write(who: int) -> None:
        for place in range(10):
            audit.note(f"officer{who}", "person.seen", f"ZJ-{place}")

    assert together([partial(write, who) for who in range(8)]) == [None] * 8
    rows = logged(officers)
    assert [row["sequence"] for row in rows] == list(range(1, 90))
    for who in range(8):
        assert [row["subject"] for row in rows if row["officer"] == f"officer{who}"] == [f"ZJ-{place}" for place in range(10)]
    assert audit.verify() is None


def test_two_processes_write_one_log(audit: AuditLog, url: str, key: PersonalKey, clock: Clock) -> None:
    other = open_database(url)
    try:
        elsewhere = AuditLog(other, key, clock)
        together([partial(log.note, "chen", "person.seen", f"ZJ-{place}") for place in range(4) for log in (audit, elsewhere)])
        assert elsewhere.head() == audit.head()
    finally:
        other.close()
    assert audit.verify() is None


def test_the_same_look_is_noted_once_within_a_time(audit: AuditLog, officers: Officers, clock: Clock) -> None:
    def look(officer: str, subject: str) -> None:
        audit.note_once(timedelta(minutes=10), officer, "conversation.seen", subject)

    for officer, subject in (("chen", "a"), ("chen", "a"), ("chen", "b"), ("huang", "a")):
        look(officer, subject)
    clock.passes(minutes=10)
    look("chen", "a")
    seen = [(row["officer"], row["subject"]) for row in logged(officers) if row["action"] == "conversation.seen"]
    assert seen == [("chen", "a"), ("chen", "b"), ("huang", "a"), ("chen", "a")]


def test_what_cannot_be_kept_is_left_out_and_what_is_too_long_is_cut(audit: AuditLog, officers: Officers) -> None:
    audit.note("chen\0", "a" * 100, "\ud800编号", "局" * 100, "长" * 5000)
    row = logged(officers)[-1]
    assert (row["officer"], len(row["action"]), row["subject"], len(row["bureau"]), len(row["detail"])) == ("chen", 64, "编号", 64, 2000)
    assert audit.verify() is None


# Pruning.


def test_old_rows_are_dropped_and_what_is_left_stays_whole(audit: AuditLog, officers: Officers, database: Database, clock: Clock) -> None:
    noted_early = audit.head()
    clock.passes(days=LEAST_DAYS)
    for place in range(3):
        audit.note("chen", "person.seen", f"new-{place}")
    clock.passes(seconds=1)
    assert audit.prune(LEAST_DAYS) == 9
    assert [row["sequence"] for row in logged(officers)] == [10, 11, 12, 13]
    assert (actions(officers)[-1], logged(officers)[-1]["detail"]) == ("log.pruned", "1-9")
    assert audit.verify() is None
    assert audit.verify(noted_early) is None  # it was the last row that went
    assert audit.prune(LEAST_DAYS) == 0
    assert audit.verify(Mark(9, "0" * 64)) is not None
    clock.passes(days=LEAST_DAYS + 1)
    assert audit.prune(LEAST_DAYS) == 4
    assert actions(officers) == ["log.pruned"]
    assert audit.verify() is None
    _change(database, _drop(14))
    assert audit.verify() is not None


def test_nothing_is_dropped_early(audit: AuditLog, clock: Clock) -> None:
    clock.passes(days=LEAST_DAYS)
    assert audit.prune(LEAST_DAYS) == 0
    with pytest.raises(ValueError, match="184"):
        audit.prune(LEAST_DAYS - 1)


def test_there_is_nothing_to_drop_from_an_empty_log(officers: Officers) -> None:
    assert officers.audit.prune(LEAST_DAYS) == 0


@pytest.mark.parametrize(
    "name",
    ["a subject", "a row removed", "the registered ends removed", "the registered end moved", "everything removed", "two rows exchanged"],
)
def test_what_was_tampered_with_is_not_dropped(audit: AuditLog, database: Database, clock: Clock, name: str) -> None:
    _change(database, TAMPERINGS[name][0])
    clock.passes(days=LEAST_DAYS + 1)
    before = count_rows(database)
    with pytest.raises(AuditBroken):
        audit.prune(LEAST_DAYS)
    assert count_rows(database) == before
    assert audit.verify() is not None


def test_of_several_who_prune_at_once_one_does_while_others_write(audit: AuditLog, clock: Clock) -> None:
    clock.passes(days=LEAST_DAYS + 1)
    works: list[Callable[[], Any]] = [partial(audit.prune, LEAST_DAYS)] * 3
    works += [partial(audit.note, "chen", "person.seen", f"ZJ-{place}") for place in range(3)]
    outcomes = together(works)
    assert sorted(outcomes[:3]) == [0, 0, 9]
    assert audit.verify() is None
