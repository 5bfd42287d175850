"""Follow-ups told by their sound: the list of wordings, and what is learnt from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import PlanError
from knowledge.index.follow_ups import FollowUpSense, train_follow_ups
from knowledge.question.follow_up import FollowUpKind
from knowledge.question.follow_up_wordings import FollowUpWordings, read_follow_up_wordings
from knowledge.terms import TermReader

TERMS = TermReader()
WORDINGS: FollowUpWordings = {
    FollowUpKind.BUREAU: ("这个归谁管", "归谁管啊", "这事归谁", "那归哪家管"),
    FollowUpKind.QUOTE: ("原文发我看看", "把原文发来", "原文呢", "看看原文"),
    None: ("用地归谁管", "贷款的原文是什么样的合同"),
}


@pytest.fixture(scope="module")
def sense() -> FollowUpSense:
    """Learnt from the wordings above, beside questions that stand for themselves."""
    return train_follow_ups(WORDINGS, map(TERMS.read, ("用地怎么保障", "贷款怎么办", "孩子上学怎么安排", "高铁通了没")), TERMS)


@pytest.mark.parametrize(("text", "kind"), [("归谁管的呢", FollowUpKind.BUREAU), ("能把原文发来吗", FollowUpKind.QUOTE)])
def test_a_new_wording_is_told_by_its_sound(sense: FollowUpSense, text: str, kind: FollowUpKind) -> None:
    told, odds = sense.of(TERMS.read(text))
    assert told is kind
    assert odds > sense.of(TERMS.read("用地怎么保障"))[1]


def test_what_was_saved_tells_the_same(sense: FollowUpSense, tmp_path: Path) -> None:
    sense.save(tmp_path / "sense")
    kind, odds = FollowUpSense.open(tmp_path / "sense").of(TERMS.read("归谁管啊"))
    assert kind is FollowUpKind.BUREAU
    assert odds == pytest.approx(sense.of(TERMS.read("归谁管啊"))[1], abs=0.05)


def test_without_wordings_nothing_follows_up() -> None:
    assert train_follow_ups({}, [], TERMS).of(TERMS.read("归谁管"))[0] is None


def test_the_project_s_own_list_has_wordings_of_every_kind_that_it_names() -> None:
    wordings = read_follow_up_wordings()
    assert all(len(texts) >= 100 for texts in wordings.values())
    assert {FollowUpKind.BUREAU, FollowUpKind.QUOTE, FollowUpKind.MORE, FollowUpKind.DETAIL, FollowUpKind.HOW} < set(wordings)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("bureau: [归谁管]\nquote: [归谁管]\n", "“归谁管” stands twice"),
        ("colour: [红]\n", "the kinds are bureau, quote"),
        ("- 归谁管\n", "cannot read how people follow up"),
        ("bureau: [\n", "cannot read how people follow up"),
    ],
)
def test_a_faulty_list_is_named_with_what_to_do(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "follow_ups.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(PlanError, match=complaint) as raised:
        read_follow_up_wordings(file)
    assert raised.value.file == file


def test_a_list_in_another_encoding_is_told(tmp_path: Path) -> None:
    file = tmp_path / "follow_ups.yml"
    file.write_text("bureau: [归谁管]\n", encoding="gbk")
    with pytest.raises(PlanError, match="cannot read how people follow up"):
        read_follow_up_wordings(file)
