"""Which district of the city a company wants to move to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.lead.fields.typed import Unreadable, pieces, plain, simplified
from actions.lead.fields.undecided import is_undecided

Places = Sequence[tuple[str, str]]
"""Words for places, in simplified characters and lower case, each with the plan's name: ("廉江", "廉江市")."""

_WHOLE_CITY = re.compile(
    r"[\W_]*(?:(?:想?[在去到]|就在|搬[到去])?湛江市?(?:市?区|市内|境内|本地)?|zhanjiang)(?:吧|就行|就好|即可|呀|啊)?[\W_]*"
)
_PARTS = (("东海岛", "经开区"), ("donghai", "经开区"))
"""Well-known parts of a place: people name the island, the plan its zone."""
# Names are masked: what is refused may be a list (不去雷州和廉江), and ends where another one is wanted (不是雷州是廉江).
_REFUSED = re.compile(
    r"(?:不(?:想|要|去|考虑|选|是)|唔(?:要|去|想)|除了?|别|except|not)[\u4e00-\u9fff ]{0,3}"
    r"(?:\0+\s*(?:[和与及跟同、或]|或者|以及|and|or)?\s*)*$"
)
_THERE = re.compile(
    r"(?:搬[迁]?[到去至往]?|迁[到往至去]?|落户|落地|入驻|进驻|选址|[放落设建投][在到]|看[中好]|首选|意向(?:区域|地)?[:：是为]?|(?:区域|地点|县区|地区)[:：是为]"
    r"|(?:想|打算|计划|准备|希望|考虑|要|改)[去到在]|改选|\b(?:move|moving|relocate|relocating|settle)\b[a-z ]{0,20})(?:湛江市?的?)?\s*$",
    re.IGNORECASE,
)

_OTHERS = re.compile(r"\s*的(?:项目|企业|工厂|公司|厂|政策)")


def read_district(text: str, places: Places) -> str:
    """The plan's name of the place; empty where any will do or none is chosen yet. Raises Unreadable, which lists the places."""
    typed = plain(text)
    read = simplified(typed).lower()
    named = _named(read, places)
    masked = _masked(read, named)
    refused = {name for name, start, _ in named if _REFUSED.search(masked[:start])}
    names = {name for name, _, _ in named} - refused
    if len(names) == 1:
        return names.pop()
    if len(names) > 1:
        raise Unreadable("请只选一个最希望落户的县（市、区）；都可以的，请回复“都可以”。")
    if not named and (is_undecided(typed) or _WHOLE_CITY.fullmatch(read)):
        return ""
    raise Unreadable(f"请在以下区域中选择：{'、'.join(dict.fromkeys(name for _, name in places))}；没有想好的，请回复“都可以”。")


def find_district(text: str, places: Places) -> str:
    """The one place to which a plain message says that the company wants to move; empty where that is not certain."""
    found: set[str] = set()
    for piece in pieces(text):
        read = simplified(piece.text).lower()
        named = _named(read, places)
        if not piece.asks and len({name for name, _, _ in named}) == 1:
            masked = _masked(read, named)
            found |= {name for name, start, end in named if _is_wish(masked[:start], read[end:])}
    return found.pop() if len(found) == 1 else ""


def _is_wish(before: str, after: str) -> bool:
    return bool(_THERE.search(before)) and not _REFUSED.search(before) and not _OTHERS.match(after)


def _named(read: str, places: Places) -> list[tuple[str, int, int]]:
    """Names with where they stand; a word inside a longer one is not counted."""
    named: list[tuple[str, int, int]] = []
    known = {name for _, name in places}
    parts = (part for part in _PARTS if part[1] in known)
    for word, name in sorted((*places, *parts), key=lambda place: -len(place[0])):
        bounded = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        named += ((name, *match.span()) for match in re.finditer(bounded, read))
        read = re.sub(bounded, lambda match: "\0" * len(match[0]), read)
    return named


def _masked(read: str, named: Sequence[tuple[str, int, int]]) -> str:
    for _, start, end in named:
        read = f"{read[:start]}{chr(0) * (end - start)}{read[end:]}"
    return read
