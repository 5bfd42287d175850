"""One edit of one library file, as a value, and the file as it would be with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from knowledge.editing.blocks import UTF8_MARK, Block, Uneditable, read_blocks, text_of
from knowledge.editing.lines import bare, indented, newline_of, split_lines
from knowledge.errors import Fault


class EditKind(Enum):
    """What is done to a file."""

    ADD = "add"
    """A new entry behind all others."""
    CHANGE = "change"
    REMOVE = "remove"
    FILE = "file"
    """The whole file becomes another one, such as what it was before."""


class NoSuchEntry(Exception):
    """The file has no entry with that id."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be done."""

    file: str
    """Below the knowledge folder, such as ``faq/land.yml``."""
    kind: EditKind
    entry: str
    """Id; empty for a whole file."""
    text: str = ""
    """The entry without the indentation that it has in the file, or the whole file; empty for a removal."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A file with an edit in it."""

    content: bytes
    first: int = 0
    """The line, from 0, on which the edit's text begins."""
    lines: int = 0
    """How many lines it has there; none for a removal or a whole file."""


def edited(path: Path, content: bytes, edit: Edit) -> Edited:
    """The file with the edit: beyond the entry's own lines, nothing changes.

    Raises NoSuchEntry, UnreadableFile, Uneditable. What is wrong with the entry itself is for `knowledge.check` to say.
    """
    if edit.kind is EditKind.FILE:
        return Edited(edit.text.encode())
    blocks = read_blocks(path, content)
    lines = split_lines(text_of(content))
    if edit.kind is EditKind.ADD:
        if not blocks:
            raise Uneditable(Fault("layout", path, None, "这个文件里还没有任何一条。", "第一条请直接写在文件里。"))
        first, end, indent = blocks[-1].end, blocks[-1].end, blocks[-1].indent
    else:
        block = find_block(blocks, edit.entry)
        first, end, indent = block.first, block.end, block.indent
        if edit.kind is EditKind.CHANGE and edit.text == block.text:
            return Edited(content, first, end - first)
    before, after = lines[:first], lines[end:]
    newline = newline_of("".join(lines))
    fresh = indented(edit.text, indent, newline) if edit.kind is not EditKind.REMOVE else []
    if fresh and before and bare(before[-1]) == before[-1]:
        before[-1] += newline  # the file's last line had none
    mark = UTF8_MARK if content.startswith(UTF8_MARK) else b""
    return Edited(mark + "".join([*before, *fresh, *after]).encode(), first, len(fresh))


def find_block(blocks: Sequence[Block], entry: str) -> Block:
    """The block of an entry. Raises NoSuchEntry."""
    for block in blocks:
        if entry and block.entry == entry:
            return block
    raise NoSuchEntry(entry)
