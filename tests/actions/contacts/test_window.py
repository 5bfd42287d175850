"""How many messages may still be sent, and what becomes one message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.contacts.model import Answer, Offered, Waiting, Window, Words
from actions.contacts.window import opened, spent
from actions.contacts.wording import fitting, joined, late, officers_words
from actions.conversations.model import Author, Said
from tests.actions.tickets.samples import NOW

DAYS, MINUTE = timedelta(hours=48), timedelta(minutes=1)
MESSAGE, TAP, NONE = (5, DAYS), (3, MINUTE), (0, timedelta(0))


@pytest.mark.parametrize(
    ("before", "allowed", "after"),
    [
        (None, MESSAGE, Window(5, NOW + DAYS)),
        (None, TAP, Window(3, NOW + MINUTE)),
        (Window(1, NOW + DAYS / 2), MESSAGE, Window(5, NOW + DAYS)),
        (Window(1, NOW + DAYS / 2), TAP, Window(1, NOW + DAYS / 2)),  # the long one is worth more
        (Window(0, NOW + DAYS / 2), TAP, Window(3, NOW + MINUTE)),
        (Window(2, NOW - MINUTE), TAP, Window(3, NOW + MINUTE)),
        (Window(2, NOW + MINUTE), NONE, Window(2, NOW + MINUTE)),
        (None, NONE, Window(0, NOW)),
    ],
)
def test_the_window_after_what_a_person_did(before: Window | None, allowed: tuple[int, timedelta], after: Window) -> None:
    assert opened(before, allowed, NOW) == after


def test_a_window_is_open_until_it_is_used_up_or_over() -> None:
    assert Window(1, NOW + MINUTE).is_open(NOW)
    assert not spent(Window(1, NOW + MINUTE)).is_open(NOW)
    assert not Window(1, NOW).is_open(NOW)
    assert spent(Window(0, NOW)) == Window(0, NOW)


def test_officers_words_go_out_under_their_bureau_and_the_services_as_they_are() -> None:
    assert officers_words(Said(Author.OFFICER, "请带执照", "市税务局"), 2000) == ("【市税务局】请带执照",)
    assert officers_words(Said(Author.OFFICER, "请带执照", "市税务局", "陈霞"), 2000) == ("【市税务局 陈霞】请带执照",)
    assert officers_words(Said(Author.SYSTEM, "现由智能助手继续为您解答。", "市税务局"), 2000) == ("现由智能助手继续为您解答。",)


def test_words_that_are_too_long_for_a_message_are_several_and_none_is_lost() -> None:
    text = "".join(f"第{number}条，请按要求准备材料。" for number in range(60))
    pieces = officers_words(Said(Author.OFFICER, text, "市税务局"), 500)
    assert all(len(piece.encode()) <= 500 and piece.startswith("【市税务局】") and piece.endswith("。") for piece in pieces)
    assert "".join(piece.removeprefix("【市税务局】") for piece in pieces) == text
    unbroken = "长" * 1000
    assert "".join(officers_words(Said(Author.SYSTEM, unbroken), 500)) == unbroken


def test_only_answers_are_said_to_be_late() -> None:
    assert late(Waiting(1, Words.ANSWER, Answer("应保尽保"))).text == "您上一个问题的答复：应保尽保"
    assert late(Waiting(1, Words.OFFICER, Answer("应保尽保"))).text == "应保尽保"


def test_of_several_answers_the_last_choices_count() -> None:
    one, other = (Offered("甲", "甲"),), (Offered("乙", "乙"),)
    assert joined([Answer("一", one), Answer("二", other, "u"), Answer("三")]) == Answer("一\n\n二\n\n三", other, "u")


@pytest.mark.parametrize(("most", "beside", "number"), [(1, 0, 1), (10, 0, 2), (9, 0, 1), (15, 0, 3), (15, 5, 2), (15, 50, 1)])
def test_as_much_goes_into_a_message_as_fits_and_at_least_one(most: int, beside: int, number: int) -> None:
    assert fitting([Answer("一"), Answer("二"), Answer("三")], most, beside) == number
