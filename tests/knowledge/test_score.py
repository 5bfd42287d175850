"""The measure itself: what counts as right, and how sure a share is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.serve import knowledge_places
from bot.settings import PROJECT, Settings
from knowledge.answer import Answer, Bureaus, Citation, NoAnswer, Reason
from knowledge.errors import LibraryError
from knowledge.opening import open_knowledge
from knowledge.plan import Plan
from knowledge.score.marks import Mark, Share, quotes_verbatim
from knowledge.score.plots import draw
from knowledge.score.questions import KnownQuestion, read_questions
from knowledge.score.report import calibration_error, failures, overall, report
from knowledge.score.run import mark, mark_baselines
from knowledge.sources import Sources
from knowledge.terms import TermReader

QUESTIONS = PROJECT / "tests" / "evaluation"
LAND = KnownQuestion(
    "q", "用地", "keywords", ("task-09", "task-01"), (("应保尽保",), ("市指标", "省指标")), ("市自然资源局",), "answerable"
)
PRICE = KnownQuestion("n", "地价", "keywords", (), (), (), "near")


def _answer(clause: str, text: str, bureau: str = "市自然资源局") -> Answer:
    return Answer(text, (Citation(clause, "", "", "由省指标保障"),), Bureaus((bureau,)), 1.0, "e")


REFUSAL = NoAnswer(Reason.UNSTATED, "没有写明", Bureaus(), 1.0, None)


def test_an_answer_is_right_with_an_acceptable_clause_and_every_fact() -> None:
    assert Mark(LAND, _answer("task-01", "应保尽保")).right
    assert not Mark(LAND, _answer("task-02", "应保尽保")).right
    assert not Mark(LAND, _answer("task-09", "不知道")).right
    assert not Mark(LAND, REFUSAL).right


def test_an_unanswerable_question_is_right_when_refused() -> None:
    assert Mark(PRICE, REFUSAL).right
    assert not Mark(PRICE, _answer("task-09", "应保尽保")).right


def test_the_bureau_counts_among_the_principal_ones() -> None:
    assert Mark(LAND, _answer("task-09", "")).bureau_right
    assert not Mark(LAND, _answer("task-09", "", "市财政局")).bureau_right


def test_a_changed_quote_is_not_verbatim(plan: Plan) -> None:
    kept, changed = _answer("task-09", ""), _answer("task-10", "")
    assert str(quotes_verbatim([Mark(LAND, kept), Mark(LAND, changed), Mark(PRICE, REFUSAL)], plan.by_id)).endswith("(1/2)")


def test_a_share_knows_how_sure_it_is() -> None:
    share = Share(8, 10)
    low, high = share.interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)  # as Wilson's formula gives it
    assert str(share) == "0.80 [0.49, 0.94] (8/10)"
    assert str(Share(0, 0)) == "-"


def test_the_report_counts_and_the_failures_are_named() -> None:
    marks = [Mark(LAND, _answer("task-09", "应保尽保")), Mark(LAND, REFUSAL), Mark(PRICE, _answer("task-09", ""))]
    lines = "\n".join(report(marks))
    assert "2 answerable questions, 1 that the plan does not answer" in lines
    assert "clause and facts right    0.50" in lines
    assert "wrongly answered          1.00" in lines
    assert [line.split()[0] for line in failures(marks)] == ["q", "n"]


def test_the_questions_cover_every_clause_and_enough_that_is_not_answerable(plan: Plan) -> None:
    questions = read_questions(QUESTIONS, plan)
    assert {clause for question in questions for clause in question.clauses[:1]} == set(plan.by_id)
    assert len(questions) >= 500
    assert sum(not question.is_answerable for question in questions) >= 150
    assert sum(bool(question.after) for question in questions) >= 80


def test_no_question_was_copied_into_the_library(plan: Plan, sources: Sources) -> None:
    terms = TermReader()
    library = {"".join(terms.read(wording).characters) for entry in sources.entries for wording in entry.wordings}
    # Bare keywords of a few characters may meet by chance; whole questions may not.
    asked = [q for q in read_questions(QUESTIONS, plan) if q.register != "keywords"]
    assert [q.text for q in asked if "".join(terms.read(q.text).characters) in library] == []


def test_a_fact_that_is_not_in_the_clause_is_refused(tmp_path: Path, plan: Plan) -> None:
    file = tmp_path / "q.yml"
    file.write_text("questions:\n- {id: a, text: 问, register: formal, clauses: [task-09], facts: [免费]}\n", encoding="utf-8")
    with pytest.raises(LibraryError, match="a: fact 免费 is not in task-09"):
        read_questions(file, plan)


@pytest.mark.integration
def test_the_answers_are_as_good_as_they_have_been(built: Settings, plan: Plan) -> None:
    # A little below what `make eval` prints, so that a change for the worse is seen and chance is not.
    knowledge = open_knowledge(knowledge_places(built))
    marks = mark(knowledge, read_questions(QUESTIONS, plan))
    shares = {name.strip(): share.value for name, share in overall(marks).items()}
    assert shares["everyday registers"] >= 0.93
    assert shares["the other registers"] >= 0.90
    assert shares["principal bureau right"] >= 0.96
    assert shares["wrongly refused"] <= 0.05
    assert shares["wrongly answered"] <= 0.05
    assert calibration_error(marks) <= 0.05
    verbatim = quotes_verbatim(marks, plan.by_id)
    assert verbatim.count == verbatim.total > 0
    assert all(len(m.told.text) <= 1000 for m in marks)


@pytest.mark.integration
def test_plain_methods_are_measured_beside_and_are_worse(built: Settings, plan: Plan, sources: Sources) -> None:
    questions = read_questions(QUESTIONS / "questions.yml", plan)
    ours = overall(mark(open_knowledge(knowledge_places(built)), questions))["clause and facts right"].value
    for marks in mark_baselines(sources, questions).values():
        assert overall(marks)["clause and facts right"].value < ours


def test_the_plots_are_drawn(tmp_path: Path) -> None:
    draw([Mark(LAND, _answer("task-09", "应保尽保")), Mark(LAND, REFUSAL), Mark(PRICE, REFUSAL)], tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"reliability.png", "registers.png"}


def test_the_calibration_error_is_the_distance_between_sure_and_right() -> None:
    right, wrong = _answer("task-09", "应保尽保"), _answer("task-02", "")
    assert calibration_error([Mark(LAND, right)]) == 0.0
    assert calibration_error([Mark(LAND, right), Mark(LAND, wrong)]) == 0.5


def test_two_questions_in_one_need_both_clauses() -> None:
    both = replace(LAND, needs_all_clauses=True, facts=())
    one = _answer("task-09", "")
    assert not Mark(both, one).clause_right
    assert Mark(both, replace(one, citations=(*one.citations, Citation("task-01", "", "", "")))).clause_right
