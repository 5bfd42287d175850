"""When to answer: what is looked at, what was learnt from it, and how it is kept."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from knowledge.errors import DamagedIndex
from knowledge.library import Entry, Quote
from knowledge.plan import Plan
from knowledge.plan.stated import facts_stated
from knowledge.question.asked import attributes_asked
from knowledge.retrieval.features import MEASURES, NAMES, features
from knowledge.retrieval.judgement import FILE, Judge, Verdict, open_judge
from knowledge.retrieval.search import Match, Matches
from knowledge.retrieval.trees import Trees, read_trees
from knowledge.score.calibration import FOLDS, deal
from knowledge.sources import Sources
from knowledge.terms import TermReader

LAND = Entry("land", "land", "用地怎么保障", (), "由市指标保障。", (Quote("task-09", "由市指标保障，应保尽保。"),), (), None)
PRICE = Entry("price", "land", "用地多少钱", (), "方案没有写明土地价格。", (), (), "task-09")


def _matches(answer: float, boundary: float, doubt: float) -> Matches:
    """Overlaps as they come with such scores."""
    return Matches((Match(LAND, answer, 0.8, answer / 4),), (Match(PRICE, boundary, 0.7, boundary / 4),), doubt)


@pytest.mark.parametrize(
    ("question", "attributes"),
    [
        ("工业用地一亩多少钱", {"money", "number"}),
        ("贷款利率几个点", {"percentage"}),
        ("办下来要几天", {"duration"}),
        ("广湛高铁什么时候通车", {"date"}),
        ("自然资源局电话是多少", {"contact"}),
        ("how much is an acre", {"money"}),
        ("用地指标", set()),
    ],
)
def test_what_a_question_wants_to_know_is_seen(question: str, attributes: set[str]) -> None:
    assert attributes <= attributes_asked(TermReader().normalise(question))
    if not attributes:
        assert attributes_asked(question) == frozenset()


def test_each_sentence_of_the_plan_can_be_tagged_with_what_it_states(plan: Plan) -> None:
    tagged = {sentence.id: facts_stated(sentence.text) for clause in plan.clauses for sentence in clause.sentences}
    goals = next(text for text in (s.text for s in plan.by_id["overview-3"].sentences) if "2500亿元" in text)
    assert {"number", "amount"} <= facts_stated(goals)
    assert "percentage" in facts_stated("确保全市获取计划指标的60%用于产业园区建设项目")
    assert sum(bool(facts) for facts in tagged.values()) > len(tagged) / 2


def test_a_row_has_a_number_for_every_name() -> None:
    row = features(TermReader().read("用地多少钱"), _matches(3.0, 2.0, -1.0))
    by_name = dict(zip(NAMES, row, strict=True))
    assert len(MEASURES) < len(NAMES) == len(set(NAMES))
    assert (by_name["doubt"], by_name["lead"]) == (-1.0, 1.0)
    assert by_name["asks for money"] == 1.0
    assert by_name["asks as the boundary"] == by_name["precise attributes"] == 2.0  # how much, and how much money


@pytest.mark.parametrize(("near_to", "verdict"), [((0.97, 0.8), Verdict.ANSWERED), ((0.8, 0.97), Verdict.BOUNDARY)])
def test_nearly_a_known_wording_is_of_its_kind(near_to: tuple[float, float], verdict: Verdict) -> None:
    leaf = [[-1, 0.0, 0, 0]]
    for start in (-9.0, 9.0):  # whatever was learnt
        judge = Judge(Trees(NAMES, start, (leaf,)))
        matches = Matches((Match(LAND, 1.0, near_to[0]),), (Match(PRICE, 1.0, near_to[1]),), 0.0)
        assert judge.judge(TermReader().read("用地"), matches).verdict is verdict


def test_trees_are_followed_to_their_leaves(tmp_path: Path) -> None:
    stump = [[0, 0.5, 1, 2], [-1, -2.0, 0, 0], [-1, 2.0, 0, 0]]
    trees = Trees(("x",), 0.0, (stump, stump))
    assert trees.probability([0.5]) == pytest.approx(1 / (1 + math.exp(4)))
    assert trees.probability([0.6]) == pytest.approx(1 / (1 + math.exp(-4)))
    file = tmp_path / "trees.json"
    file.write_text(json.dumps(trees.as_fields()), encoding="utf-8")
    assert read_trees(file).probability([0.6]) == trees.probability([0.6])


def test_what_was_learnt_answers_what_is_surely_answered_and_refuses_what_surely_is_not() -> None:
    judge = open_judge()
    terms = TermReader()
    sure = judge.judge(terms.read("用地怎么保障"), _matches(9.0, 3.0, -6.0))
    assert (sure.verdict, sure.entry) == (Verdict.ANSWERED, LAND)
    refused = judge.judge(terms.read("用地多少钱"), _matches(5.0, 9.0, 6.0))
    assert (refused.verdict, refused.entry) == (Verdict.BOUNDARY, PRICE)
    assert sure.score > 0.8
    assert refused.score > 0.8


def test_a_boundary_about_something_else_is_not_told() -> None:
    never = Judge(Trees(NAMES, -5.0, ()))
    judgement = never.judge(TermReader().read("用地"), _matches(9.0, 1.0, 0.0))
    assert (judgement.verdict, judgement.entry) == (Verdict.UNSTATED, LAND)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"names": ["x"], "start": 0, "trees": []}'])
def test_a_damaged_file_or_one_for_other_features_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    file = tmp_path / "judgement.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(DamagedIndex, match="calibrate"):
        open_judge(file)


def test_what_was_learnt_is_small() -> None:
    assert FILE.stat().st_size < 300_000


def test_every_wording_is_held_apart_exactly_once(sources: Sources) -> None:
    apart: list[tuple[str, str]] = []
    for fold in range(FOLDS):
        kept, held = deal(sources.entries, fold)
        apart += [(entry.id, words) for entry, words in held]
        in_use = {entry.id: set(entry.phrasings) for entry in kept}
        assert not any(words in in_use[entry.id] for entry, words in held)
    assert sorted(apart) == sorted((entry.id, words) for entry in sources.entries for words in entry.phrasings)
