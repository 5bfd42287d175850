"""The office's files are followed: a saved one counts, a faulty one is told of and changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from actions.office.live import LiveOffice, OfficeFiles
from actions.settings import PROJECT
from knowledge.errors import LibraryError
from knowledge.plan import BureauNames, Plan


@pytest.fixture
def files(tmp_path: Path) -> OfficeFiles:
    """Copies of what is shipped."""
    for name in ("bureaus.yml", "consent.yml"):
        shutil.copy(PROJECT / "actions" / name, tmp_path / name)
    shutil.copytree(PROJECT / "actions" / "tracks", tmp_path / "tracks")
    return OfficeFiles(tmp_path / "bureaus.yml", tmp_path / "tracks", tmp_path / "consent.yml")


@pytest.fixture
def office(files: OfficeFiles, plan: Plan, bureaus: BureauNames) -> LiveOffice:
    """Opened on them."""
    return LiveOffice(files, plan, bureaus, {})


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    # Two saves within one tick of the clock would look like one.
    os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1_000_000))


def test_nothing_happens_while_nothing_changes(office: LiveOffice) -> None:
    before = office.current
    assert office.refresh() is False
    assert office.current is before


def test_a_saved_file_counts_from_the_next_look_on(office: LiveOffice, files: OfficeFiles) -> None:
    _change(files.consent, 'version: "2026-11"', 'version: "2026-12"')
    assert office.refresh() is True
    assert office.current.consent.version == "2026-12"


def test_a_track_that_is_added_or_taken_away_is_noticed(office: LiveOffice, files: OfficeFiles) -> None:
    (files.tracks / "credit.yml").unlink()
    assert office.refresh() is True
    assert "credit" not in office.current.track_by_id


@pytest.mark.parametrize(
    ("name", "old", "new", "line_of"),
    [
        ("bureaus.yml", "fallback: investment-promotion", "fallback: nobody", "fallback: nobody"),
        ("bureaus.yml", "id: tax\n", "id: tax\n    colour: red\n", "colour: red"),
        ("tracks/environmental-approval.yml", "clause: task-12", "clause: task-99", "clause: task-99"),
        ("tracks/environmental-approval.yml", "workdays: 5", "workdays: soon", "workdays: soon"),
        ("consent.yml", "办结{days}天后", "办结365天后", "text:"),
        ("bureaus.yml", "bureaus:\n", "bureaus:\n\t- id: x\n", "\t- id: x"),
    ],
)
def test_a_faulty_file_is_told_of_with_its_line_and_the_last_good_state_stays(
    office: LiveOffice, files: OfficeFiles, name: str, old: str, new: str, line_of: str
) -> None:
    before = office.current
    file = files.bureaus.parent / name
    _change(file, old, new)
    refused = office.refresh()
    assert isinstance(refused, LibraryError)
    written = file.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(written, 1) if line_of.strip() in text)
    assert any(fault.file == file and fault.line == line and fault.hint for fault in refused.faults), str(refused)
    assert office.current is before
    _change(file, new, old)
    assert office.refresh() is True, "once it is mended it counts again"


def test_all_faults_of_all_files_are_told_at_once(office: LiveOffice, files: OfficeFiles) -> None:
    _change(files.consent, "办结{days}天后", "办结365天后")
    _change(files.bureaus, "fallback: investment-promotion", "fallback: nobody")
    refused = office.refresh()
    assert isinstance(refused, LibraryError)
    assert {fault.file.name for fault in refused.faults} == {"consent.yml", "bureaus.yml"}
