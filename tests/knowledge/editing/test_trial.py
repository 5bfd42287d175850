"""An edit is tried in a copy, and its faults are told where the editor sees them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from knowledge.editing import Edit, EditKind, NoSuchEntry, read_blocks
from knowledge.editing.trial import Trial, Trials
from knowledge.sources import hash_sources
from tests.knowledge.editing.copies import small_copy

TODAY = date(2026, 11, 1)
LAND = "faq/land.yml"
NEW = """\
- id: land-new
  question: 新问？
  phrasings:
    - 新问一
  answer: 新答。
  citations:
    - clause: task-09
      quote: 主平台的制造业项目用地由市指标保障，应保尽保。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_copy(tmp_path / "knowledge")


@pytest.fixture
def trials(folder: Path) -> Iterator[Trials]:
    opened = Trials(folder)
    yield opened
    opened.close()


def _tried(trials: Trials, text: str, kind: EditKind = EditKind.ADD, entry: str = "land-new", file: str = LAND) -> Trial:
    return trials.check(Edit(file, kind, entry, text), TODAY)


def _places(trial: Trial) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in trial.faults]


def test_a_sound_entry_has_no_faults_and_the_files_stay_as_they_are(trials: Trials, folder: Path) -> None:
    before = hash_sources(folder)
    assert _tried(trials, NEW).is_sound
    assert hash_sources(folder) == before


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("新答。", "", [(5, "answer")]),
        ("新问一", "12", [(4, "phrasings.0")]),
        ("    - 新问一", "    - 新问一\n    - 用地政策", [(5, "phrasings.1")]),
        ("新问？", "用地政策", [(2, "question")]),
        ("task-09", "task-99", [(7, "citations.0")]),
        ("应保尽保", "应保必保", [(8, "citations.0")]),
        ("  answer: 新答。\n", "", [(1, "")]),
        ("land-new", "Land New", [(1, "")]),
        ("  answer", "  anwser", [(1, ""), (5, "anwser")]),
        ("- id", "id", [(2, "")]),
        ("新答。", "新: 答", [(5, "")]),
    ],
)
def test_each_fault_is_told_at_its_line_and_its_field(trials: Trials, old: str, new: str, places: list[tuple[int, str]]) -> None:
    trial = _tried(trials, NEW.replace(old, new))
    assert sorted(_places(trial)) == places
    assert trial.elsewhere == ()
    assert all(fault.reason for fault in trial.faults)


def test_a_changed_entry_is_told_its_lines_from_one_wherever_it_stands_in_the_file(trials: Trials, folder: Path) -> None:
    block = read_blocks(folder / LAND, (folder / LAND).read_bytes())[3]
    number = next(i for i, line in enumerate(block.text.splitlines(), 1) if "quote:" in line)
    wrong = block.text.replace("quote: ", "quote: 不是原文", 1)
    trial = _tried(trials, wrong, EditKind.CHANGE, block.entry)
    assert _places(trial) == [(number, "citations.0")]
    assert not trial.faults[0].reason.startswith(block.entry)


def test_the_id_of_an_entry_stays(trials: Trials, folder: Path) -> None:
    block = read_blocks(folder / LAND, (folder / LAND).read_bytes())[0]
    trial = _tried(trials, block.text.replace(block.entry, "land-other"), EditKind.CHANGE, block.entry)
    assert _places(trial) == [(1, "id")]
    assert block.entry in trial.faults[0].reason


def test_an_id_that_is_taken_is_told_with_the_place_that_has_it(trials: Trials) -> None:
    (fault,) = _tried(trials, NEW.replace("land-new", "land-overview"), entry="land-overview").faults
    assert "faq/land.yml:" in fault.reason
    assert "faq-trial" not in fault.reason


def test_what_is_wrong_elsewhere_is_told_by_file_and_line(trials: Trials, folder: Path) -> None:
    money = folder / "boundaries" / "money.yml"
    money.write_text(money.read_text(encoding="utf-8").replace("near: task-09", "near: task-99", 1), encoding="utf-8")
    trial = _tried(trials, NEW)
    assert trial.faults == ()
    assert [(fault.file.as_posix(), fault.code) for fault in trial.elsewhere] == [("boundaries/money.yml", "unknown-clause")]
    assert not trial.is_sound


def test_a_boundary_is_tried_by_its_own_rules(trials: Trials) -> None:
    text = "- id: boundary-new\n  question: 新边界？\n  answer: 方案没有写明。\n  near: task-09\n"
    assert _tried(trials, text, entry="boundary-new", file="boundaries/money.yml").is_sound
    assert not _tried(trials, text.replace("boundary-new", "new"), entry="new", file="boundaries/money.yml").is_sound


def test_a_removal_and_a_whole_file_are_tried_too(trials: Trials, folder: Path) -> None:
    assert _tried(trials, "", EditKind.REMOVE, "land-overview").is_sound
    assert _tried(trials, "topic: land\nentries: []\n", EditKind.FILE, "").is_sound
    assert not _tried(trials, "topic: land\n", EditKind.FILE, "").is_sound
    with pytest.raises(NoSuchEntry):
        _tried(trials, "", EditKind.REMOVE, "land-new")


def test_one_trial_leaves_nothing_behind_for_the_next(trials: Trials, folder: Path) -> None:
    assert not _tried(trials, NEW.replace("task-09", "task-99")).is_sound
    assert _tried(trials, NEW).is_sound
    (folder / "boundaries" / "money.yml").unlink()
    assert _tried(trials, NEW).is_sound


def test_both_states_are_put_into_folders_of_their_own(trials: Trials, folder: Path, tmp_path: Path) -> None:
    hashes = trials.prepare(Edit(LAND, EditKind.ADD, "land-new", NEW), tmp_path / "before", tmp_path / "after")
    assert hashes == hash_sources(folder) == hash_sources(tmp_path / "before")
    after = hash_sources(tmp_path / "after")
    assert {name for name in after if after[name] != hashes[name]} == {LAND}
