"""Plain text and Markdown, UTF-8 with or without a byte order mark; each line is a paragraph."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import Fault
from knowledge.library.located import UnreadableFile
from knowledge.policies.paragraph import Paragraph, table_row

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_RULE = re.compile(r"([-*_])(\s*\1){2,}")
_TABLE_RULE = frozenset("|:- \t")
_LINE_SIGN = re.compile(r"^([-*+>]\s+)+")
_EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_plain(path: Path) -> Iterator[Paragraph]:
    """Lines of a text file. Raises UnreadableFile for another encoding."""
    return map(Paragraph, _text(path).splitlines())


def read_markdown(path: Path) -> Iterator[Paragraph]:
    """Lines of a Markdown file without its signs: headings keep their level, table rows are told with their header."""
    header: list[str] | None = None
    for raw in _COMMENT.sub("", _text(path)).splitlines():
        line = _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", raw.strip()))
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if header is None:
                header = cells
            elif not _TABLE_RULE.issuperset(line):
                yield table_row(header, cells)
            continue
        header = None
        if match := _HEADING.fullmatch(line):
            yield Paragraph(match[2].rstrip(" #"), heading=len(match[1]))
        elif not _RULE.fullmatch(line):
            yield Paragraph(_LINE_SIGN.sub("", line))


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        text = raw.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        hint = "文件像是按 GBK（ANSI）保存的，请在编辑器里另存为 UTF-8。" if _is_gbk(raw) else "请在编辑器里另存为 UTF-8。"
        raise UnreadableFile(Fault("encoding", path, _line(raw, error.start), "文件不是 UTF-8 编码。", hint)) from error
    if (place := raw.find(b"\0")) >= 0:
        raise UnreadableFile(Fault("encoding", path, _line(raw, place), "文件不是文本。", "请在编辑器里另存为 UTF-8 文本。"))
    return text


def _line(raw: bytes, place: int) -> int:
    return raw.count(b"\n", 0, place) + 1


def _is_gbk(raw: bytes) -> bool:
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True
