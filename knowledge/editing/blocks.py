"""Finds the lines on which each entry of a library file stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from knowledge.editing.lines import bare, column_of, dedented, is_comment, split_lines
from knowledge.errors import Fault
from knowledge.library.located import parse_located

UTF8_MARK = b"\xef\xbb\xbf"
_ONLY_A_DASH = re.compile(r"( *)-[ \t]*(#.*)?$")
_DASH_BEFORE = re.compile(r"( *)- +$")
_HINT = "请直接编辑这个文件，写成一项一行的样子（“- id: …”），写法见 docs/faq.zh-CN.md。"


class Uneditable(Exception):
    """The file is YAML in a form that cannot be edited by lines, or none at all; `fault` says why, in words for officers."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass(frozen=True, slots=True)
class Block:
    """One entry's lines."""

    entry: str
    """Its id; empty where it has none."""
    first: int
    """The line with its dash, from 0."""
    end: int
    """The line behind its last one; comments that are indented further than the dash are its own."""
    indent: int
    """Spaces before the dash."""
    text: str
    """The lines without that indentation."""

    @property
    def mark(self) -> str:
        """What tells this state of the entry from any other."""
        return hash_of(self.text)


def hash_of(text: str | bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def text_of(content: bytes) -> str:
    """A file's text without the mark that Windows editors put in front. Raises UnicodeDecodeError."""
    return content.removeprefix(UTF8_MARK).decode("utf-8")


def read_blocks(path: Path, content: bytes) -> tuple[Block, ...]:
    """The blocks of a file's entries, in their order. Raises UnreadableFile or Uneditable."""
    root = parse_located(path, content).root
    items = _items(path, root)
    lines = split_lines(text_of(content))
    blocks = tuple(_block(path, item, lines) for item in items)
    for before, after in pairwise(blocks):
        if before.end > after.first or before.indent != after.indent:
            raise Uneditable(Fault("layout", path, after.first + 1, "两条写在了同一行，或缩进不齐。", _HINT))
    return blocks


def _items(path: Path, root: yaml.Node | None) -> Sequence[yaml.Node]:
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    listed = next((value for key, value in pairs if key.value == "entries"), None)
    if not isinstance(listed, yaml.SequenceNode) or listed.flow_style:
        line = listed.start_mark.line + 1 if listed is not None else None
        raise Uneditable(Fault("layout", path, line, "entries 不是一项一行的列表。", _HINT))
    items: Sequence[yaml.Node] = listed.value
    return items


def _block(path: Path, item: yaml.Node, lines: Sequence[str]) -> Block:
    line = item.start_mark.line
    if not isinstance(item, yaml.MappingNode) or item.flow_style:
        raise Uneditable(Fault("layout", path, line + 1, "这一条没有写成一项一行。", _HINT))
    found = _DASH_BEFORE.fullmatch(lines[line][: item.start_mark.column])
    while not found and line > 0:
        line -= 1
        if not (found := _ONLY_A_DASH.fullmatch(bare(lines[line]))) and not _says_nothing(lines[line]):
            break
    if not found:
        raise Uneditable(Fault("layout", path, item.start_mark.line + 1, "没有找到这一条开头的“-”。", _HINT))
    indent = len(found[1])
    end = max(_last_lines(item)) + 1
    while end < len(lines) and is_comment(lines[end]) and column_of(lines[end]) > indent:
        end += 1
    entry = next((str(value.value) for key, value in item.value if key.value == "id"), "")
    return Block(entry, line, end, indent, dedented(lines[line:end], indent))


def _says_nothing(line: str) -> bool:
    return not line.strip() or is_comment(line)


def _last_lines(node: yaml.Node) -> Iterator[int]:
    """Lines on which the parts of a node end; a node's own end is only where the next one begins."""
    if isinstance(node, yaml.MappingNode) and node.value and not node.flow_style:
        for key, value in node.value:
            yield from _last_lines(key)
            yield from _last_lines(value)
    elif isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        for value in node.value:
            yield from _last_lines(value)
    else:
        # A block scalar ends at the beginning of the line behind it.
        yield node.end_mark.line - (node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line)
