"""Plain text and Markdown, UTF-8 with or without a byte order mark; each line is a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import Fault
from knowledge.library.located import UnreadableFile
from knowledge.policies.paragraph import Paragraph, table_row

_HEADING = re.compile(r"(#{1,6})\s+(.*?)[\s#]*")
_RULE = re.compile(r"([-*_])(\s*\1){2,}")
_TABLE_RULE = re.compile(r"\|?[\s:|-]*-[\s:|-]*")
_LINE_SIGN = re.compile(r"([-*+>]\s+)+")
_EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
_COMMENT = re.compile(r"<!--.*?-->")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def read_plain(path: Path) -> Iterator[Paragraph]:
    """Lines of a text file. Raises UnreadableFile for another encoding."""
    return (Paragraph(line) for line in _lines(path))


def read_markdown(path: Path) -> Iterator[Paragraph]:
    """Lines of a Markdown file without its signs: headings keep their level, table rows are told with their header."""
    header: list[str] | None = None
    for raw in _lines(path):
        line = _ESCAPE.sub(r"\1", _EMPHASIS.sub(r"\2", _COMMENT.sub("", raw).strip()))
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if header is None:
                header = cells
            elif not _TABLE_RULE.fullmatch(line):
                yield table_row(header, cells)
            continue
        header = None
        if match := _HEADING.fullmatch(line):
            yield Paragraph(match[2], heading=len(match[1]))
        elif not _RULE.fullmatch(line):
            yield Paragraph(_LINE_SIGN.sub("", line, count=1) if _LINE_SIGN.match(line) else line)


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line in file:
                if "\0" in line:
                    raise UnreadableFile(Fault("encoding", path, None, "文件不是文本。", "请在编辑器里另存为 UTF-8 文本。"))
                yield line
    except UnicodeDecodeError as error:
        hint = "文件像是按 GBK（ANSI）保存的，请在编辑器里另存为 UTF-8。" if _is_gbk(path) else "请在编辑器里另存为 UTF-8。"
        raise UnreadableFile(Fault("encoding", path, None, "文件不是 UTF-8 编码。", hint)) from error


def _is_gbk(path: Path) -> bool:
    try:
        path.read_bytes().decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True
