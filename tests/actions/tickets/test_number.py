"""Ticket numbers: how they are made, and how they are found in what a person writes."""

from __future__ import annotations

from datetime import date

import pytest

from actions.tickets.number import new_number, number_in

DAY = date(2026, 11, 25)


def test_a_new_number_names_its_day_and_is_found_again() -> None:
    number = new_number(DAY)
    assert number.startswith("ZJ-261125-")
    assert number_in(number) == number


def test_numbers_of_one_day_do_not_repeat_and_have_no_characters_that_people_mix_up() -> None:
    numbers = {new_number(DAY) for _ in range(2000)}
    assert len(numbers) >= 1995  # 30 random bits: two alike among 2,000 happen once in 500 runs
    assert not set("01IO") & set("".join(number[10:] for number in numbers))


@pytest.mark.parametrize(
    "text",
    [
        "ZJ-261125-7K3QXM",
        "zj-261125-7k3qxm",
        "我的编号是ZJ-261125-7K3QXM，到哪了",
        "ＺＪ－２６１１２５－７Ｋ３ＱＸＭ",
        "ZJ2611257K3QXM",
        "ZJ 261125 7K3QXM",
        "ZJ - 261125 - 7K3QXM",
        "ZJ—261125—7K3QXM",
        "ZJ–261125–7K3QXM。",
        "zj_261125_7k3qxm",
        "编号ZJ-261125-7K3QXM后四位8000",
        "ZJ-261125-7K3QXM或ZJ-261125-ABCDEF",
    ],
)
def test_a_number_is_found_however_it_is_typed(text: str) -> None:
    assert number_in(text) == "ZJ-261125-7K3QXM"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8000",
        "ZJ-261125",
        "ZJ-261125-7K3QX",
        "ZJ-261125-7K3QXM9",
        "ZJ-26112-7K3QXM",
        "ZJ-261125-7K3QX0",
        "ZJ-٢٦١١٢٥-7K3QXM",
        "2611257K3QXM",
        "ZJ" * 5000,
    ],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert number_in(text) is None
