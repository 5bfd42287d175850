"""Passwords: which are taken, how they are kept, and that an unknown login costs as much as a known one."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher

from actions.officers.errors import WeakPassword
from actions.officers.passwords import Passwords, check_password, one_time_password
from tests.actions.officers.samples import cheap_passwords

REFUSED = {
    "short": ("密1a2b3c4d", "至少10个"),
    "too long": ("长a1" * 43, "最多128个"),
    "digits": ("8301749265", "数字和符号"),
    "digits in full width": ("８３０１７４９２６５", "数字和符号"),
    "digits and signs": ("2026-11-25!", "数字和符号"),
    "one character": ("aaaaaaaaaaaa", "太少"),
    "three characters": ("ababacabab", "太少"),
    "the login": ("chen.xiaoming", "账号"),
    "the login in another case": ("Chen.XiaoMing", "账号"),
    "the login backwards": ("gnimoaix.nehc", "账号"),
    "the login and a year": ("chen.xiaoming2026!", "账号"),
    "a common word and a year": ("Zhanjiang2026", "常见"),
    "a common word and signs": ("password!!!", "常见"),
    "a common word in full width": ("ｐａｓｓｗｏｒｄ１２３", "常见"),
    "a run along the keyboard": ("qwertyuiop", "常见"),
    "a common pattern": ("1qaz2wsx3edc", "常见"),
}


@pytest.mark.parametrize(("password", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_weak_passwords_are_refused_with_the_reason(password: str, said: str) -> None:
    with pytest.raises(WeakPassword, match=said):
        check_password(password, "chen.xiaoming")


@pytest.mark.parametrize(
    "password", ["correct horse battery", "海风1吹过廉江的荔枝林", "x7-Kq!mP2z", "长a1b" * 32, "\ud800abcdefghijk"], ids=ascii
)
def test_other_passwords_are_taken_and_recognised(password: str) -> None:
    check_password(password, "chen.xiaoming")
    kept = cheap_passwords().hash(password)
    assert cheap_passwords().is_right(kept, password)
    assert not cheap_passwords().is_right(kept, password + "x")
    assert password not in kept


def test_the_same_keys_in_full_width_are_the_same_password() -> None:
    some = cheap_passwords()
    assert some.is_right(some.hash("Litchi-orchard 7"), "Ｌｉｔｃｈｉ－ｏｒｃｈａｒｄ　７")


def test_a_password_is_kept_by_argon2id_at_the_recommended_cost_and_never_alike() -> None:
    some = Passwords()
    first, second = some.hash("litchi orchard"), some.hash("litchi orchard")
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second


def test_what_was_kept_at_another_cost_is_outdated() -> None:
    assert Passwords(2, 16, 1).is_outdated(cheap_passwords().hash("litchi orchard"))
    assert not cheap_passwords().is_outdated(cheap_passwords().hash("litchi orchard"))


def test_nobodys_password_is_never_right_and_is_checked_at_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    some = cheap_passwords()
    checked: list[str] = []
    verify = PasswordHasher.verify

    def watched(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
        checked.append(kept.rsplit("$", 2)[0])
        return verify(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert some.is_right(some.hash("litchi orchard"), "litchi orchard")
    assert not some.is_right(None, "litchi orchard")
    assert checked == ["$argon2id$v=19$m=8,t=1,p=1"] * 2


@pytest.mark.parametrize("kept", ["", "litchi orchard", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_fits_no_password(kept: str) -> None:
    assert not cheap_passwords().is_right(kept, "litchi orchard")


def test_one_time_passwords_can_be_read_aloud_keep_the_rules_and_differ() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert re.fullmatch(r"[2-9a-hjkmnp-z]{4}(-[2-9a-hjkmnp-z]{4}){3}", password)
        check_password(password, "chen")
