"""Retrieval and judgement over a handful of candidates that can be worked out by hand."""

from __future__ import annotations

import pytest

from knowledge.index.assembly import IndexMaker
from knowledge.library import Entry
from knowledge.retrieval.search import Retriever
from knowledge.terms import TermReader
from tests.knowledge.test_index import CANDIDATES, KeywordEncoder

PRICE = Entry("boundary-price", "money", "用地多少钱", ("地价", "买地什么价钱"), "方案没有写明土地价格。", (), ("市自然资源局",), "task-09")
WEATHER = Entry("boundary-weather", "off", "今天天气怎么样", ("会下雨吗",), "不在范围内。", (), (), None)


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    """Three answers, a boundary and an off-topic question."""
    index = IndexMaker(KeywordEncoder(), TermReader()).make((*CANDIDATES, PRICE, WEATHER))
    return Retriever(index, KeywordEncoder())


@pytest.mark.parametrize(
    ("question", "entry"),
    [("想办贷款", "loan"), ("人才方面怎么支持", "talent"), ("建厂的地从哪来", "land"), ("用弟怎么办", "land"), ("貸款怎麼辦", "loan")],
)
def test_the_fitting_entry_comes_first(retriever: Retriever, question: str, entry: str) -> None:
    matches = retriever.search(TermReader().read(question))
    assert matches.answers[0].entry.id == entry
    assert list(matches.answers) == sorted(matches.answers, key=lambda match: -match.score)


def test_answers_and_boundaries_are_kept_apart(retriever: Retriever) -> None:
    matches = retriever.search(TermReader().read("用地多少钱"))
    assert not any(match.entry.is_boundary for match in matches.answers)
    assert all(match.entry.is_boundary for match in matches.boundaries)


def test_the_same_question_gets_the_same_matches(retriever: Retriever) -> None:
    terms = TermReader().read("建厂的地怎么办")
    assert retriever.search(terms) == retriever.search(terms)
