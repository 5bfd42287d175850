"""FAQ and boundary files: what is read, and how each fault is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge.errors import LibraryError
from knowledge.library import LibraryReader, References, read_library
from knowledge.library.located import MAX_FILE_BYTES
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


@pytest.fixture
def references(plan: Plan, bureaus: BureauNames) -> References:
    """The plan's clauses and bureaus."""
    return References({clause.id: clause.text for clause in plan.clauses}, bureaus)


def test_an_entry_is_read_with_its_wordings_and_quotes(tmp_path: Path, references: References) -> None:
    (entry,) = read_library([_write(tmp_path, GOOD)], references)
    assert entry.wordings == ("主平台的制造业项目，用地指标怎么保障？", "用地指标", "建厂的地能不能保证")
    assert entry.quotes[0].clause == "task-09"
    assert not entry.is_boundary


def test_an_entry_may_have_dates_a_reviewer_and_an_english_answer(tmp_path: Path, references: References) -> None:
    more = "    valid_from: 2026-01-01\n    valid_until: 2026-06-30\n    reviewer: 市自然资源局\n    answer_en: Secured by the city.\n"
    (entry,) = read_library([_write(tmp_path, GOOD + more)], references)
    assert (entry.reviewer, entry.answer_en) == ("市自然资源局", "Secured by the city.")
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [entry.is_valid_on(day) for day in days] == [False, True, True, False]


def test_only_what_is_about_the_assistant_itself_needs_no_quote(tmp_path: Path, references: References) -> None:
    without = "topic: {}\nentries:\n  - {{id: what, question: 你会什么, phrasings: [能问啥], answer: 方案写到的都可以问。}}\n"
    (entry,) = read_library([_write(tmp_path, without.format("about-the-service"))], references)
    assert entry.is_about_the_service
    _, (fault,) = LibraryReader().check([_write(tmp_path, without.format("land"))], references)
    assert (fault.code, fault.line) == ("missing-key", 3)


def test_a_boundary_names_who_would_know(tmp_path: Path, references: References) -> None:
    entry = "{id: boundary-price, question: 每亩多少钱, answer: 方案没有写明。, near: task-09, bureaus: [国土局]}"
    text = f"topic: money\nentries:\n  - {entry}\n"
    (read,) = read_library([_write(tmp_path, text, "boundaries/money.yml")], references)
    assert read.is_boundary
    assert read.bureaus == ("市自然资源局",)


def test_a_utf8_mark_at_the_front_is_no_fault(tmp_path: Path, references: References) -> None:
    assert read_library([_write(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())], references)


FAULTS = [
    ("应保尽保。\n    citations", "应保尽保。\n    citatoins", 7, "unknown-key", "不认识 citatoins。（可以用的有：id、question、phrasings"),
    ("应保尽保。\n    citations", "应保尽保。\n    citatoins", 3, "missing-key", "缺少 citations。"),
    ("quote: 主平台", "quote: 次平台", 9, "quote-not-verbatim", "引文与 task-09 的原文不一致"),
    ("clause: task-09", "clause: task-10", 9, "quote-not-verbatim", "这段话在 task-09 里。"),
    (
        "制造业项目用地由市指标",
        "制造业用地由市指标",
        9,
        "quote-not-verbatim",
        "相近的原文：主平台的制造业项目用地由市指标保障",
    ),
    ("clause: task-09", "clause: task-99", 8, "unknown-clause", "没有条款 task-99。（是不是 task-09"),
    ("question: 主平台的制造业项目，用地指标怎么保障？", "question: 1", 4, "type", "question 应为文字。"),
    ("[用地指标, ", "[12, ", 5, "type", "phrasings 应为文字。（像数字"),
    ("answer: 方案", f"answer: {'长' * 501}", 6, "too-long", "answer 有 516 个字，最多 500 个。"),
    ("topic: land\nentries:", "topic: land\nentry:", 2, "unknown-key", "不认识 entry。（可以用的有：topic、entries。）"),
    ("    question", "\tquestion", 4, "tab", "行首用了制表符（Tab）。（缩进请用空格"),
    ("    answer: ", "    answer: 注: ", 6, "yaml", "不是有效的 YAML"),
    ("    answer: ", "    [answer]: ", 6, "yaml", "冒号前面应是一个词。"),
    ("    answer: ", "    id: again\n    answer: ", 6, "duplicate-key", "id 在同一条里写了两次。"),
    ("id: land-quota", "id: Land_Quota", 3, "shape", "id 写得不对：'Land_Quota'"),
    ("    citations", "    valid_until: 明年\n    citations", 7, "date", "valid_until 不是日期：明年。"),
    ("    citations", "    valid_from: 2026-02-30\n    citations", 7, "date", "valid_from 不是日期：2026-02-30。"),
    ("    citations", "    valid_from: 2026-02-02\n    valid_until: 2026-01-01\n    citations", 8, "dates", "却在 2026-01-01 结束"),
    ("    citations", "    bureaus: [市自然资原局]\n    citations", 7, "unknown-bureau", "是不是 市自然资源局"),
    ("建厂的地能不能保证", "用地指标？", 5, "shared-wording", "问法“用地指标？”与 land-quota 重复。"),
    ("  - id", "  - 用地\n  - id", 3, "type", "第 1 条：文件 应为键值对"),
]


