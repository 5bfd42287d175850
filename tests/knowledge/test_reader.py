"""The plan's text becomes clauses that can be quoted exactly."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from knowledge.errors import PlanError
from knowledge.plan import Plan, Role, read_plan
from knowledge.sources import FOLDER


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A plan folder that a test may spoil."""
    return Path(copytree(FOLDER / "plan", tmp_path / "plan", ignore=lambda *_: ["__pycache__"])) / "plan.yml"


def test_the_plan_has_the_24_public_clause_ids(plan: Plan) -> None:
    expected = [f"overview-{n}" for n in range(1, 4)] + [f"task-{n:02d}" for n in range(1, 18)] + [f"safeguard-{n}" for n in range(1, 5)]
    assert [clause.id for clause in plan.clauses] == expected


def test_every_span_gives_back_the_text_it_belongs_to(plan: Plan) -> None:
    for clause in plan.clauses:
        assert plan.text[clause.span.start : clause.span.end] == clause.text
        for sentence in clause.sentences:
            assert plan.text[sentence.span.start : sentence.span.end] == sentence.text


def test_sentences_leave_out_nothing_but_line_breaks(plan: Plan) -> None:
    for clause in plan.clauses:
        assert "".join(s.text for s in clause.sentences) == clause.text.replace("\n", "")


def test_a_clause_knows_its_number_title_and_headings(plan: Plan) -> None:
    clause = plan.by_id["task-09"]
    assert (clause.number, clause.title) == ("二（三）9", "加强用地用林保障")
    assert clause.heading_path == ("二、主要任务", "（三）强化要素资源保障", "9.加强用地用林保障")
    assert plan.by_id["safeguard-4"].number == "三（四）"
    assert plan.by_id["overview-3"].title == "发展目标"


def test_roles_are_read_from_the_responsibility_note(plan: Plan) -> None:
    clause = plan.by_id["task-09"]
    assert clause.bureaus(Role.PRINCIPAL) == ("市自然资源局",)
    assert clause.bureaus(Role.SUPPORTING) == ("市财政局", "市投资促进局")
    assert plan.by_id["task-01"].bureaus(Role.PARTICIPATING) == ()
    assert plan.by_id["task-02"].bureaus(Role.PARTICIPATING) == ("各县（市、区）政府（管委会）",)


def test_the_plans_slip_for_a_bureau_resolves_to_its_name(plan: Plan) -> None:
    assert "市工业和信息局" in plan.by_id["task-10"].text
    assert "市工业和信息化局" in plan.by_id["task-10"].bureaus(Role.SUPPORTING)


def test_a_group_without_a_role_word_is_supporting(plan: Plan) -> None:
    assert "市商务局" in plan.by_id["task-17"].bureaus(Role.SUPPORTING)
    assert "市国资委" in plan.by_id["safeguard-3"].bureaus(Role.SUPPORTING)


def test_every_task_and_safeguard_has_a_principal_bureau(plan: Plan) -> None:
    for clause in plan.clauses:
        assert bool(clause.bureaus(Role.PRINCIPAL)) == (not clause.id.startswith("overview")), clause.id


def test_a_quote_leads_to_its_sentence(plan: Plan) -> None:
    clause = plan.by_id["task-09"]
    assert clause.sentence_with("由市指标保障，应保尽保").id == "task-09:3"
    with pytest.raises(ValueError, match="not verbatim"):
        clause.sentence_with("每亩一元")


def test_a_changed_text_is_refused_with_file_and_hint(copied: Path) -> None:
    text = copied.parent / "zhanjiang-plan.txt"
    text.write_text(text.read_text(encoding="utf-8").replace("60%", "90%"), encoding="utf-8")
    with pytest.raises(PlanError, match=r"zhanjiang-plan\.txt.*restore it from git"):
        read_plan(copied)


def _reseal(description: Path, old: str, new: str) -> None:
    """Change the text on purpose: its hash is put into plan.yml as the error message says."""
    import hashlib
    import re

    text = description.parent / "zhanjiang-plan.txt"
    text.write_text(text.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    digest = hashlib.sha256(text.read_bytes()).hexdigest()
    description.write_text(re.sub(r"sha256: \w+", f"sha256: {digest}", description.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("9.加强用地用林保障。", "加强用地用林保障。", r":\d+: task 10 where 9 was expected"),
        ("市自然资源局牵头", "市土地局牵头", r"unknown bureau in task-09: 市土地局.*bureaus\.yml"),
        ("（责任单位：市自然资源局牵头，市财政局、市投资促进局配合）", "", r"task-09 names no 责任单位"),
        ("三、保障措施", "保障措施", "clauses found, 24 expected"),
    ],
)
def test_a_damaged_structure_is_named(copied: Path, old: str, new: str, complaint: str) -> None:
    _reseal(copied, old, new)
    with pytest.raises(PlanError, match=complaint):
        read_plan(copied)


def test_a_missing_plan_is_named(copied: Path) -> None:
    (copied.parent / "zhanjiang-plan.txt").unlink()
    with pytest.raises(PlanError, match=r"plan\.yml: cannot read the plan"):
        read_plan(copied)
