"""What every file format comes down to before its numbering is looked at."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_RADICALS = "⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙"
"""Radicals that look like a character, each before it; Unicode itself relates only the Kangxi radicals to characters."""
_TYPED = {
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2F00, 0x2FD6), *range(0xFB00, 0xFB07))},
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a document's text."""

    text: str
    heading: int = 0
    """Level that the format itself gives it, 1 being the highest; 0 for body text."""
    is_whole: bool = False
    """True for a table row or a note: it is one sentence, and what it begins with is not a clause number."""


def tidy(text: str) -> str:
    """The text as it would be typed: single spaces, nothing invisible, and characters where PDF programs write their look-alikes."""
    folded = " ".join(text.split())
    return "".join(_TYPED.get(c) or c for c in folded if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def table_row(header: Sequence[str], cells: Sequence[str]) -> Paragraph:
    """A row that can be read without its table: 行业：制造业；标准：最高500万元."""
    pairs = zip(header, cells, strict=False)
    return Paragraph("；".join(f"{name}：{cell}" if name else cell for name, cell in pairs if cell), is_whole=True)
