"""Rasa's own gates: the training data is sound, and the conversations go as they should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT, Settings
from bot.start.rasa_process import MODEL_NAME, rasa_environment

pytestmark = pytest.mark.acceptance


def _rasa(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.rasa", *arguments]
    environment = rasa_environment(settings)
    return subprocess.run(command, cwd=PROJECT, env=environment, text=True, capture_output=True, timeout=240, check=False)


def test_the_training_data_is_valid_without_a_warning(built: Settings) -> None:
    ended = _rasa(built, "data", "validate", "--fail-on-warnings", "--data", "bot/training")
    assert ended.returncode == 0, ended.stderr[-3000:]


def test_the_conversations_go_as_written(built: Settings, tmp_path: Path) -> None:
    model = str(built.model_folder / MODEL_NAME)
    arguments = ("--fail-on-prediction-errors", "--model", model, "--stories", "tests/conversations", "--out", str(tmp_path))
    ended = _rasa(built, "test", "core", *arguments)
    assert ended.returncode == 0, ended.stderr[-3000:]
