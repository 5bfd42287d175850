"""What was typed by its sound: mended where the library leaves no doubt, left alone otherwise."""

from __future__ import annotations

import pytest

from knowledge.index.assembly import texts_of
from knowledge.question.spelling import Spelling
from knowledge.sources import Sources
from knowledge.terms import TermReader


@pytest.fixture(scope="module")
def texts(sources: Sources) -> list[str]:
    """All that the library says, normalised."""
    reader = TermReader()
    return [reader.normalise(text) for entry in sources.entries for text in texts_of(entry)]


@pytest.fixture(scope="module")
def spelling(texts: list[str]) -> Spelling:
    """Of the library."""
    return Spelling(texts)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("银航怎么贷款", "银行怎么贷款"),
        ("分之机构有奖力吗", "分之机构有奖励吗"),
        ("订单rongzi", "订单融资"),
        ("能号指标不够", "能耗指标不够"),
        ("增家值定的多少", "增加值定的多少"),
    ],
)
def test_a_homophone_is_mended(spelling: Spelling, typed: str, meant: str) -> None:
    assert spelling.mend(typed) == meant


@pytest.mark.parametrize("text", ["银行怎么贷款", "高铁通了没", "school", "", "？", "5g基站", "飞地拟设立在哪", "拟建立何种制度"])
def test_what_has_no_better_reading_is_left_alone(spelling: Spelling, text: str) -> None:
    assert spelling.mend(text) == text


def test_nothing_is_mended_without_a_library() -> None:
    assert Spelling(()).mend("银航代款") == "银航代款"


def test_no_wording_of_the_library_is_changed(spelling: Spelling, texts: list[str]) -> None:
    assert [text for text in texts if spelling.mend(text) != text] == []
