"""A text's lines as YAML counts them, and lines moved to another indentation."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LINE = re.compile("[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029]|$)")
_BREAKS = "\r\n\x85\u2028\u2029"


def split_lines(text: str) -> list[str]:
    """Lines with their breaks, of which YAML 1.1 knows more than "\\n" and fewer than Python; together they are the text."""
    return [line for line in _LINE.findall(text) if line]


def bare(line: str) -> str:
    """A line without its break."""
    return line.rstrip(_BREAKS)


def newline_of(text: str) -> str:
    """The break that a file uses: Windows editors write two characters."""
    return "\r\n" if "\r\n" in text else "\n"


def dedented(lines: Sequence[str], indent: int) -> str:
    """Lines moved to the left by at most so many spaces, each ending in a newline."""
    return "".join(f"{line[min(indent, len(line) - len(line.lstrip(' '))) :]}\n" for line in map(bare, lines))


def indented(text: str, indent: int, newline: str) -> list[str]:
    """Lines of a text moved to the right, with a file's own break; empty ones stay empty, and those at the end are left out."""
    lines = [bare(line) for line in split_lines(text.rstrip())]
    return [f"{' ' * indent if line.strip() else ''}{line}{newline}" for line in lines]


def is_comment(line: str) -> bool:
    """Whether there is a comment on a line, and nothing before it."""
    return line.lstrip(" ").startswith("#")


def column_of(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))
