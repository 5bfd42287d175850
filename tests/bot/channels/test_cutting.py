"""Plain text in so many bytes: whole sentences, whole characters, and nothing of Markdown."""

from __future__ import annotations

import random

import pytest

from bot.channels.cutting import cut, numbered, plain, size

SENTENCE = "企业整体搬迁的，由市工业和信息化局牵头办理。"  # 66 bytes


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**用地**价格", "用地价格"),
        ("__用地__价格", "用地价格"),
        ("# 标题\n正文", "标题\n正文"),
        ("> 引文\n> 两行", "引文\n两行"),
        ("- 一\n- 二\n  * 三", "· 一\n· 二\n  · 三"),
        ("见[规划全文](https://example.gov.cn/plan)第3条", "见规划全文（https://example.gov.cn/plan）第3条"),
        ("[https://a.cn](https://a.cn)", "https://a.cn"),
        ("![](https://a.cn/x.png)", "https://a.cn/x.png"),
        ("用 `ZJ-1` 查询", "用 ZJ-1 查询"),
        ("一\n\n---\n\n二", "一\n\n二"),
        ("一\n\n\n\n\n二", "一\n\n二"),
        ("2*3=6，a_b_c，5 * 6", "2*3=6，a_b_c，5 * 6"),
        ("1. 一\n2. 二", "1. 一\n2. 二"),
        ("编号 #12，-5%", "编号 #12，-5%"),
        ("http://a.cn/x__y__z，a__b__c", "http://a.cn/x__y__z，a__b__c"),
        ("  两头的空白\n", "两头的空白"),
        ("", ""),
    ],
)
def test_markdown_is_taken_off_and_nothing_else(written: str, shown: str) -> None:
    assert plain(written) == shown


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert cut(SENTENCE, size(SENTENCE), "（全文）") == SENTENCE


def test_a_longer_one_ends_with_a_whole_sentence_and_the_tail() -> None:
    text = SENTENCE * 3
    assert cut(text, 66 * 2 + 12, "（全文）") == SENTENCE * 2 + "（全文）"
    assert cut(text, 66 * 3 - 1, "（全文）") == SENTENCE * 2 + "（全文）"
    assert cut("他说“可以。”" + SENTENCE * 2, 100, "…") == "他说“可以。”" + SENTENCE + "…"


def test_a_sentences_closing_marks_are_not_torn_off() -> None:
    text = SENTENCE + "他说“" + "可" * 10 + "以。”" + SENTENCE
    torn = size(SENTENCE + "他说“" + "可" * 10 + "以。")
    assert cut(text, torn, "") == SENTENCE
    assert cut(text, torn + 3, "") == SENTENCE + "他说“" + "可" * 10 + "以。”"


def test_english_sentences_end_with_a_point_and_numbers_do_not() -> None:
    assert cut("It is 3.5 km. " * 3, 30, "") == "It is 3.5 km. It is 3.5 km."


def test_without_a_sentences_end_it_is_cut_between_characters() -> None:
    assert cut("湛" * 100, 32, "。") == "湛" * 7 + "……。"
    assert cut("短。" + "湛" * 100, 90, "") == "短。" + "湛" * 26 + "……"


@pytest.mark.parametrize("joined", ["👨‍👩‍👧", "👍🏽", "❤️", "e\u0301"])
def test_what_a_reader_sees_as_one_character_is_not_cut_into(joined: str) -> None:
    for most in range(6, 60):
        shown = cut("x" + joined * 10, most, "").removesuffix("……")
        assert shown.removeprefix("x") in [joined * number for number in range(11)], most


@pytest.mark.parametrize("seed", range(50))
def test_whatever_the_text_it_fits_and_begins_as_it_did(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices("湛江。！？\n .a😀👍🏽\u200d\u0301”）", k=chance.randrange(400)))
    most, tail = chance.randrange(20, 700), chance.choice(["", "（全文）"])
    shown = cut(text, most, tail)
    assert size(shown) <= most
    if shown != text:
        assert shown.endswith(tail)
        head = shown.removesuffix(tail)
        assert text.startswith((head, head.removesuffix("……")))


def test_choices_are_numbered_from_one() -> None:
    assert numbered(["用地", "用电"]) == ("1. 用地", "2. 用电")
