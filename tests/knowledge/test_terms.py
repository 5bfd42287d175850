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
    written = [term for term in terms.read("用地5G？").characters if not term.startswith("<")]
    assert written == ["用", "地", "5g", "用地", "地5g"]


def test_what_is_meant_is_a_term_in_brackets_however_it_is_said(terms: TermReader) -> None:
    assert "<用地>" in terms.read("用地5G？").characters
    assert "<用地>" in terms.read("拿块地盖厂").characters
    assert "<用地>" not in terms.read("娃读书").characters


def test_homophones_share_their_sounds(terms: TermReader) -> None:
    assert terms.read("用地指标").sounds == terms.read("用弟指镖").sounds


@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "？？！", "\x07"])
def test_a_text_without_words_is_empty(terms: TermReader, text: str) -> None:
    assert terms.read(text).is_empty


def test_ten_thousand_characters_are_only_long(terms: TermReader) -> None:
    assert len(terms.read("地" * 10_000).characters) == 19_999
