"""Signing in: what is refused, and that it says and costs the same; lock-outs; changing one's password."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.engine import Engine

from actions.officers.errors import BadCredentials, LockedOut, NoSession, WeakPassword
from actions.officers.lockout import LOCKED_FOR, MOST_FROM_ADDRESS, MOST_OF_LOGIN
from actions.officers.model import Role
from actions.officers.passwords import Passwords
from actions.officers.register import Officers, SignedIn
from actions.officers.tables import OFFICERS
from actions.tickets.database import Database, open_database
from actions.tickets.personal import PersonalKey
from tests.actions.officers.samples import BUREAU, BY, PASSWORD, actions, add, logged, sign_in
from tests.actions.tickets.samples import NOW, Clock, count_rows, everything, together, values


def _fail(officers: Officers, login: str, times: int, address: str = "198.51.100.1") -> None:
    for _ in range(times):
        with pytest.raises(BadCredentials):
            sign_in(officers, login, "not the password", address=address)


def test_login_and_password_begin_a_session(officers: Officers) -> None:
    password = add(officers, "chen")
    signed_in = sign_in(officers, "chen", password)
    session = officers.session(signed_in.token)
    assert session is not None
    assert session.officer == signed_in.officer == officers.find("chen")
    assert (session.officer.login, session.officer.bureau, session.officer.role) == ("chen", BUREAU, Role.OFFICER)
    assert session.csrf == signed_in.csrf


@pytest.mark.parametrize("written", ["Chen", " chen ", "CHEN\0"])
def test_case_and_blanks_of_a_login_do_not_matter(officers: Officers, written: str) -> None:
    assert sign_in(officers, written, add(officers, "chen")).officer.login == "chen"


@pytest.mark.parametrize("written", ["", "nobody", "%", "' OR 1=1 --", "x" * 10_000, "\ud800", "陈"], ids=lambda text: ascii(text[:12]))
def test_an_unknown_login_is_told_like_a_wrong_password(officers: Officers, written: str) -> None:
    add(officers, "chen")
    with pytest.raises(BadCredentials) as of_unknown:
        sign_in(officers, written, PASSWORD)
    with pytest.raises(BadCredentials) as of_known:
        sign_in(officers, "chen", PASSWORD)
    assert str(of_unknown.value) == str(of_known.value) == "账号、密码或验证码不正确。"


def test_a_disabled_officer_is_told_like_a_wrong_password(officers: Officers) -> None:
    password = add(officers, "chen")
    officers.disable("chen", BY)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password)


def test_known_unknown_and_disabled_logins_cost_the_same_hashing_and_the_same_statements(
    officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login in ("chen", "huang"):
        add(officers, login)
    officers.disable("huang", BY)
    done: list[str] = []
    verify = PasswordHasher.verify

    def watched(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
        done.append(kept.rsplit("$", 2)[0])
        return verify(hasher, kept, password)

    def executed(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        done.append(statement)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    event.listen(Engine, "before_cursor_execute", executed)
    try:
        costs = []
        for login in ("chen", "nobody", "huang"):
            done.clear()
            _fail(officers, login, 1)
            costs.append(list(done))
    finally:
        event.remove(Engine, "before_cursor_execute", executed)
    assert len([one for one in costs[0] if one.startswith("$argon2id$")]) == 1
    assert len(costs[0]) > 5
    assert costs[0] == costs[1] == costs[2]


@pytest.mark.parametrize("login", ["chen", "nobody"])
def test_after_five_failures_nobody_signs_in_by_that_login_for_a_quarter_of_an_hour(officers: Officers, clock: Clock, login: str) -> None:
    passwords = {"chen": add(officers, "chen"), "huang": add(officers, "huang"), "nobody": PASSWORD}
    for turn in range(MOST_OF_LOGIN):
        _fail(officers, login, 1, address=f"198.51.100.{turn}")
    with pytest.raises(LockedOut) as refused:
        sign_in(officers, login, passwords[login])
    assert refused.value.until == clock.now + timedelta(minutes=15)
    sign_in(officers, "huang", passwords["huang"])
    clock.now += LOCKED_FOR - timedelta(seconds=1)
    with pytest.raises(LockedOut):
        sign_in(officers, login, passwords[login])
    clock.passes(seconds=1)
    if login == "nobody":
        _fail(officers, login, 1)
    else:
        sign_in(officers, login, passwords[login])


def test_trying_while_locked_out_does_not_prolong_it(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    _fail(officers, "chen", MOST_OF_LOGIN)
    for _ in range(14):
        clock.passes(minutes=1)
        with pytest.raises(LockedOut):
            sign_in(officers, "chen", "not the password")
    clock.passes(minutes=1)
    sign_in(officers, "chen", password)


def test_failures_far_apart_do_not_add_up_and_a_success_begins_the_count_again(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    for _ in range(MOST_OF_LOGIN + 2):
        _fail(officers, "chen", 1)
        clock.passes(minutes=5)
    clock.passes(minutes=15)
    for _ in range(2):
        _fail(officers, "chen", MOST_OF_LOGIN - 1)
        sign_in(officers, "chen", password)


def test_after_twenty_failures_from_one_address_it_signs_nobody_in_even_if_one_success_was_among_them(
    officers: Officers, clock: Clock
) -> None:
    password = add(officers, "chen")
    for turn in range(MOST_FROM_ADDRESS):
        _fail(officers, f"guess{turn}", 1)
        if turn == 10:
            sign_in(officers, "chen", password, address="198.51.100.1")
    with pytest.raises(LockedOut) as refused:
        sign_in(officers, "chen", password, address="198.51.100.1")
    assert refused.value.until == clock.now + timedelta(minutes=15)
    sign_in(officers, "chen", password, address="198.51.100.2")
    clock.passes(minutes=15)
    sign_in(officers, "chen", password, address="198.51.100.1")


def test_a_lock_out_outlives_the_process(officers: Officers, url: str, key: PersonalKey, clock: Clock, passwords: Passwords) -> None:
    password = add(officers, "chen")
    _fail(officers, "chen", MOST_OF_LOGIN)
    other = open_database(url)
    try:
        with pytest.raises(LockedOut):
            sign_in(Officers(other, key, clock, passwords), "chen", password)
    finally:
        other.close()


def test_of_many_guesses_at_once_no_more_are_answered_than_one_after_the_other(officers: Officers) -> None:
    password = add(officers, "chen")
    outcomes = together([partial(sign_in, officers, "chen", f"guess {turn}") for turn in range(8)])
    assert [type(outcome) for outcome in outcomes].count(BadCredentials) == MOST_OF_LOGIN
    assert [type(outcome) for outcome in outcomes].count(LockedOut) == 8 - MOST_OF_LOGIN
    with pytest.raises(LockedOut):
        sign_in(officers, "chen", password)


def test_two_who_sign_in_at_once_both_can_each_in_a_session_of_their_own(officers: Officers) -> None:
    password = add(officers, "chen")
    first, second = together([partial(sign_in, officers, "chen", password)] * 2)
    assert first.token != second.token
    officers.end(first.token)
    assert officers.session(first.token) is None
    assert officers.session(second.token) is not None


def test_who_is_disabled_while_signing_in_has_no_session_afterwards(officers: Officers, database: Database) -> None:
    password = add(officers, "chen")
    outcome, _ = together([partial(sign_in, officers, "chen", password), partial(officers.disable, "chen", BY)])
    assert isinstance(outcome, (SignedIn, BadCredentials)), outcome
    assert count_rows(database)["officer_sessions"] == 0


def test_failures_of_long_ago_are_forgotten(officers: Officers, database: Database, clock: Clock) -> None:
    _fail(officers, "chen", 2)
    officers.forget_passing()
    assert count_rows(database)["sign_in_failures"] == 4
    clock.passes(days=1, seconds=1)
    officers.forget_passing()
    assert count_rows(database)["sign_in_failures"] == 0


def test_neither_what_was_typed_nor_the_address_is_kept(officers: Officers, database: Database, key: PersonalKey) -> None:
    typed = "my secret in the wrong field"
    with pytest.raises(BadCredentials):
        sign_in(officers, typed, typed)
    token = sign_in(officers, "chen", add(officers, "chen")).token
    kept = list(values(database))
    assert any("chen" in value for value in kept)
    for secret in (typed, PASSWORD, "203.0.113.7", token, sign_in(officers, "chen", f"{PASSWORD}chen").csrf):
        assert not any(secret in value for value in kept)


def test_successes_and_failures_are_in_the_audit_log(officers: Officers) -> None:
    password = add(officers, "chen")
    _fail(officers, "chen", 1)
    _fail(officers, "nobody", 1)
    sign_in(officers, "chen", password)
    rows = [(row["officer"], row["action"], row["subject"], row["bureau"]) for row in logged(officers)[-3:]]
    assert rows == [("", "sign-in.refused", "chen", BUREAU), ("", "sign-in.refused", "", ""), ("chen", "signed-in", "chen", BUREAU)]


def test_a_password_kept_at_another_cost_is_kept_at_the_usual_one_after_signing_in(
    officers: Officers, database: Database, key: PersonalKey, clock: Clock
) -> None:
    password = add(officers, "chen")
    dearer = Officers(database, key, clock, Passwords(2, 16, 1))
    sign_in(dearer, "chen", password)
    assert everything(database)["officers"][0]["password"].startswith("$argon2id$v=19$m=16,t=2,p=1$")
    sign_in(dearer, "chen", password)


def test_a_changed_password_counts_at_once_and_ends_all_sessions_but_a_new_one(officers: Officers) -> None:
    password = add(officers, "chen")
    elsewhere, here = sign_in(officers, "chen", password), sign_in(officers, "chen", password)
    changed = officers.change_password(here.token, password, "海风1吹过荔枝林的傍晚")
    assert officers.session(elsewhere.token) is None
    assert officers.session(here.token) is None
    assert officers.session(changed.token) is not None
    _fail_with = pytest.raises(BadCredentials)
    with _fail_with:
        sign_in(officers, "chen", password)
    sign_in(officers, "chen", "海风1吹过荔枝林的傍晚")
    assert "password.changed" in actions(officers)


def test_a_one_time_password_is_to_be_changed_and_then_counts_no_more(officers: Officers) -> None:
    once = officers.add("chen", "陈", BUREAU, Role.OFFICER, BY)
    signed_in = sign_in(officers, "chen", once)
    assert signed_in.officer.must_change_password
    changed = officers.change_password(signed_in.token, once, PASSWORD + "2026a")
    assert not changed.officer.must_change_password
    session = officers.session(changed.token)
    assert session is not None
    assert not session.officer.must_change_password
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", once)


@pytest.mark.parametrize("new", ["short", "8301749265", "chen2026012345"])
def test_a_weak_password_is_not_taken_and_nothing_changes(officers: Officers, new: str) -> None:
    password = add(officers, "chen")
    token = sign_in(officers, "chen", password).token
    with pytest.raises(WeakPassword):
        officers.change_password(token, password, new)
    with pytest.raises(WeakPassword, match="原密码"):
        officers.change_password(token, password, password)
    assert officers.session(token) is not None
    sign_in(officers, "chen", password)


def test_the_current_password_must_be_right_and_wrong_ones_lock_out(officers: Officers) -> None:
    password = add(officers, "chen")
    token = sign_in(officers, "chen", password).token
    for _ in range(MOST_OF_LOGIN):
        with pytest.raises(BadCredentials):
            officers.change_password(token, "not the password", PASSWORD + "2026a")
    with pytest.raises(LockedOut):
        officers.change_password(token, password, PASSWORD + "2026a")


@pytest.mark.parametrize("token", ["", "made up", "\ud800"], ids=ascii)
def test_without_a_session_no_password_is_changed(officers: Officers, token: str) -> None:
    with pytest.raises(NoSession):
        officers.change_password(token, add(officers, "chen"), PASSWORD + "2026a")


def test_of_two_changes_at_once_in_one_session_one_counts(officers: Officers) -> None:
    password = add(officers, "chen")
    token = sign_in(officers, "chen", password).token
    news = [f"{PASSWORD}{turn}turn" for turn in range(2)]
    outcomes = together([partial(officers.change_password, token, password, new) for new in news])
    won = [new for new, outcome in zip(news, outcomes, strict=True) if isinstance(outcome, SignedIn)]
    assert len(won) == 1
    assert isinstance(next(outcome for outcome in outcomes if not isinstance(outcome, SignedIn)), (NoSession, BadCredentials))
    sign_in(officers, "chen", won[0])


def test_the_clock_is_the_one_that_was_given(officers: Officers, database: Database) -> None:
    add(officers, "chen")
    with database.reading() as connection:
        assert connection.execute(OFFICERS.select()).mappings().one()["added_at"] == NOW
