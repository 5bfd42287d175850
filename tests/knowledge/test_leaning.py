"""What the words of a question lean to, learnt from a few wordings that can be looked over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.index.leaning import Leaning, train_leaning
from knowledge.library import Entry, Quote
from knowledge.terms import TermReader, Terms

WORDINGS = {
    "task-09": ("用地指标怎么保障", "建厂的用地", "用地从哪来", "买用地"),
    "task-11": ("贷款怎么办", "想要贷款", "银行肯贷款吗", "贷款难"),
    "task-13": ("人才怎么支持", "引进人才", "人才住房", "人才来了怎么办"),
    None: ("用地多少钱", "贷款利息多少钱", "人才补贴多少钱", "一共多少钱"),
}
"""Wordings of a clause; those of none ask for what no clause states."""


@pytest.fixture(scope="module")
def leaning() -> Leaning:
    """Trained on the wordings above."""
    return train_leaning([_entry(clause) for clause in WORDINGS], [[_read(text) for text in own] for own in WORDINGS.values()])


def _entry(clause: str | None) -> Entry:
    return Entry(clause or "boundary", "t", "?", (), "答。", (Quote(clause, "原文"),) if clause else (), (), None)


def _read(text: str) -> Terms:
    return TermReader().read(text)


@pytest.mark.parametrize(("text", "clause"), [("湛江的用地", "task-09"), ("贷款", "task-11"), ("我们的人才", "task-13")])
def test_words_speak_for_the_clause_that_they_were_seen_with(leaning: Leaning, text: str, clause: str) -> None:
    assert leaning.clauses[int(leaning.of(_read(text)).clauses.argmax())] == clause


def test_words_speak_for_what_is_not_stated(leaning: Leaning) -> None:
    assert leaning.of(_read("多少钱")).doubt > 0 > leaning.of(_read("用地怎么保障")).doubt


def test_unknown_words_speak_for_nothing(leaning: Leaning) -> None:
    assert leaning.of(_read("xyz")).doubt == leaning.of(_read("abc")).doubt


def test_what_was_saved_leans_alike(leaning: Leaning, tmp_path: Path) -> None:
    leaning.save(tmp_path / "leaning")
    kept = Leaning.open(tmp_path / "leaning")
    assert kept.clauses == leaning.clauses
    np.testing.assert_allclose(kept.of(_read("想要贷款")).clauses, leaning.of(_read("想要贷款")).clauses, atol=0.01)


def test_without_boundaries_nothing_is_leant_to() -> None:
    lean = train_leaning([_entry("task-09")], [[_read("用地")]]).of(_read("用地"))
    assert (lean.doubt, len(lean.clauses)) == (0.0, 0)
