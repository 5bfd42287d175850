"""Signing in where the OpenID provider has said who it is: only those whom the register knows come in."""

from __future__ import annotations

from functools import partial

import pytest

from actions.officers.errors import BadCredentials, LockedOut, NotAdmitted
from actions.officers.lockout import MOST_OF_LOGIN
from actions.officers.model import Permission, Role, may
from actions.officers.register import Officers, SignedIn
from actions.tickets.database import Database
from tests.actions.officers.samples import BUREAU, BY, add, logged, sign_in
from tests.actions.tickets.samples import count_rows, together


def test_whom_the_register_knows_has_a_session(officers: Officers) -> None:
    add(officers, "chen")
    signed_in = officers.sign_in_by_provider(" Chen ")
    session = officers.session(signed_in.token)
    assert session is not None
    assert session.officer == signed_in.officer == officers.find("chen")
    assert session.csrf == signed_in.csrf
    row = logged(officers)[-1]
    assert (row["officer"], row["action"], row["subject"], row["bureau"]) == ("chen", "signed-in", "chen", BUREAU)
    assert row["detail"] == "openid connect"


@pytest.mark.parametrize("login", ["nobody", "", "%", "chen' OR 1=1 --", "x" * 300, "\ud800"], ids=lambda text: ascii(text[:12]))
def test_nobody_is_added_by_signing_in(officers: Officers, database: Database, login: str) -> None:
    add(officers, "chen")
    with pytest.raises(NotAdmitted):
        officers.sign_in_by_provider(login)
    assert (count_rows(database)["officers"], count_rows(database)["officer_sessions"]) == (1, 0)
    assert (logged(officers)[-1]["officer"], logged(officers)[-1]["action"]) == ("", "sign-in.refused")


def test_who_is_disabled_does_not_come_in_and_that_is_on_record(officers: Officers, database: Database) -> None:
    add(officers, "chen")
    officers.disable("chen", BY)
    with pytest.raises(NotAdmitted):
        officers.sign_in_by_provider("chen")
    assert count_rows(database)["officer_sessions"] == 0
    assert (logged(officers)[-1]["action"], logged(officers)[-1]["subject"]) == ("sign-in.refused", "chen")


def test_a_one_time_password_that_was_never_used_keeps_nobody_from_working(officers: Officers) -> None:
    once = officers.add("chen", "陈", BUREAU, Role.OFFICER, BY)
    by_provider = officers.session(officers.sign_in_by_provider("chen").token)
    by_password = officers.session(sign_in(officers, "chen", once).token)
    assert by_provider is not None
    assert by_password is not None
    assert may(by_provider.officer, Permission.SEE_TICKETS, BUREAU)
    assert not may(by_password.officer, Permission.SEE_TICKETS, BUREAU)


def test_guesses_of_a_password_lock_nobody_out_whom_the_provider_knows_and_are_not_forgiven_by_it(officers: Officers) -> None:
    password = add(officers, "chen")
    for _ in range(MOST_OF_LOGIN):
        with pytest.raises(BadCredentials):
            sign_in(officers, "chen", "not the password")
    assert officers.session(officers.sign_in_by_provider("chen").token) is not None
    with pytest.raises(LockedOut):
        sign_in(officers, "chen", password)


def test_who_is_disabled_while_coming_in_has_no_session_afterwards(officers: Officers, database: Database) -> None:
    add(officers, "chen")
    outcome, _ = together([partial(officers.sign_in_by_provider, "chen"), partial(officers.disable, "chen", BY)])
    assert isinstance(outcome, (SignedIn, NotAdmitted)), outcome
    assert count_rows(database)["officer_sessions"] == 0
