"""The register of officers: adding, changing, disabling, resetting, and the first start."""

from __future__ import annotations

from functools import partial

import pytest

from actions.officers.errors import BadCredentials, LastAdministrator, LoginTaken, NoSuchOfficer, NotAnOfficer
from actions.officers.lockout import MOST_OF_LOGIN
from actions.officers.model import Officer, Role
from actions.officers.register import FIRST_LOGIN, Officers
from actions.tickets.database import Database
from tests.actions.officers.samples import BUREAU, BY, OTHER_BUREAU, actions, add, logged, sign_in
from tests.actions.tickets.samples import count_rows, everything, together


def test_the_first_start_makes_one_administrator_with_a_one_time_password(officers: Officers) -> None:
    once = officers.ensure_administrator()
    assert once is not None
    signed_in = sign_in(officers, FIRST_LOGIN, once)
    assert (signed_in.officer.role, signed_in.officer.bureau, signed_in.officer.must_change_password) == (Role.ADMINISTRATOR, "", True)
    assert officers.ensure_administrator() is None
    assert len(officers.everyone()) == 1


def test_where_there_is_anybody_no_administrator_is_made(officers: Officers) -> None:
    add(officers, "chen")
    officers.disable("chen", BY)
    assert officers.ensure_administrator() is None
    assert [officer.login for officer in officers.everyone()] == ["chen"]


def test_of_processes_that_start_at_once_one_makes_the_administrator(officers: Officers) -> None:
    made = [once for once in together([officers.ensure_administrator] * 4) if once is not None]
    assert len(made) == 1, made
    sign_in(officers, FIRST_LOGIN, made[0])
    assert actions(officers).count("officer.added") == 1
    assert officers.audit.verify() is None


def test_officers_are_found_by_login_and_listed_by_bureau(officers: Officers) -> None:
    for login, bureau in (("chen", OTHER_BUREAU), ("bai", BUREAU), ("an", OTHER_BUREAU)):
        officers.add(login, "名字", bureau, Role.OFFICER, BY)
    officers.disable("an", BY)
    assert officers.find(" CHEN") == Officer(officers.find("chen").id, "chen", "名字", OTHER_BUREAU, Role.OFFICER, True, True, False)
    assert [(officer.login, officer.is_active) for officer in officers.everyone()] == [("an", False), ("chen", True), ("bai", True)]


@pytest.mark.parametrize(
    ("login", "name", "bureau", "role"),
    [
        ("", "陈", BUREAU, Role.OFFICER),
        ("c", "陈", BUREAU, Role.OFFICER),
        ("2chen", "陈", BUREAU, Role.OFFICER),
        ("chen xiao", "陈", BUREAU, Role.OFFICER),
        ("陈", "陈", BUREAU, Role.OFFICER),
        ("c" * 33, "陈", BUREAU, Role.OFFICER),
        ("chen\nx", "陈", BUREAU, Role.OFFICER),
        ("system", "陈", BUREAU, Role.OFFICER),
        ("Terminal", "陈", BUREAU, Role.OFFICER),
        ("chen", " \0", BUREAU, Role.OFFICER),
        ("chen", "陈" * 65, BUREAU, Role.OFFICER),
        ("chen", "陈", "", Role.OFFICER),
        ("chen", "陈", " ", Role.SUPERVISOR),
        ("chen", "陈", "局" * 65, Role.ADMINISTRATOR),
    ],
    ids=ascii,
)
def test_who_cannot_be_an_officer_is_not_kept(
    officers: Officers, database: Database, login: str, name: str, bureau: str, role: Role
) -> None:
    with pytest.raises(NotAnOfficer):
        officers.add(login, name, bureau, role, BY)
    assert not any(count_rows(database).values())


def test_a_login_is_never_given_twice(officers: Officers, database: Database) -> None:
    add(officers, "chen")
    officers.disable("chen", BY)
    before = everything(database)
    with pytest.raises(LoginTaken):
        officers.add("Chen", "另一人", BUREAU, Role.OFFICER, BY)
    assert everything(database) == before


def test_of_several_who_add_one_login_at_once_one_succeeds(officers: Officers) -> None:
    outcomes = together([partial(officers.add, "chen", f"第{turn}人", BUREAU, Role.OFFICER, BY) for turn in range(4)])
    assert [type(outcome) for outcome in outcomes].count(LoginTaken) == 3
    sign_in(officers, "chen", next(outcome for outcome in outcomes if isinstance(outcome, str)))


