"""`python -m knowledge check` and `diff`: what is wrong, what is unwise, and what an edit changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.serve import knowledge_places
from bot.settings import PROJECT, Settings
from knowledge.check import advice, check
from knowledge.encoder.model import open_encoder
from knowledge.errors import Fault
from knowledge.sources import CONCEPTS, FOLDER, FOLLOW_UPS
from knowledge.terms import TermReader

TODAY = date(2026, 11, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the plan with one topic and one file of boundaries."""
    copy = tmp_path / "knowledge"
    for name in ("faq", "boundaries"):
        (copy / name).mkdir(parents=True)
    shutil.copytree(FOLDER / "plan", copy / "plan", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in ("faq/land.yml", "boundaries/money.yml", CONCEPTS, FOLLOW_UPS):
        shutil.copy(FOLDER / name, copy / name)
    return copy


def test_the_project_s_own_files_have_no_fault() -> None:
    findings = check(FOLDER, TODAY)
    assert findings.faults == ()
    assert len(findings.entries) > 800


def test_faults_of_all_files_are_found_at_once(folder: Path) -> None:
    (folder / "faq" / "broken.yml").write_bytes("topic: 用地".encode("gbk"))
    (folder / "documents").mkdir()
    (folder / "documents" / "lost.pdf").write_bytes(b"%PDF-")
    (folder / CONCEPTS).write_text("子女: [娃]\n入学: [娃]\n", encoding="utf-8")
    faults = check(folder, TODAY).faults
    assert {fault.code for fault in faults} == {"encoding", "missing-sidecar", "unusable"}
    assert all(fault.file.is_relative_to(folder) for fault in faults)
    assert all(fault.hint for fault in faults)


def test_an_empty_folder_is_a_fault(folder: Path) -> None:
    (folder / "faq" / "land.yml").unlink()
    (folder / "boundaries" / "money.yml").unlink()
    assert [fault.code for fault in check(folder, TODAY).faults] == ["empty"]


@pytest.mark.integration
def test_what_is_unwise_is_told_with_its_line(folder: Path, built: Settings) -> None:
    land = folder / "faq" / "land.yml"
    text = land.read_text(encoding="utf-8")
    first = text.index("  - id: ")
    second = text.index("  - id: ", first + 1)
    expired = (
        "  - id: land-expired\n    question: 旧的用地办法还算数吗\n    phrasings: [老办法]\n    answer: 由市指标保障。\n    citations:\n"
        "      - clause: task-09\n        quote: 主平台的制造业项目用地由市指标保障，应保尽保。\n    valid_until: 2026-01-31\n"
    )
    land.write_text(text[:second] + expired + text[second:], encoding="utf-8")
    found = list(advice(check(folder, TODAY).entries, open_encoder(knowledge_places(built).encoder_in_use), TermReader(), TODAY))
    by_code = {fault.code: fault for fault in found if "land-expired" in fault.reason}
    assert {"few-phrasings", "expired"} <= set(by_code)
    line = land.read_text(encoding="utf-8").split("\n").index("  - id: land-expired") + 1
    assert by_code["expired"] == Fault("expired", land, line, "land-expired：已于 2026-01-31 到期，不再作答。", "请更新或删去。")


@pytest.mark.integration
def test_the_questions_whose_answer_would_change_are_listed(tmp_path: Path, built: Settings) -> None:
    changed = tmp_path / "knowledge"
    shutil.copytree(FOLDER, changed, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    fiscal = changed / "faq" / "tax.yml"
    text = fiscal.read_text(encoding="utf-8")
    fiscal.write_text(text.replace("answer: ", "answer: 据方案，", 1), encoding="utf-8")
    command = [sys.executable, "-m", "knowledge", "--data", str(built.data_dir), "diff", "--sources", str(changed), "--json"]
    ended = subprocess.run(command, cwd=PROJECT, text=True, capture_output=True, timeout=500, check=True)
    changes = [json.loads(line) for line in ended.stdout.splitlines()]
    assert changes
    assert all("据方案，" in change["after_text"] for change in changes)
    assert {change["before"] for change in changes} == {change["after"] for change in changes}
