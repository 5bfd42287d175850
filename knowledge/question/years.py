"""Years that a text names. The plan sets its goals for 2023, 2027 and 2035, clause 一（三）, and these must not be mixed up."""

from __future__ import annotations

import re
from collections.abc import Collection

_YEAR = re.compile(r"(?<!\d)(20[2-5]\d)(?!\d)(?=年|\D|$)|(?<!\d)([2-5]\d)(?=年(?!产|内|初|底前|薪|租|间))")


_SPELT = re.compile(r"二[零〇][二三四五][零〇一二三四五六七八九]|[二三四五][零〇一二三四五六七八九](?=年)")
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")

_AND = r"(?:[和与跟及、,]|\s*\band\s+)?"
_EACH = re.compile(r"分别|各自|\brespectively\b")


def years_in(text: str) -> frozenset[int]:
    """Calendar years: 2027年, 2027, 二零二七年 or, with 年 behind it, 27年 and 二七年."""
    return frozenset(int(full or f"20{short}") for full, short in _YEAR.findall(_in_digits(text)))


def without_years(text: str) -> str:
    """A text with every year that `years_in` finds taken out, and 到 before it."""
    return re.sub(r"到?(?:(?<!\d)20[2-5]\d|(?<!\d)[2-5]\d(?=年))年?", "", _in_digits(text))


def one_year_each(text: str, years: Collection[int]) -> tuple[str, ...]:
    """A text that names several calendar years as one text a year, in the years' order."""
    written = {year: rf"{_AND}(?<!\d)(?:{year}|{year % 100}(?=年))年?{_AND}" for year in sorted(years)}
    text = _EACH.sub("", _in_digits(text))
    return tuple(re.sub("|".join(form for other, form in written.items() if other != year), "", text) for year in written)


def _in_digits(text: str) -> str:
    return _SPELT.sub(lambda match: match[0].translate(_DIGITS), text)
