"""A file is replaced in one step, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from knowledge.editing import hash_of
from knowledge.editing.files import FileMoved, may_be_written, replacement


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "land.yml"
    made.write_bytes(b"before")
    made.chmod(0o640)
    return made


def test_a_content_takes_the_file_s_place_with_its_mode_and_leaves_nothing_beside_it(file: Path) -> None:
    with replacement(file, b"after", hash_of(b"before")) as ready:
        assert file.read_bytes() == b"before"
        assert [found.name for found in file.parent.glob("*.yml")] == ["land.yml"]
        ready.put_in_place()
    assert file.read_bytes() == b"after"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_somebody_changed_meanwhile_is_left_alone(file: Path) -> None:
    with replacement(file, b"after", hash_of(b"before")) as ready:
        file.write_bytes(b"by hand")
        with pytest.raises(FileMoved):
            ready.put_in_place()
    assert file.read_bytes() == b"by hand"
    assert list(file.parent.iterdir()) == [file]


def test_what_is_not_put_in_place_leaves_nothing(file: Path) -> None:
    with pytest.raises(ZeroDivisionError), replacement(file, b"after", hash_of(b"before")):
        raise ZeroDivisionError
    assert file.read_bytes() == b"before"
    assert list(file.parent.iterdir()) == [file]


def test_whether_a_file_may_be_written_is_known_beforehand(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert may_be_written(file)
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)  # as on a read-only file system
    assert not may_be_written(file)
