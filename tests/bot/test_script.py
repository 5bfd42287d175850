"""Traditional characters in, traditional characters out."""

from __future__ import annotations

import pytest

from bot.dialogue.message import Choice, IncomingMessage, Language, OutgoingMessage
from bot.dialogue.script import in_script_of

ANSWER = {"citations": [{"quote": "应保尽保"}]}
SAID = (OutgoingMessage("这项工作由市自然资源局牵头。", ANSWER, (Choice("联系市自然资源局", "联系市自然资源局"),)),)


@pytest.mark.parametrize(("text", "language"), [("用地指標怎麼保障", "zh-Hans"), ("用地", "zh-Hant"), ("联系", "zh-Hant")])
def test_whoever_writes_or_has_chosen_traditional_characters_gets_them(text: str, language: Language) -> None:
    (said,) = in_script_of(IncomingMessage("c", text, language, "web"), SAID)
    assert said.text == "這項工作由市自然資源局牽頭。"
    assert said.choices == (Choice("聯繫市自然資源局", "聯繫市自然資源局"),)
    assert said.answer == ANSWER


@pytest.mark.parametrize(("text", "language"), [("用地指标", "zh-Hans"), ("用地", "zh-Hans"), ("用地", "en"), ("land quota", "zh-Hans")])
def test_for_everybody_else_nothing_changes(text: str, language: Language) -> None:
    assert in_script_of(IncomingMessage("c", text, language, "web"), SAID) == SAID
