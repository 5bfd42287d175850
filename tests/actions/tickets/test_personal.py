"""Encryption of persons, the marks of phones, and the file that holds the key."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from actions.lead.model import Person
from actions.tickets.personal import PersonalKey, PersonalKeyError, masked_phone, read_or_make_key

PERSON = Person("欧阳明远", "+8613800138000")


def _new() -> str:
    return Fernet.generate_key().decode()


def test_a_person_is_read_again_and_stands_nowhere_in_what_is_kept() -> None:
    key = PersonalKey([_new()])
    encrypted = key.encrypt_person(PERSON)
    assert key.decrypt_person(encrypted) == PERSON
    assert b"13800138000" not in encrypted
    assert key.encrypt_person(PERSON) != encrypted  # equal persons do not look alike


def test_while_keys_are_replaced_both_are_read_and_the_newest_writes() -> None:
    old, new = _new(), _new()
    both = PersonalKey([new, old])
    assert both.decrypt_person(PersonalKey([old]).encrypt_person(PERSON)) == PERSON
    assert PersonalKey([new]).decrypt_person(both.encrypt_person(PERSON)) == PERSON
    with pytest.raises(PersonalKeyError):
        PersonalKey([old]).decrypt_person(both.encrypt_person(PERSON))


def test_another_key_is_told_as_such_without_a_word_of_what_was_kept() -> None:
    encrypted = PersonalKey([_new()]).encrypt_person(PERSON)
    with pytest.raises(PersonalKeyError, match="another key") as raised:
        PersonalKey([_new()]).decrypt_person(encrypted)
    assert encrypted.decode() not in str(raised.value)


def test_what_was_changed_in_the_database_is_refused() -> None:
    key = PersonalKey([_new()])
    encrypted = bytearray(key.encrypt_person(PERSON))
    encrypted[40] ^= 1
    with pytest.raises(PersonalKeyError):
        key.decrypt_person(bytes(encrypted))


@pytest.mark.parametrize("keys", [[], [""], ["abc"], ["密钥"], ["A" * 43], ["A" * 44, "short"]])
def test_what_is_no_key_is_refused_without_being_repeated(keys: list[str]) -> None:
    with pytest.raises(PersonalKeyError) as raised:
        PersonalKey(keys)
    assert not any(key in str(raised.value) for key in keys if key)


def test_marks_are_equal_for_equal_texts_under_one_key_only() -> None:
    key, other = PersonalKey([_new()]), PersonalKey([_new()])
    assert key.mark("+8613800138000", "task-09") == key.mark("+8613800138000", "task-09")
    assert len({key.mark("ab", "c"), key.mark("a", "bc"), key.mark("abc"), other.mark("ab", "c")}) == 4
    assert len(key.mark("\ud800")) == 32  # half a character from a broken client must not stop anything


def test_a_phone_is_masked_but_for_its_last_four_digits() -> None:
    assert masked_phone("+8613800138000") == "**********8000"
    assert masked_phone("8000") == "8000"
    assert masked_phone("") == ""


def test_the_key_file_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "personal.key"
    before = os.umask(0)
    try:
        key, was_made = read_or_make_key("", file)
    finally:
        os.umask(before)
    assert was_made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["personal.key"]
    again, was_made_again = read_or_make_key("", file)
    assert not was_made_again
    assert again.decrypt_person(key.encrypt_person(PERSON)) == PERSON


def test_a_setting_goes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    old, new = _new(), _new()
    key, was_made = read_or_make_key(f" {new}\n{old} ", tmp_path / "personal.key")
    assert not was_made
    assert not list(tmp_path.iterdir())
    assert key.decrypt_person(PersonalKey([old]).encrypt_person(PERSON)) == PERSON


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff\xfe", "密钥".encode()], ids=["empty", "other words", "no text", "Chinese"])
def test_a_damaged_key_file_is_named_and_left_alone(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "personal.key"
    file.write_bytes(content)
    with pytest.raises(PersonalKeyError, match=r"personal\.key"):
        read_or_make_key("", file)
    assert file.read_bytes() == content


def test_processes_that_start_together_use_one_key(tmp_path: Path) -> None:
    file = tmp_path / "personal.key"
    program = (
        "import sys, pathlib; from actions.tickets.personal import read_or_make_key; sys.stdin.readline();"
        "key, made = read_or_make_key('', pathlib.Path(sys.argv[1])); print(made, key.mark('x'))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=30)[0].split() for process in started]
    assert sorted(made for made, _ in said) == ["False", "False", "False", "True"]
    assert len({mark for _, mark in said}) == 1
