"""Sessions: what a token gives, how long it lasts, and what ends it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.officers.model import Role
from actions.officers.passwords import Passwords
from actions.officers.register import Officers
from actions.officers.sessions import IDLE, LONGEST
from actions.officers.tables import SESSIONS
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from tests.actions.officers.samples import BY, OTHER_BUREAU, actions, add, sign_in
from tests.actions.tickets.samples import Clock, count_rows


@pytest.fixture
def token(officers: Officers) -> str:
    return sign_in(officers, "chen", add(officers, "chen")).token


def test_of_a_token_of_256_random_bits_only_a_hash_is_kept(officers: Officers, database: Database) -> None:
    password = add(officers, "chen")
    tokens = {sign_in(officers, "chen", password).token for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)
    with database.reading() as connection:
        kept = set(connection.execute(select(SESSIONS.c.token)).scalars())
    assert kept == {hashlib.sha256(token.encode()).hexdigest() for token in tokens}


def test_what_is_kept_of_a_token_is_no_token(officers: Officers, token: str) -> None:
    for written in (hashlib.sha256(token.encode()).hexdigest(), token[:-1], token + " ", token.swapcase(), "", "\ud800", "é" * 43):
        assert officers.session(written) is None
    assert officers.session(token) is not None


def test_each_session_has_a_form_token_of_its_own_that_stays(officers: Officers, token: str) -> None:
    other = sign_in(officers, "chen", "榕树下第三把椅子-chen")
    first, again, second = officers.session(token), officers.session(token), officers.session(other.token)
    assert first is not None
    assert again is not None
    assert second is not None
    assert first.csrf == again.csrf != second.csrf == other.csrf
    assert len(first.csrf) == 64


def test_a_session_ends_after_half_an_hour_without_use(officers: Officers, clock: Clock, token: str) -> None:
    for _ in range(3):
        clock.now += IDLE - timedelta(seconds=1)
        assert officers.session(token) is not None
    clock.now += IDLE
    assert officers.session(token) is None


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(officers: Officers, clock: Clock, token: str) -> None:
    began = clock.now
    while clock.now + timedelta(minutes=20) < began + LONGEST:
        clock.passes(minutes=20)
        assert officers.session(token) is not None
    clock.now = began + LONGEST - timedelta(seconds=1)
    assert officers.session(token) is not None
    clock.passes(seconds=1)
    assert officers.session(token) is None


def test_looking_often_writes_once_a_minute(officers: Officers, clock: Clock, token: str, database: Database) -> None:
    def seen() -> object:
        with database.reading() as connection:
            return connection.execute(select(SESSIONS.c.seen_at)).scalar_one()

    began = clock.now
    clock.passes(seconds=59)
    officers.session(token)
    assert seen() == began
    clock.passes(seconds=1)
    officers.session(token)
    assert seen() == clock.now


def test_signing_out_ends_this_session_only(officers: Officers, token: str) -> None:
    other = sign_in(officers, "chen", "榕树下第三把椅子-chen").token
    officers.end(token)
    officers.end(token)
    assert officers.session(token) is None
    assert officers.session(other) is not None
    assert actions(officers)[-1] == "signed-out"
    assert actions(officers).count("signed-out") == 2  # one was that of `add`


def test_all_sessions_of_an_officer_end_and_of_nobody_else(officers: Officers, token: str) -> None:
    second = sign_in(officers, "chen", "榕树下第三把椅子-chen").token
    others = sign_in(officers, "huang", add(officers, "huang")).token
    assert officers.end_all("chen", BY) == 2
    assert officers.session(token) is officers.session(second) is None
    assert officers.session(others) is not None


def test_disabling_ends_all_sessions_and_enabling_brings_none_back(officers: Officers, token: str) -> None:
    officers.disable("chen", BY)
    assert officers.session(token) is None
    officers.enable("chen", BY)
    assert officers.session(token) is None


def test_a_reset_ends_all_sessions(officers: Officers, token: str) -> None:
    officers.reset("chen", BY)
    assert officers.session(token) is None


def test_another_role_and_bureau_count_at_once(officers: Officers, token: str) -> None:
    officers.change("chen", BY, role=Role.SUPERVISOR, bureau=OTHER_BUREAU)
    session = officers.session(token)
    assert session is not None
    assert (session.officer.role, session.officer.bureau) == (Role.SUPERVISOR, OTHER_BUREAU)


def test_ended_sessions_are_forgotten(officers: Officers, clock: Clock, token: str, database: Database) -> None:
    officers.forget_passing()
    assert officers.session(token) is not None
    clock.now += IDLE
    officers.forget_passing()
    assert count_rows(database)["officer_sessions"] == 0


def test_all_sessions_but_the_one_here_end(officers: Officers, token: str) -> None:
    for _ in range(2):
        sign_in(officers, "chen", "榕树下第三把椅子-chen")
    assert officers.open_sessions("chen") == 3
    assert officers.end_all("chen", "chen", keep=token) == 2
    assert officers.session(token) is not None
    assert officers.open_sessions("chen") == 1


def test_sessions_that_ended_by_themselves_are_not_counted(officers: Officers, clock: Clock, token: str) -> None:
    assert officers.open_sessions("chen") == 1
    clock.now += IDLE
    assert officers.open_sessions("chen") == 0
    assert officers.session(token) is None


def test_how_long_a_session_lasts_without_use_is_a_setting(
    database: Database, key: PersonalKey, clock: Clock, passwords: Passwords, token: str
) -> None:
    impatient = Officers(database, key, clock, passwords, idle=timedelta(minutes=5))
    clock.passes(minutes=4)
    assert impatient.session(token) is not None
    clock.passes(minutes=5)
    assert impatient.session(token) is None
    impatient.forget_passing()
    assert count_rows(database)["officer_sessions"] == 0
