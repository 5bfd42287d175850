"""Questions in any script, width or case come out the same."""

from __future__ import annotations

import pytest

from knowledge.terms import TermReader


@pytest.fixture(scope="module")
def terms() -> TermReader:
    """The reader with its conversion table."""
    return TermReader()


def test_traditional_full_width_and_capitals_are_folded(terms: TermReader) -> None:
    assert terms.normalise("產業轉移　ＲＣＥＰ\n Vietnam") == "产业转移 rcep vietnam"


def test_control_characters_are_dropped(terms: TermReader) -> None:
    assert terms.normalise("用\x00地\u200b指标") == "用地指标"


def test_characters_and_their_pairs_are_terms_and_latin_words_stay_whole(terms: TermReader) -> None:
    assert terms.read("用地5G？").characters == ("用", "地", "5g", "用地", "地5g")


def test_homophones_share_their_sounds(terms: TermReader) -> None:
    assert terms.read("用地指标").sounds == terms.read("用弟指镖").sounds


@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "？？！", "\x07"])
def test_a_text_without_words_is_empty(terms: TermReader, text: str) -> None:
    assert terms.read(text).is_empty


def test_ten_thousand_characters_are_only_long(terms: TermReader) -> None:
    assert len(terms.read("地" * 10_000).characters) == 19_999
