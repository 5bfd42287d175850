"""Codes of the second factor, by the RFC's own examples, and the way to one."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import update

from actions.officers import totp
from actions.officers.errors import BadCode, BadCredentials, LockedOut, NoSuchOfficer, SecondFactorNeeded
from actions.officers.register import Officers, SignedIn
from actions.officers.tables import OFFICERS
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey, PersonalKeyError
from tests.actions.officers.samples import BY, PASSWORD, actions, add, sign_in
from tests.actions.tickets.samples import Clock, everything, together

RFC_SECRET = b"12345678901234567890"
# RFC 6238, appendix B, SHA-1. It shows eight digits; six are the last six of them.
RFC_CODES = {
    59: "94287082",
    1111111109: "07081804",
    1111111111: "14050471",
    1234567890: "89005924",
    2000000000: "69279037",
    20000000000: "65353130",
}


def _enrolled(officers: Officers, clock: Clock, login: str = "chen") -> bytes:
    secret = base64.b32decode(officers.enrol_second_factor(login, f"{PASSWORD}{login}").secret.replace(" ", ""))
    officers.confirm_second_factor(login, totp.code_at(secret, totp.step_at(clock.now)))
    clock.passes(seconds=30)
    return secret


def _code(secret: bytes, clock: Clock, steps: int = 0) -> str:
    return totp.code_at(secret, totp.step_at(clock.now) + steps)


@pytest.mark.parametrize(("seconds", "code"), RFC_CODES.items())
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    assert totp.code_at(RFC_SECRET, totp.step_at(moment)) == code[-6:]
    assert totp.matching_step(RFC_SECRET, code[-6:], moment, -1) == seconds // 30


def test_a_code_of_the_step_before_or_after_is_taken_and_none_further_off(clock: Clock) -> None:
    now = totp.step_at(clock.now)
    taken = [totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, now + off), clock.now, -1) for off in (-2, -1, 0, 1, 2)]
    assert taken == [None, now - 1, now, now + 1, None]


@pytest.mark.parametrize("last_used", [0, 1])
def test_a_code_counts_only_after_the_last_one_used(clock: Clock, last_used: int) -> None:
    now = totp.step_at(clock.now)
    assert totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, now), clock.now, now + last_used) is None
    assert totp.matching_step(RFC_SECRET, totp.code_at(RFC_SECRET, now), clock.now, now - 1) == now


def test_a_code_may_be_typed_with_blanks_and_in_full_width(clock: Clock) -> None:
    code = _code(RFC_SECRET, clock)
    for written in (f" {code[:3]} {code[3:]} ", "".join(chr(ord(digit) + 0xFEE0) for digit in code)):
        assert totp.matching_step(RFC_SECRET, written, clock.now, -1) is not None


@pytest.mark.parametrize("written", ["", "12345", "abcdef", "0" * 7, "\ud800", "١٢٣٤٥٦"], ids=ascii)
def test_what_is_no_code_is_not_taken(clock: Clock, written: str) -> None:
    assert totp.matching_step(RFC_SECRET, written, clock.now, -1) is None


def test_the_address_holds_what_an_app_needs() -> None:
    parts = urlsplit(totp.address(RFC_SECRET, "chen", "湛江经办台"))
    query = parse_qs(parts.query)
    assert (parts.scheme, parts.netloc, unquote(parts.path)) == ("otpauth", "totp", "/湛江经办台:chen")
    assert (query["secret"], query["digits"], query["period"], query["issuer"]) == (
        [totp.readable(RFC_SECRET).replace(" ", "")],
        ["6"],
        ["30"],
        ["湛江经办台"],
    )


def test_with_a_second_factor_the_password_alone_begins_no_session(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    secret = _enrolled(officers, clock)
    assert officers.find("chen").has_second_factor
    for nothing in (None, ""):
        with pytest.raises(SecondFactorNeeded):
            sign_in(officers, "chen", password, nothing)
    assert officers.session(sign_in(officers, "chen", password, _code(secret, clock)).token) is not None


def test_the_second_factor_is_not_asked_for_before_the_password_is_right(officers: Officers, clock: Clock) -> None:
    add(officers, "chen")
    _enrolled(officers, clock)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", "something else")


def test_a_code_signs_in_once(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    secret = _enrolled(officers, clock)
    code = _code(secret, clock)
    sign_in(officers, "chen", password, code)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password, code)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password, _code(secret, clock, -1))
    clock.passes(seconds=30)
    sign_in(officers, "chen", password, _code(secret, clock))


def test_the_code_that_confirmed_it_does_not_sign_in(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    secret = _enrolled(officers, clock)
    with pytest.raises(BadCredentials):
        sign_in(officers, "chen", password, _code(secret, clock, -1))


def test_of_two_who_use_one_code_at_once_one_is_signed_in(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    code = _code(_enrolled(officers, clock), clock)
    outcomes = together([partial(sign_in, officers, "chen", password, code)] * 2)
    assert {type(outcome) for outcome in outcomes} == {BadCredentials, SignedIn}


def test_wrong_codes_lock_out_as_wrong_passwords_do(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    secret = _enrolled(officers, clock)
    wrong = f"{(int(_code(secret, clock)) + 1) % 10**6:06}"
    assert totp.matching_step(secret, wrong, clock.now, -1) is None
    for _ in range(5):
        with pytest.raises(BadCredentials):
            sign_in(officers, "chen", password, wrong)
    with pytest.raises(LockedOut):
        sign_in(officers, "chen", password, _code(secret, clock))


def test_until_it_is_confirmed_nothing_is_asked_for_and_an_older_one_stays_in_use(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    officers.enrol_second_factor("chen", password)
    sign_in(officers, "chen", password)
    first = _enrolled(officers, clock)
    officers.enrol_second_factor("chen", password)
    sign_in(officers, "chen", password, _code(first, clock))


def test_a_wrong_code_confirms_nothing_and_several_of_them_lock_out(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    with pytest.raises(BadCode):
        officers.confirm_second_factor("chen", "123456")  # nothing waits to be confirmed
    secret = base64.b32decode(officers.enrol_second_factor("chen", password).secret.replace(" ", ""))
    for _ in range(4):
        with pytest.raises(BadCode):
            officers.confirm_second_factor("chen", "nonsense")
    with pytest.raises(LockedOut):
        officers.confirm_second_factor("chen", _code(secret, clock))
    assert not officers.find("chen").has_second_factor


def test_a_lost_one_is_dropped_by_a_reset_that_says_so(officers: Officers, clock: Clock) -> None:
    add(officers, "chen")
    _enrolled(officers, clock)
    with pytest.raises(SecondFactorNeeded):
        sign_in(officers, "chen", officers.reset("chen", BY))
    sign_in(officers, "chen", officers.reset("chen", BY, drop_second_factor=True))
    assert not officers.find("chen").has_second_factor


def test_its_secret_is_kept_encrypted_and_its_steps_are_in_the_audit_log(officers: Officers, clock: Clock, database: Database) -> None:
    add(officers, "chen")
    secret = _enrolled(officers, clock)
    kept = repr(everything(database))
    assert repr(secret)[2:-1] not in kept
    assert base64.b32encode(secret).decode() not in kept
    assert actions(officers)[-2:] == ["second-factor.enrolled", "second-factor.confirmed"]


def test_something_else_that_was_encrypted_is_no_secret(officers: Officers, clock: Clock, database: Database, key: PersonalKey) -> None:
    password = add(officers, "chen")
    _enrolled(officers, clock)
    with database.writing() as connection:
        connection.execute(update(OFFICERS).values(totp=key.encrypt(b'{"name": "known to the attacker"}')))
    with pytest.raises(PersonalKeyError):
        sign_in(officers, "chen", password, "123456")


def test_nobody_has_none(officers: Officers) -> None:
    with pytest.raises(BadCredentials):
        officers.enrol_second_factor("nobody", PASSWORD)
    with pytest.raises(NoSuchOfficer):
        officers.confirm_second_factor("nobody", "123456")


def test_a_page_left_open_does_not_suffice_to_enrol_one(officers: Officers, clock: Clock) -> None:
    password = add(officers, "chen")
    for _ in range(5):
        with pytest.raises(BadCredentials):
            officers.enrol_second_factor("chen", "not the password")
    with pytest.raises(LockedOut):
        officers.enrol_second_factor("chen", password)
    assert "second-factor.enrolled" not in actions(officers)
