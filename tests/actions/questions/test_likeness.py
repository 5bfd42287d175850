"""Which known question is meant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from actions.questions.likeness import Known, Likeness, Vectors


def _towards(*cosines: float) -> Vectors:
    """Unit vectors with these cosines to (1, 0)."""
    return np.array([[cosine, np.sqrt(1 - cosine**2)] for cosine in cosines], dtype=np.float32)


def _nothing(texts: Sequence[str]) -> Vectors:
    raise AssertionError(texts)


ASKED = _towards(1.0)[0]


@pytest.fixture
def likeness() -> Likeness:
    """Questions are one from 0.8 on, of one entry from 0.5 on."""
    return Likeness(_nothing, near=0.8, near_by_entry=0.5)


@pytest.mark.parametrize(
    ("cosine", "known", "entry", "is_found"),
    [
        (0.81, "", "", True),
        (0.79, "", "", False),
        (0.81, "a", "b", True),
        (0.79, "a", "b", False),
        (0.51, "a", "a", True),
        (0.49, "a", "a", False),
        (0.51, "", "a", False),
    ],
)
def test_two_are_one_where_they_are_near_and_sooner_where_the_same_entry_is_nearest(
    likeness: Likeness, cosine: float, known: str, entry: str, is_found: bool
) -> None:
    likeness.learn([Known(7, known, False)], _towards(cosine))
    assert likeness.nearest(ASKED, entry, False) == (7 if is_found else None)


def test_the_nearest_of_several_is_found_and_none_among_none(likeness: Likeness) -> None:
    assert likeness.nearest(ASKED, "a", False) is None
    likeness.learn([Known(1, "a", False), Known(2, "", False), Known(3, "a", False)], _towards(0.6, 0.85, 0.7))
    assert likeness.nearest(ASKED, "a", False) == 2
    likeness.forget(2)
    assert likeness.nearest(ASKED, "a", False) == 3


def test_off_topic_ones_are_compared_with_each_other_only(likeness: Likeness) -> None:
    likeness.learn([Known(1, "", True), Known(2, "", False)], _towards(0.99, 0.9))
    assert likeness.nearest(ASKED, "", False) == 2
    assert likeness.nearest(ASKED, "", True) == 1


def test_however_many_were_learnt_each_is_found_and_those_cut_off_are_not(likeness: Likeness) -> None:
    vectors = np.eye(300, dtype=np.float32)
    for place in range(300):
        likeness.learn([Known(place, "", False)], vectors[place : place + 1])
    assert [likeness.nearest(vector, "", False) for vector in vectors] == list(range(300))
    likeness.cut(100)
    assert (likeness.number, likeness.nearest(vectors[99], "", False), likeness.nearest(vectors[100], "", False)) == (100, 99, None)
    likeness.learn([Known(1000, "", False)], vectors[200:201])
    assert likeness.nearest(vectors[200], "", False) == 1000
