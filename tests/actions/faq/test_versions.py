"""Every state of a file is a version, whoever brought it about."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.faq.model import NoSuchVersion, VersionKind
from actions.faq.versions import Versions
from tests.knowledge.editing.copies import KEPT

LAND = "faq/land.yml"


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_what_is_found_at_first_is_the_beginning_and_no_version_of_its_own_in_the_list(versions: Versions, folder: Path) -> None:
    assert versions.follow(KEPT) == len(KEPT)
    assert versions.follow(KEPT) == 0
    assert versions.page() == ()
    (found,) = versions.page(file=LAND)
    assert (found.kind, found.by) == (VersionKind.FOUND, "")
    assert versions.find(found.id)[1] == (folder / LAND).read_text(encoding="utf-8")
    assert versions.before(found) is None


def test_an_edit_by_hand_is_a_version_by_nobody_that_names_what_differs(versions: Versions, folder: Path) -> None:
    versions.follow([LAND])
    _edit(folder / LAND, "    answer: 方案提出，主平台和合作园区", "    answer: 据方案，主平台和合作园区")
    assert versions.follow([LAND]) == 1
    (version,) = versions.page()
    assert (version.kind, version.by, version.entry, version.summary) == (VersionKind.BY_HAND, "", "land-overview", "~ land-overview")
    _edit(folder / LAND, "question: ", "question: 新·")
    assert versions.follow([LAND]) == 1
    assert versions.page()[0].entry == ""
    assert versions.page()[0].summary.startswith("~ land-overview ~ ")


def test_a_file_that_vanished_and_came_back_has_versions_of_both(versions: Versions, folder: Path) -> None:
    versions.follow([LAND])
    text = (folder / LAND).read_text(encoding="utf-8")
    (folder / LAND).unlink()
    assert versions.follow([LAND]) == 1
    assert versions.follow([LAND]) == 0
    gone = versions.page()[0]
    assert versions.find(gone.id)[1] == ""
    (folder / LAND).write_text(text, encoding="utf-8")
    assert versions.follow([LAND]) == 1
    assert versions.find(versions.page()[0].id)[1] == text
    assert versions.follow(["faq/none.yml"]) == 0


def test_versions_are_found_by_file_by_entry_and_page_by_page(versions: Versions, folder: Path) -> None:
    versions.follow(KEPT)
    for number in range(3):
        _edit(folder / LAND, "用地政策\n" if number == 0 else f"用地政策{number}\n", f"用地政策{number + 1}\n")
        versions.follow([LAND])
    _edit(folder / "boundaries" / "money.yml", "- 地价\n", "- 地价几何\n")
    versions.follow(["boundaries/money.yml"])
    assert [version.file for version in versions.page()] == ["boundaries/money.yml", LAND, LAND, LAND]
    assert len(versions.page(file=LAND)) == 4
    assert len(versions.page(file=LAND, entry="land-overview")) == 4
    assert len(versions.page(file=LAND, entry="land-other")) == 1
    first, second, *_ = versions.page(limit=2)
    assert [version.id for version in versions.page(before=second.id)] == [second.id - 1, second.id - 2]
    assert versions.before(second) == versions.find(second.id - 1)
    assert first.id > second.id


def test_a_version_that_is_none_is_told(versions: Versions) -> None:
    with pytest.raises(NoSuchVersion):
        versions.find(1)