@pytest.mark.parametrize(("old", "new", "line", "code", "reason"), FAULTS, ids=[f"{f[3]}-{i}" for i, f in enumerate(FAULTS)])
def test_each_fault_is_told_with_file_line_reason_and_hint(
    tmp_path: Path, references: References, old: str, new: str, line: int, code: str, reason: str
) -> None:
    assert old in GOOD
    _, faults = LibraryReader().check([_write(tmp_path, GOOD.replace(old, new))], references)
    told = {(fault.code, fault.line): str(fault) for fault in faults}
    assert (code, line) in told, told
    assert reason in told[code, line]
    assert told[code, line].startswith(f"{tmp_path}/faq/land.yml:{line}: ")


def test_all_faults_of_all_files_are_told_together(tmp_path: Path, references: References) -> None:
    bad = GOOD.replace("task-09", "task-99").replace("land-quota", "land-other")
    files = [_write(tmp_path, GOOD), _write(tmp_path, bad, "faq/bad.yml"), _write(tmp_path, "a: [", "faq/worse.yml")]
    with pytest.raises(LibraryError) as caught:
        read_library(files, references)
    assert {fault.file.name for fault in caught.value.faults} == {"bad.yml", "worse.yml"}


def test_a_gbk_file_is_told_from_utf8(tmp_path: Path, references: References) -> None:
    _, (fault,) = LibraryReader().check([_write(tmp_path, GOOD.encode("gbk"))], references)
    assert (fault.code, fault.line) == ("encoding", 4)
    assert "GBK" in fault.hint


@pytest.mark.parametrize("text", ["", "[]", "just text", "topic: land\nentries: none\n"], ids=["empty", "list", "text", "no entries"])
def test_a_file_of_another_shape_is_told_and_not_crashed_on(tmp_path: Path, references: References, text: str) -> None:
    entries, faults = LibraryReader().check([_write(tmp_path, text)], references)
    assert not entries
    assert faults


def test_a_file_of_many_megabytes_is_not_read(tmp_path: Path, references: References) -> None:
    _, (fault,) = LibraryReader().check([_write(tmp_path, b"a" * (MAX_FILE_BYTES + 1))], references)
    assert fault.code == "too-long"


def test_a_file_that_multiplies_itself_by_aliases_is_refused_quickly(tmp_path: Path, references: References) -> None:
    levels = [f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9)}]" for i in range(1, 30)]
    _, faults = LibraryReader().check([_write(tmp_path, "\n".join(["k0: &k0 x", *levels]))], references)
    assert faults


def test_an_id_may_stand_only_once(tmp_path: Path, references: References) -> None:
    other = GOOD.replace("主平台的制造业项目，用地", "厂").replace("用地指标, ", "").replace("建厂的地能不能保证", "指标够不够")
    files = [_write(tmp_path, GOOD), _write(tmp_path, other, "faq/more.yml")]
    _, (fault,) = LibraryReader().check(files, references)
    assert (fault.code, fault.file.name, fault.line) == ("duplicate-id", "more.yml", 3)
    assert "land.yml:3" in fault.reason


def test_the_library_covers_every_clause(sources: Sources) -> None:
    covered = {quote.clause for entry in sources.entries for quote in entry.quotes}
    assert covered == set(sources.plan.by_id)


def test_every_sentence_of_the_plan_is_quoted_by_an_answer(sources: Sources) -> None:
    quoted = [quote for entry in sources.entries for quote in entry.quotes]
    left_out = [
        sentence.id
        for clause in sources.plan.clauses
        for sentence in clause.sentences
        if clause.title not in sentence.text[: len(clause.title) + 5]  # a heading
        and not any(q.clause == clause.id and (q.text.strip() in sentence.text or sentence.text.strip() in q.text) for q in quoted)
    ]
    assert left_out == []


def test_no_wording_stands_in_two_entries(sources: Sources) -> None:
    owners: dict[str, str] = {}
    for entry in sources.entries:
        for wording in entry.wordings:
            assert owners.setdefault(wording, entry.id) == entry.id, f"{wording} stands in {owners[wording]} and {entry.id}"
