"""Secrets are made once, and for their owner only."""

from __future__ import annotations

import stat
from pathlib import Path

from bot.secret_file import read_or_make_secret


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "conversation.secret"
    made = read_or_make_secret("", file)
    assert read_or_make_secret("", file) == made
    assert len(made) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_given_secret_goes_before_the_file(tmp_path: Path) -> None:
    assert read_or_make_secret("given", tmp_path / "none") == "given"
    assert not (tmp_path / "none").exists()