def test_a_disabled_officer_signs_in_again_once_enabled_by_the_same_password(officers: Officers) -> None:
    password = add(officers, "chen")
    officers.disable("chen", BY)
    officers.disable("chen", BY)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password)
    officers.enable("chen", BY)
    assert sign_in(officers, "chen", password).officer.is_active


def test_a_reset_gives_another_one_time_password_and_lifts_a_lock_out(officers: Officers) -> None:
    password = add(officers, "chen")
    for _ in range(MOST_OF_LOGIN):
        with pytest.raises(BadCredentials):
            sign_in(officers, "chen", "not the password")
    once = officers.reset("chen", BY)
    assert sign_in(officers, "chen", once).officer.must_change_password
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password)


def test_changes_are_kept_and_what_is_not_given_stays(officers: Officers) -> None:
    add(officers, "chen")
    assert officers.change("chen", BY, name="陈晓明").name == "陈晓明"
    changed = officers.change("chen", BY, role=Role.SUPERVISOR)
    assert changed == officers.find("chen")
    assert (changed.name, changed.bureau, changed.role) == ("陈晓明", BUREAU, Role.SUPERVISOR)
    with pytest.raises(NotAnOfficer):
        officers.change("chen", BY, bureau="")
    assert officers.find("chen") == changed


def test_somebody_who_can_manage_officers_always_stays(officers: Officers) -> None:
    add(officers, "boss", Role.ADMINISTRATOR, "")
    for refused in (partial(officers.disable, "boss", BY), partial(officers.change, "boss", BY, role=Role.SUPERVISOR, bureau=BUREAU)):
        with pytest.raises(LastAdministrator):
            refused()
    officers.change("boss", BY, name="还是管理员")
    add(officers, "other", Role.ADMINISTRATOR, "")
    officers.disable("boss", BY)
    with pytest.raises(LastAdministrator):
        officers.disable("other", BY)
    officers.disable("boss", BY)


def test_of_two_administrators_who_disable_each_other_at_once_one_stays(officers: Officers) -> None:
    for login in ("boss", "other"):
        add(officers, login, Role.ADMINISTRATOR, "")
    outcomes = together([partial(officers.disable, "boss", "other"), partial(officers.disable, "other", "boss")])
    assert {type(outcome) for outcome in outcomes} == {type(None), LastAdministrator}
    assert [officer.is_active for officer in officers.everyone()].count(True) == 1


def test_nobody_can_be_found_changed_disabled_or_reset(officers: Officers) -> None:
    for refused in (
        partial(officers.find, "nobody"),
        partial(officers.change, "nobody", BY, name="x"),
        partial(officers.disable, "nobody", BY),
        partial(officers.enable, "nobody", BY),
        partial(officers.reset, "nobody", BY),
        partial(officers.end_all, "nobody", BY),
    ):
        with pytest.raises(NoSuchOfficer, match="nobody"):
            refused()


def test_every_change_is_in_the_audit_log_with_who_made_it(officers: Officers) -> None:
    officers.add("chen", "陈", BUREAU, Role.OFFICER, "boss")
    officers.change("chen", "boss", role=Role.SUPERVISOR, bureau=OTHER_BUREAU)
    officers.disable("chen", "boss")
    officers.enable("chen", "boss")
    officers.reset("chen", "boss", drop_second_factor=True)
    officers.end_all("chen", "boss")
    rows = [(row["officer"], row["action"], row["subject"], row["bureau"], row["detail"]) for row in logged(officers)]
    assert rows == [
        ("boss", "officer.added", "chen", BUREAU, "officer"),
        ("boss", "officer.changed", "chen", OTHER_BUREAU, f"officer {BUREAU} → supervisor {OTHER_BUREAU}"),
        ("boss", "officer.disabled", "chen", OTHER_BUREAU, ""),
        ("boss", "officer.enabled", "chen", OTHER_BUREAU, ""),
        ("boss", "officer.reset", "chen", OTHER_BUREAU, "second factor dropped"),
        ("boss", "sessions.ended", "chen", OTHER_BUREAU, "0"),
    ]


def test_what_is_refused_leaves_no_row(officers: Officers) -> None:
    add(officers, "boss", Role.ADMINISTRATOR, "")
    before = logged(officers)
    with pytest.raises(LastAdministrator):
        officers.disable("boss", BY)
    assert logged(officers) == before
