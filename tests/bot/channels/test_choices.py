"""What a number, a title or a tap means."""

from __future__ import annotations

import pytest

from actions.contacts.model import Offered
from bot.exchange.choices import meant

CHOICES = (Offered("查询 进度", "我要查询"), Offered("Register", "我要登记"))


@pytest.mark.parametrize(
    ("text", "tapped", "said"),
    [
        ("1", "", "我要查询"),
        ("１", "", "我要查询"),
        ("2.", "", "我要登记"),
        ("（2）", "", "我要登记"),
        ("2、", "", "我要登记"),
        (" 2 ", "", "我要登记"),
        ("查询  进度", "", "我要查询"),
        ("REGISTER", "", "我要登记"),
        ("", "2", "我要登记"),
        ("查询 进度", "2", "我要查询"),  # the title is what they saw
        ("以前的选项", "2", "以前的选项"),
        ("0", "", "0"),
        ("3", "", "3"),
        ("12", "", "12"),
        ("1个亿", "", "1个亿"),
        ("第1", "", "第1"),
        ("1 2", "", "1 2"),
        ("1" * 5000, "", "1" * 5000),
        ("", "", ""),
        ("", "x", ""),
    ],
)
def test_which_choice_is_meant(text: str, tapped: str, said: str) -> None:
    assert meant(text, tapped, CHOICES) == said


def test_without_choices_a_number_is_a_number() -> None:
    assert meant("1", "", ()) == "1"
