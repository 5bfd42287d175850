"""Editing one entry leaves every other byte of its file as it was."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.editing import (
    Edit,
    EditKind,
    EntryFields,
    NoSuchEntry,
    Uneditable,
    edited,
    read_blocks,
    read_fields,
    written,
)
from knowledge.library.located import UnreadableFile
from knowledge.sources import library_files

FILE = Path("faq/land.yml")
TEXT = """\
# 用地
topic: land
entries:
  - id: land-a # 第一条
    question: 甲？
    phrasings: # 其他问法
      - 甲一 # 书面
      - "甲: 二"
    answer: 答甲。
    # reviewer: 某局

  # 下面是乙
  - id: land-b
    question: 乙？
    phrasings:
      - 乙一
    answer: |
      答乙。
    citations:
      - clause: task-09
        quote: '原文'
  -
    id: land-c
    question: 丙？
    phrasings: [丙一, 丙二]
    answer: >-
      答
      丙。
"""


def _blocks(text: str = TEXT) -> dict[str, str]:
    return {block.entry: block.text for block in read_blocks(FILE, text.encode())}


def _edited(kind: EditKind, entry: str, text: str = "", content: str = TEXT) -> str:
    return edited(FILE, content.encode(), Edit(str(FILE), kind, entry, text)).content.decode()


def test_each_entry_s_lines_are_its_own_with_the_comments_that_belong_to_it() -> None:
    blocks = _blocks()
    assert list(blocks) == ["land-a", "land-b", "land-c"]
    assert blocks["land-a"].startswith("- id: land-a # 第一条\n  question: 甲？\n")
    assert blocks["land-a"].endswith("  answer: 答甲。\n  # reviewer: 某局\n")
    assert "下面是乙" not in "".join(blocks.values())
    assert blocks["land-b"].endswith("    quote: '原文'\n")
    assert blocks["land-c"].startswith("-\n  id: land-c\n")


def test_a_changed_entry_changes_its_own_lines_only() -> None:
    changed = _edited(EditKind.CHANGE, "land-b", "- id: land-b\n  question: 新？\n")
    before, _, rest = TEXT.partition("  - id: land-b\n")
    assert changed == f"{before}  - id: land-b\n    question: 新？\n  -\n{rest.partition('  -' + chr(10))[2]}"


def test_an_entry_is_removed_and_added_behind_the_last_one() -> None:
    without = _edited(EditKind.REMOVE, "land-c")
    assert "land-c" not in without
    assert TEXT.startswith(without)
    assert _edited(EditKind.ADD, "land-c", _blocks()["land-c"], without) == TEXT


def test_an_entry_that_was_not_changed_leaves_the_file_as_it_is() -> None:
    for id_, text in _blocks().items():
        assert _edited(EditKind.CHANGE, id_, text) == TEXT


def test_windows_line_ends_the_mark_in_front_and_a_missing_last_newline_stay() -> None:
    content = b"\xef\xbb\xbf" + TEXT.rstrip("\n").replace("\n", "\r\n").encode()
    changed = edited(FILE, content, Edit(str(FILE), EditKind.CHANGE, "land-a", "- id: land-a\n  question: 新？\n")).content
    assert changed.startswith(b"\xef\xbb\xbf# ")
    assert changed.count(b"\r\n") == changed.count(b"\n")
    assert not changed.endswith(b"\n")
    assert "  - id: land-a\r\n    question: 新？\r\n\r\n  # 下面是乙\r\n".encode() in changed
    added = edited(FILE, content, Edit(str(FILE), EditKind.ADD, "land-d", "- id: land-d\n")).content
    assert added.endswith("      丙。\r\n  - id: land-d\r\n".encode())


def test_an_entry_that_is_not_there_is_told() -> None:
    with pytest.raises(NoSuchEntry):
        _edited(EditKind.CHANGE, "land-z", "- id: land-z\n")
    with pytest.raises(NoSuchEntry):
        _edited(EditKind.REMOVE, "")


@pytest.mark.parametrize(
    "text",
    [
        "topic: land\nentries: [{id: a}, {id: b}]\n",
        "topic: land\nentries:\n  - {id: a}\n  - id: b\n",
        "topic: land\n",
        "topic: land\nentries: []\n",
        "- id: a\n",
    ],
)
def test_a_file_that_is_not_written_line_by_line_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(Uneditable) as refused:
        edited(FILE, text.encode(), Edit(str(FILE), EditKind.ADD, "c", "- id: c\n"))
    assert refused.value.fault.hint


def test_a_file_that_is_no_yaml_is_refused_at_its_line() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_blocks(FILE, TEXT.replace("    question: 乙？", "\tquestion: 乙？").encode())
    assert refused.value.fault.line == 14


def test_what_an_entry_says_comes_back_from_a_form_as_it_went_in() -> None:
    fields = read_fields(_blocks()["land-b"])
    assert fields == EntryFields("land-b", "乙？", ("乙一",), answer="答乙。", citations=(("task-09", "原文"),))
    assert read_fields(written(fields)) == fields
    assert written(fields, _blocks()["land-b"]) == _blocks()["land-b"]


def test_a_form_changes_the_lines_of_what_was_changed_and_keeps_all_comments() -> None:
    before = _blocks()["land-a"]
    fields = replace(read_fields(before), phrasings=("甲一", "甲三", "甲: 二"), answer="另答。", bureaus=("市自然资源局",))
    assert written(fields, before) == (
        "- id: land-a # 第一条\n"
        "  question: 甲？\n"
        "  phrasings: # 其他问法\n"
        "    - 甲一 # 书面\n"
        "    - 甲三\n"
        '    - "甲: 二"\n'
        "  answer: 另答。\n"
        "  bureaus: [市自然资源局]\n"
        "  # reviewer: 某局\n"
    )


def test_what_is_emptied_in_a_form_is_gone_from_the_file() -> None:
    before = _blocks()["land-b"]
    assert "citations" not in written(replace(read_fields(before), citations=()), before)


@pytest.mark.parametrize(
    "text",
    ["是: 否", "a # b", "- 一", "[x]", "{x}", "yes", "null", "12", "1.5", "2026-01-01", "'", '"', "\\", "*a", "&a", "!a", "%", "@x", "`",
     "一\n二", "a\tb", "|", ">", "? a", ": a", "a:", "#a", "…", "😀", "\u2028", "\x85", "\x07", "end "],
)  # fmt: skip
def test_whatever_is_typed_is_written_so_that_it_is_read_as_typed(text: str) -> None:
    bare = text.strip() or "x"
    fields = EntryFields("land-a", bare, (text,), answer=bare, citations=((bare, text.strip()),))
    again = read_fields(written(replace(fields, bureaus=(text,))))
    assert again.phrasings == (text,)
    assert again.bureaus == (text,)
    assert (again.question, again.answer, again.citations) == (fields.question, fields.answer, fields.citations)


@pytest.mark.parametrize("text", ["", "id: a\n", "- a\n", "- id: a\n- id: b\n", "- id: a\n  x: [\n", "- id: a\n--- \n- id: b\n"])
def test_lines_that_are_not_exactly_one_entry_are_refused(text: str) -> None:
    with pytest.raises(UnreadableFile):
        read_fields(text)


def test_every_entry_of_the_library_can_be_edited_in_the_form_and_only_the_answer_s_line_changes() -> None:
    for file in library_files():
        content = file.read_bytes()
        blocks = read_blocks(file, content)
        for block in blocks:
            fields = read_fields(block.text)
            assert written(fields, block.text) == block.text
            assert read_fields(written(fields)) == fields
            changed = written(replace(fields, answer=f"{fields.answer}改"), block.text)
            lines = [line for line in difflib.ndiff(block.text.splitlines(), changed.splitlines()) if line[0] in "+-"]
            assert [line[:11] for line in lines] == ["-   answer:", "+   answer:"], block.entry
        last = blocks[-1]
        without = edited(file, content, Edit(file.name, EditKind.REMOVE, last.entry)).content
        assert edited(file, without, Edit(file.name, EditKind.ADD, last.entry, last.text)).content == content
