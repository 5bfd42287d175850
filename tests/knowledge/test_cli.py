"""The command line, as a developer meets it: build, ask, show, score, and clear complaints."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT, Settings
from knowledge.cli import QUESTIONS, main
from knowledge.plan import Plan

pytestmark = pytest.mark.integration


def _knowledge(built: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "knowledge", "--data", str(built.data_dir), *arguments]
    return subprocess.run(command, cwd=PROJECT, text=True, capture_output=True, timeout=120, check=False)


def test_a_question_is_answered_as_text_and_as_json(built: Settings, plan: Plan) -> None:
    asked = "主平台制造业项目的用地指标怎么保障"
    text = _knowledge(built, "ask", asked)
    assert text.returncode == 0
    assert "二（三）9 加强用地用林保障" in text.stdout
    told = json.loads(_knowledge(built, "ask", asked, "--json").stdout)
    assert told["citations"][0]["quote"] in plan.by_id["task-09"].text
    assert told["bureaus"]["principal"] == ["市自然资源局"]


def test_a_second_build_has_nothing_to_do(built: Settings) -> None:
    assert _knowledge(built, "build").stdout == "knowledge: unchanged, nothing to build\n"


def test_any_local_model_can_be_the_encoder_and_the_index_knows_which(built: Settings, tmp_path: Path) -> None:
    model = tmp_path / "another-model"
    shutil.copytree(built.encoder_folder, model)
    (model / "note.txt").write_text("another content, another model")
    place = ("--data", str(tmp_path / "var"), "--encoder", str(model))
    assert "knowledge: indexed" in _knowledge(built, *place, "build").stdout
    assert "加强用地用林保障" in _knowledge(built, *place, "ask", "主平台制造业项目的用地指标怎么保障").stdout
    (model / "note.txt").write_text("changed since")
    refused = _knowledge(built, *place, "ask", "用地")
    assert refused.returncode == 1
    assert "manifest.json: built with encoder local:" in refused.stderr


def test_another_encoder_is_measured_beside_the_one_trained_here(built: Settings, tmp_path: Path) -> None:
    shutil.copytree(built.encoder_folder, tmp_path / "var" / "encoder")
    shutil.copytree(built.encoder_folder, tmp_path / "another-model")
    place = ("--data", str(tmp_path / "var"), "--encoder", str(tmp_path / "another-model"))
    _knowledge(built, *place, "build")
    measured = _knowledge(built, *place, "score", str(QUESTIONS / "silent.yml"))
    assert measured.returncode == 0, measured.stderr
    beside = next(line for line in measured.stdout.split("\n") if line.startswith("with the encoder that is trained here: "))
    own = next(line for line in measured.stdout.split("\n") if line.startswith("wrongly answered"))
    assert beside[-4:] == own.split()[2]  # the same model measures the same


def test_a_clause_is_shown_with_its_places_and_roles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "task-09"]) == 0
    shown = capsys.readouterr().out
    assert "二、主要任务 > （三）强化要素资源保障 > 9.加强用地用林保障" in shown
    assert "principal  市自然资源局" in shown


def test_an_unknown_clause_is_told_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "task-99"]) == 1
    assert "there is no clause task-99; there are overview-1, " in capsys.readouterr().err


def test_asking_before_building_says_what_to_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["--data", str(tmp_path), "ask", "用地"]) == 1
    complaint = capsys.readouterr().err
    assert "there is no trained encoder" in complaint
    assert "python -m knowledge build" in complaint
