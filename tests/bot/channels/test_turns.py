"""One message of several, with the plan's words below."""

from __future__ import annotations

import pytest

from bot.dialogue.message import Choice, OutgoingMessage
from bot.exchange.turns import one_of
from knowledge import Language

QUOTE = "应保尽保"
ANSWER = {"citations": [{"clause": "task-09", "quote": QUOTE}, {"clause": "task-09", "quote": "另一句"}]}


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh-Hans", "由市指标保障。\n原文：“应保尽保”"), ("en", "由市指标保障。\nThe plan's own words: “应保尽保”")],
)
def test_the_plan_s_words_stand_below_an_answer(language: Language, shown: str) -> None:
    said = one_of((OutgoingMessage("由市指标保障。", ANSWER, ()),), 3, language)
    assert said is not None
    assert said.text == shown


@pytest.mark.parametrize("text", [f"方案原文：“{QUOTE}”"])
def test_what_quotes_them_already_is_left_as_it_is(text: str) -> None:
    said = one_of((OutgoingMessage(text, ANSWER, ()),), 3, "zh-Hans")
    assert said is not None
    assert said.text == text


def test_several_messages_are_one_with_the_last_choices() -> None:
    choices = tuple(Choice(f"第{n}", f"p{n}") for n in range(5))
    said = one_of((OutgoingMessage("一", None, choices), OutgoingMessage("二", {"citations": []}, ())), 3, "zh-Hans")
    assert said is not None
    assert said.text == "一\n\n二"
    assert [offered.payload for offered in said.choices] == ["p0", "p1", "p2"]
    assert one_of((), 3, "zh-Hans") is None
