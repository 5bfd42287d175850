"""Imports point one way: bot → desk → actions → knowledge, and knowledge imports nothing else of ours."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import PROJECT

OURS = ("bot", "desk", "actions", "knowledge", "bench", "docs", "setup", "tests")
ALLOWED = {
    "knowledge": {"knowledge"},
    "actions": {"actions", "knowledge"},
    "desk": {"desk", "actions", "knowledge"},
    "bot": {"bot", "desk", "actions", "knowledge"},
}


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_point_one_way(package: str) -> None:
    for file in (PROJECT / package).rglob("*.py"):
        for name in _imported(file):
            root = name.split(".")[0]
            assert root not in OURS or root in ALLOWED[package], f"{file.relative_to(PROJECT)} imports {name}"


def test_only_rasas_own_process_imports_rasa() -> None:
    for package in ALLOWED:
        for file in (PROJECT / package).rglob("*.py"):
            if file.is_relative_to(PROJECT / "bot" / "rasa"):
                continue
            assert not any(name.split(".")[0] == "rasa" for name in _imported(file)), file


def test_only_building_and_scoring_import_the_training_code() -> None:
    knowledge = PROJECT / "knowledge"
    importing = {file for file in knowledge.rglob("*.py") if "knowledge.encoder.training" in set(_imported(file))}
    elsewhere = {file for file in importing if not file.is_relative_to(knowledge / "score")}
    assert elsewhere == {knowledge / "artefacts.py"}


def test_only_the_command_line_and_its_previews_import_the_scoring() -> None:
    knowledge = PROJECT / "knowledge"
    for package in ALLOWED:
        for file in (PROJECT / package).rglob("*.py"):
            if file == knowledge / "cli.py" or any(file.is_relative_to(knowledge / part) for part in ("score", "preview")):
                continue
            assert not any(name.startswith(("knowledge.score", "knowledge.preview")) for name in _imported(file)), file


def test_a_running_service_has_no_code_in_memory_that_trains_or_scores() -> None:
    code = "import sys, bot.app, knowledge.knowledge; print([*sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    apart = ("training", ".score", "knowledge.preview")
    ours = [name for name in ast.literal_eval(done.stdout) if name.startswith(OURS) and any(part in name for part in apart)]
    assert ours == []
