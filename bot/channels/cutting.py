"""Answers for platforms that show plain text and count bytes: Markdown taken off, cut at the end of a sentence, choices by number. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_ELLIPSIS = "……"
_SENTENCE_END = re.compile(r"""[。！？；!?;…]+[”’」』）》)"]*|\.(?=\s)|\n""")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\((\S+?)(?:\s+\"[^\"\n]*\")?\)")
# Two underlines within a word are part of it.
_EMPHASIS = re.compile(r"(\*\*|(?<![A-Za-z0-9_/.])__)(?=\S)(.+?)(?<=\S)\1(?!_)")
_CODE = re.compile(r"(`+)(.+?)\1")
_LINE_START = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?)+", re.MULTILINE)
_BULLET = re.compile(r"^([ \t]*)[-*+][ \t]+", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|_{3,})[ \t]*$\n?", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_JOINS_BEFORE = frozenset("\u200d\ufe0e\ufe0f")
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode())


def plain(text: str) -> str:
    """The text with Markdown's marks taken off; a link keeps its words and its address, bullets become ·."""
    text = _RULE.sub("", _LINE_START.sub("", text))
    text = _BULLET.sub(r"\1· ", text)
    text = _LINK.sub(lambda m: m[2] if m[1] in ("", m[2]) else f"{m[1]}（{m[2]}）", text)
    text = _CODE.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def cut(text: str, most_bytes: int, tail: str) -> str:
    """The text if it fits; else as many whole sentences of it as fit with `tail` after them.

    A text without a sentence's end in its second half is cut between characters as a reader sees them. The tail stays whole.
    """
    if size(text) <= most_bytes:
        return text
    head = _within(text, most_bytes - size(tail))
    ends = [m.end() for m in _SENTENCE_END.finditer(head) if m.end() < len(head) or not _goes_on(text, m.end())]
    if ends and ends[-1] * 2 >= len(head):
        return head[: ends[-1]].rstrip() + tail
    return _within(text, most_bytes - size(_ELLIPSIS + tail)).rstrip() + _ELLIPSIS + tail


def numbered(titles: Iterable[str]) -> tuple[str, ...]:
    """A line a choice: "1. 用地"."""
    return tuple(f"{number}. {title}" for number, title in enumerate(titles, 1))


def _within(text: str, most_bytes: int) -> str:
    """The longest beginning of a text that fits and ends between two characters as a reader sees them."""
    head = text.encode()[: max(0, most_bytes)].decode(errors="ignore")
    while head and len(head) < len(text) and _is_joined(head[-1], text[len(head)]):
        head = head[:-1]
    return head


def _is_joined(before: str, after: str) -> bool:
    return before == "\u200d" or after in _JOINS_BEFORE or ord(after) in _SKIN_TONES or bool(unicodedata.combining(after))


def _goes_on(text: str, end: int) -> bool:
    """Whether the closing marks of a sentence that ends at the cut go on behind it."""
    return end < len(text) and text[end] in '”’」』）》)"。！？；!?;…'
