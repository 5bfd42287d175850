"""FAQ and boundary files: what is read, and how each fault is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import LibraryError
from knowledge.library import read_library
from knowledge.plan import BureauNames, Plan
from knowledge.sources import Sources

GOOD = """topic: land
entries:
  - id: land-quota
    question: 主平台的制造业项目，用地指标怎么保障？
    phrasings: [用地指标, 建厂的地能不能保证]
    answer: 方案提出，由市指标保障，应保尽保。
    citations:
      - clause: task-09
        quote: 主平台的制造业项目用地由市指标保障，应保尽保。
"""


def _write(folder: Path, text: str | bytes, name: str = "faq/land.yml") -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_an_entry_is_read_with_its_wordings_and_quotes(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    (entry,) = read_library([_write(tmp_path, GOOD)], plan, bureaus)
    assert entry.wordings == ("主平台的制造业项目，用地指标怎么保障？", "用地指标", "建厂的地能不能保证")
    assert entry.quotes[0].clause == "task-09"
    assert not entry.is_boundary


def test_a_boundary_names_who_would_know(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    entry = "{id: boundary-price, question: 每亩多少钱, answer: 方案没有写明。, near: task-09, bureaus: [国土局]}"
    text = f"topic: money\nentries:\n  - {entry}\n"
    (read,) = read_library([_write(tmp_path, text, "boundaries/money.yml")], plan, bureaus)
    assert read.is_boundary
    assert read.bureaus == ("市自然资源局",)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("应保尽保。\n    citations", "应保尽保。\n    citatoins", r"land\.yml:3: entry land-quota: unknown key citatoins"),
        ("quote: 主平台", "quote: 次平台", r"land\.yml:3: entry land-quota: the quote is not verbatim in task-09"),
        ("clause: task-09", "clause: task-99", r"there is no clause task-99"),
        ("question: 主平台的制造业项目，用地指标怎么保障？", "question: 1", r"question is missing or not a text"),
        ("[用地指标, ", "[12, ", r"phrasings must be a list of texts"),
        ("answer: 方案", f"answer: {'长' * 501}", r"at most 500 are allowed"),
        ("topic: land\nentries:", "topic: land\nentry:", r"land\.yml:1: the file needs a topic and a list of entries"),
        ("    question", "\tquestion", r"land\.yml:4: not valid YAML"),
    ],
)
def test_each_fault_is_named_with_file_and_line(
    tmp_path: Path, plan: Plan, bureaus: BureauNames, old: str, new: str, complaint: str
) -> None:
    assert old in GOOD
    with pytest.raises(LibraryError, match=complaint):
        read_library([_write(tmp_path, GOOD.replace(old, new))], plan, bureaus)


def test_a_gbk_file_is_told_from_utf8(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    with pytest.raises(LibraryError, match=r"not UTF-8.*GBK"):
        read_library([_write(tmp_path, GOOD.encode("gbk"))], plan, bureaus)


def test_an_id_may_stand_only_once(tmp_path: Path, plan: Plan, bureaus: BureauNames) -> None:
    files = [_write(tmp_path, GOOD), _write(tmp_path, GOOD, "faq/more.yml")]
    with pytest.raises(LibraryError, match=r"more\.yml:3: id land-quota is already used in .*land\.yml"):
        read_library(files, plan, bureaus)


def test_the_library_covers_every_clause(sources: Sources) -> None:
    covered = {quote.clause for entry in sources.entries for quote in entry.quotes}
    assert covered == set(sources.plan.by_id)


def test_no_wording_stands_in_two_entries(sources: Sources) -> None:
    owners: dict[str, str] = {}
    for entry in sources.entries:
        for wording in entry.wordings:
            assert owners.setdefault(wording, entry.id) == entry.id, f"{wording} stands in {owners[wording]} and {entry.id}"
