"""The city's districts as tiles: where they lie to each other, not how they are shaped.

Names as the plan writes them in 二（二）5. 主平台 of 二（一）1 is no district and stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MAIN_PLATFORM = "主平台"
_PLACES: Mapping[str, tuple[int, int]] = {
    "廉江市": (1, 0),
    "吴川市": (4, 0),
    "遂溪县": (1, 1),
    "麻章区": (2, 1),
    "赤坎区": (3, 1),
    "坡头区": (4, 1),
    "奋勇高新区": (2, 2),
    "霞山区": (3, 2),
    "经开区": (4, 2),
    "雷州市": (2, 3),
    "徐闻县": (2, 4),
    MAIN_PLATFORM: (4, 4),
}
"""Column and row: north is up."""
_WIDTH, _HEIGHT, _GAP = 132, 84, 10
_SHADES = 4


@dataclass(frozen=True, slots=True)
class Tile:
    """One district, in pixels of the picture."""

    name: str
    number: int
    shade: int
    """0 for none at all, up to 4."""
    x: int
    y: int
    width: int = _WIDTH
    height: int = _HEIGHT

    @property
    def is_apart(self) -> bool:
        """It is no district."""
        return self.name == MAIN_PLATFORM


@dataclass(frozen=True, slots=True)
class ShadeRange:
    """What a shade stands for."""

    shade: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The picture."""

    tiles: tuple[Tile, ...]
    ranges: tuple[ShadeRange, ...]
    elsewhere: int
    """Of places that have no tile, and of none."""
    width: int = 5 * (_WIDTH + _GAP) - _GAP
    height: int = 5 * (_HEIGHT + _GAP) - _GAP


def tile_map(numbers: Mapping[str, int]) -> TileMap:
    """Darker where there is more: in four equal steps up to the highest number."""
    shown = {name: numbers.get(name, 0) for name in _PLACES}
    most = max(shown.values())
    tiles = tuple(
        Tile(name, shown[name], _shade(shown[name], most), column * (_WIDTH + _GAP), row * (_HEIGHT + _GAP))
        for name, (column, row) in _PLACES.items()
    )
    return TileMap(tiles, _ranges(most), sum(numbers.values()) - sum(shown.values()))


def _shade(number: int, most: int) -> int:
    return -(-number * _SHADES // most) if number else 0


def _ranges(most: int) -> tuple[ShadeRange, ...]:
    steps = ((shade, (shade - 1) * most // _SHADES + 1, shade * most // _SHADES) for shade in range(1, _SHADES + 1))
    return (ShadeRange(0, 0, 0), *(ShadeRange(*step) for step in steps if step[1] <= step[2]))
