"""BM25 as it is built here, against the package bm25s."""

from __future__ import annotations

import random

import bm25s
import numpy as np
import pytest

from knowledge.index.words import WordIndex

_FLOAT16 = 1e-3
"""Weights are rounded as they will be saved."""


def _documents(seed: int, number: int) -> list[list[str]]:
    """Of unequal lengths, with repeated terms; as in language, few terms are frequent and many rare."""
    chosen = random.Random(seed)
    return [[f"词{int(chosen.paretovariate(0.8)) % 400}" for _ in range(chosen.randint(1, 60))] for _ in range(number)]


@pytest.mark.parametrize("number", [1, 2, 300])
def test_scores_are_those_of_bm25s(number: int) -> None:
    documents = _documents(7, number)
    ours = WordIndex.build(documents)
    oracle = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    oracle.index([list(terms) for terms in documents], show_progress=False)
    asked = [["词1", "词2", "词3"], ["词250"], documents[0], documents[-1]]
    for terms in asked:
        known = [term for term in dict.fromkeys(terms) if term in oracle.vocab_dict]
        expected = oracle.get_scores(known) if known else np.zeros(number)
        np.testing.assert_allclose(ours.scores(terms), expected, rtol=_FLOAT16, atol=_FLOAT16)
    assert any(ours.scores(terms).any() for terms in asked)


def test_documents_without_any_term_score_nothing() -> None:
    index = WordIndex.build([["用地"], []])
    assert index.scores(["用地"])[0] > 0
    assert index.scores(["用地"])[1] == 0
    assert not index.scores(["没有"]).any()
