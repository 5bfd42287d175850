"""The city's districts as tiles: where they lie to each other, not how they are shaped.

Names as the plan writes them in 二（二）5, and 主平台 of 二（一）1, which is no district.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PLACES: Mapping[str, tuple[int, int]] = {
    "廉江市": (1, 0),
    "遂溪县": (1, 1),
    "麻章区": (2, 1),
    "赤坎区": (3, 1),
    "坡头区": (4, 1),
    "吴川市": (5, 1),
    "奋勇高新区": (2, 2),
    "霞山区": (3, 2),
    "经开区": (4, 2),
    "雷州市": (2, 3),
    "徐闻县": (2, 4),
    "主平台": (5, 3),
}
"""Column and row."""
WIDTH, HEIGHT, GAP = 132, 84, 8
SIZE = (6 * (WIDTH + GAP), 5 * (HEIGHT + GAP))
_SHADES = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """One district, in pixels of the picture."""

    name: str
    number: int
    x: int
    y: int
    shade: int
    """0 for none at all, up to 4."""


def tiles(numbers: Mapping[str, int]) -> tuple[Tile, ...]:
    """All of them, darker where there is more."""
    most = max([numbers.get(name, 0) for name in _PLACES], default=0)
    return tuple(
        Tile(name, numbers.get(name, 0), column * (WIDTH + GAP), row * (HEIGHT + GAP), _shade(numbers.get(name, 0), most))
        for name, (column, row) in _PLACES.items()
    )


def elsewhere(numbers: Mapping[str, int]) -> int:
    """Of places that have no tile, and of none."""
    return sum(number for name, number in numbers.items() if name not in _PLACES)


def _shade(number: int, most: int) -> int:
    return 0 if not number else max(1, round((_SHADES - 1) * number / most))
