"""Figures in what people write: 3亿, 三亿五千万, 3.5个亿, 3-5亿, 20 million, and the unit that follows them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import cn2an  # type: ignore[import-untyped]

_ONE_WRITING = str.maketrans("〇壹贰叁肆伍陆柒捌玖拾佰仟俩", "零一二三四五六七八九十百千两")
_DIGIT = "[零一二两三四五六七八九]"
# 三五亿 is three to five: of two digits side by side the lower one stands. 三五零零 and 三点二五 are spelt out.
_SIDE_BY_SIDE = re.compile(rf"(?<![零一二两三四五六七八九点])([一二两三四五六七八九])[二三四五六七八九](?!{_DIGIT})")
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[零一二两三四五六七八九十百千廿卅点半]+)"
_SCALES: Mapping[str, Decimal] = MappingProxyType(
    {
        "十": Decimal(10),
        "百": Decimal(100),
        "千": Decimal(1000),
        "万": Decimal(10**4),
        "亿": Decimal(10**8),
        "万亿": Decimal(10**12),
        "million": Decimal(10**6),
        "mn": Decimal(10**6),
        "billion": Decimal(10**9),
        "bn": Decimal(10**9),
    }
)
_TO = r"\s*(?:-|~|～|〜|–|—|到|至|或者?)\s*"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; of a range, its lower bound."""

    value: Decimal
    is_scaled: bool
    """Whether it is written with 万, 亿, million or the like."""
    unit: str
    """In lower case; empty where none follows."""
    start: int
    end: int


def one_writing(read: str) -> str:
    """Simplified text with financial and side-by-side numerals in their plain form; shorter where a range was written so."""
    return _SIDE_BY_SIDE.sub(r"\1", read.translate(_ONE_WRITING)).lower()


def is_side_by_side(read: str) -> bool:
    """Whether a simplified text writes a range as two digits: 三五千万."""
    return bool(_SIDE_BY_SIDE.search(read.translate(_ONE_WRITING)))


def figures_in(text: str, unit: str) -> tuple[Figure, ...]:
    """Figures of a text in one writing. `unit` is a pattern of the units that may follow. A range that contradicts itself is left out.

    A figure of a range without scale and unit takes them from the other one: 3-5亿 begins at 3亿.
    """
    found = list(_pattern(unit).finditer(text))
    figures: list[Figure] = []
    position = 0
    while position < len(found):
        figure, following = _figure(found[position]), found[position + 1 : position + 2]
        position += 1
        if following and re.fullmatch(_TO, text[figure.end : following[0].start()]) and (following[0]["scale"] or not figure.is_scaled):
            figure = _range(figure, found[position])
            position += 1
        figures.append(figure)
    return tuple(figure for figure in figures if figure.value.is_finite())


def _range(first: Figure, match: re.Match[str]) -> Figure:
    last, value = _figure(match), first.value
    if not first.is_scaled and not first.unit:
        value *= _SCALES.get(_scale(match), 1)
        # 三到五千万 begins at 三千万, 三百到五千万 at 三百万.
        if value.is_finite() and first.value < _SCALES["十"]:
            value *= _SCALES.get(match["small"] or match["number"][1:], 1)
    # 8000-1亿 may mean 8000万: it contradicts itself as it stands.
    contradicts = not value.is_finite() or not last.value.is_finite() or value > last.value
    return Figure(Decimal("NaN") if contradicts else value, last.is_scaled, first.unit or last.unit, first.start, last.end)


def _pattern(unit: str) -> re.Pattern[str]:
    # 三亿五 and 两万五 leave out the scale of what follows; 投3亿5年内 does not, so the figure has to end there.
    ends = rf"(?=\s*(?:{unit}|左右|上下|$|[，,。;；、)）\s]))"
    return re.compile(
        rf"(?<![\d.a-z几数零一二两三四五六七八九十百千廿卅点半])(?P<number>{_NUMBER})\s*(?P<small>[十百千])?[个多来余几]*\s*"
        rf"(?P<half>半)?(?P<scale>万亿|亿|万| ?(?:million|billion|mn|bn)\b)?"
        rf"(?:(?<=亿)零?(?P<rest>{_NUMBER})(?P<rest_small>[百千])?(?P<rest_scale>万)"
        rf"|(?<=[亿万])零?(?P<short>{_DIGIT}|\d|{_DIGIT}[百千]|\d[百千]){ends}"
        rf"|(?<=[亿万])(?P<half_after>半)(?![年月天]))?多?\s*(?P<unit>{unit})?"
    )


def _figure(match: re.Match[str]) -> Figure:
    scale = _SCALES.get(_scale(match), Decimal(1))
    value = _value(match["number"]) * _SCALES.get(match["small"] or "", Decimal(1))
    if match["half"] or match["half_after"]:
        value += Decimal("0.5")
    value *= scale
    if match["rest"]:
        value += _value(match["rest"]) * _SCALES.get(match["rest_small"] or "", Decimal(1)) * _SCALES["万"]
    elif short := match["short"]:
        digit, small = _value(short[0]), _SCALES.get(short[1:])
        # 三亿五 and 三亿五千 mean 五千万, 三万五千 means 五千.
        value += digit * scale / 10 if small is None else digit * small * (_SCALES["万"] if scale > _SCALES["万"] else 1)
    return Figure(value, bool(match["scale"]), match["unit"] or "", *match.span())


def _scale(match: re.Match[str]) -> str:
    return (match["scale"] or "").strip()


def _value(number: str) -> Decimal:
    """NaN for what is no number, such as 百 or 半百."""
    if number[0].isdecimal():
        return Decimal(number.replace(",", ""))
    if number == "半":
        return Decimal("0.5")
    try:
        return Decimal(str(cn2an.cn2an(number, "normal")))
    except (ValueError, KeyError, IndexError):
        return Decimal("NaN")
