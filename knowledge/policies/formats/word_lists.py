"""Word's automatic numbers, which are not in the text: worked out from numbering.xml as Word shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_DIGITS = "零一二三四五六七八九"


def _chinese(number: int) -> str:
    hundreds, tens, ones = number // 100 % 10, number // 10 % 10, number % 10
    start = f"{_DIGITS[hundreds]}百" if hundreds else ""
    middle = "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十" if tens else "零" if hundreds and ones else ""
    return start + middle + (_DIGITS[ones] if ones else "")


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26)


_FORMATS: Mapping[str | None, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting"), _chinese),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "lowerLetter": _letter,
    "upperLetter": lambda number: _letter(number).upper(),
}
"""By the name in ECMA-376 part 1, 17.18.59; all others are told in Arabic digits."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    form: str | None
    pattern: str
    """``第%1条``, where %1 stands for the number of the first level."""
    restarts_below: int
    """It begins anew after a number of a depth less than this: 0 for articles that run on through the chapters."""


class ListNumbers:
    """Counts the paragraphs of each list, and gives their numbers in the order in which it is asked."""

    def __init__(self, numbering: Any | None) -> None:
        """`numbering` is the root of numbering.xml, None for a document without lists."""
        self._lists: dict[str, tuple[str, dict[int, _Level], dict[int, int]]] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if numbering is None:
            return
        abstract = {
            a.get(qn("w:abstractNumId")): {int(e.get(qn("w:ilvl"))): _level(e) for e in a.findall(qn("w:lvl"))}
            for a in numbering.findall(qn("w:abstractNum"))
        }
        for num in numbering.findall(qn("w:num")):
            key = num.find(qn("w:abstractNumId")).get(qn("w:val"))
            levels, restarts = dict(abstract.get(key, {})), {}
            for override in num.findall(qn("w:lvlOverride")):
                depth = int(override.get(qn("w:ilvl")))
                if (own := override.find(qn("w:lvl"))) is not None:
                    levels[depth] = _level(own)
                if (start := override.find(qn("w:startOverride"))) is not None:
                    restarts[depth] = int(start.get(qn("w:val")))
            self._lists[num.get(qn("w:numId"))] = (key, levels, restarts)

    def next(self, list_id: str, depth: int) -> str:
        """The number of the next paragraph of a list at a depth from 0, as it is printed; empty for bullets."""
        key, levels, restarts = self._lists.get(list_id, ("", {}, {}))
        if depth not in levels:
            return ""
        # Lists of one definition count on together, unless one of them says where it starts.
        counts = self._counts.setdefault(key, {})
        if list_id not in self._begun:
            self._begun.add(list_id)
            counts.update({level: start - 1 for level, start in restarts.items()})
        counts[depth] = counts.get(depth, levels[depth].start - 1) + 1
        for deeper in [level for level in counts if level > depth and depth < levels[level].restarts_below]:
            del counts[deeper]
        if levels[depth].form in {"bullet", "none"}:
            return ""

        def shown(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            settings = levels.get(level, levels[depth])
            return _FORMATS.get(settings.form, str)(counts.get(level, settings.start))

        return re.sub(r"%([1-9])", shown, levels[depth].pattern)


def _level(element: Any) -> _Level:
    def value(name: str) -> str | None:
        found = element.find(qn(f"w:{name}"))
        return None if found is None else found.get(qn("w:val"))

    depth = element.get(qn("w:ilvl"))
    return _Level(int(value("start") or 1), value("numFmt"), value("lvlText") or "", int(value("lvlRestart") or depth))
