"""Areas of land, in square metres."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from actions.lead.fields.exact import is_one_exact
from actions.lead.fields.numerals import Figure, figures_in, one_writing
from actions.lead.fields.typed import Unreadable, pieces, plain, simplified
from actions.lead.fields.undecided import is_left_open

MU = Decimal(10_000) / 15
"""Square metres of one 亩: fifteen make a hectare."""
MOST_SQUARE_METRES = round(100_000 * MU)
LEAST_SQUARE_METRES_IN_PASSING = 300
"""Less than this, mentioned beside other things, is an office or a price for one."""

_EXAMPLE = "例如：50亩、33000平方米。"
_UNREADABLE = f"没有看明白用地面积。请写明数字和单位，{_EXAMPLE}"
_NO_UNIT = f"请写明单位是亩还是平方米，{_EXAMPLE}"
_FOREIGN = f"请按亩或平方米填写用地面积，{_EXAMPLE}"
_NOTHING = f"用地面积要大于零，{_EXAMPLE}"
_ABSURD = f"用地面积超出了可以登记的范围（10万亩以内），请核对单位，{_EXAMPLE}"
_SEVERAL = f"请只填一个总用地面积，{_EXAMPLE}"

_SQUARE_METRES: Mapping[str, Decimal] = MappingProxyType(
    {"亩": MU, "mu": MU, "公": Decimal(10_000), "ha": Decimal(10_000), "hectare": Decimal(10_000)}
)
_UNIT = (
    r"(?:亩|mu\b|公顷|hectares?\b|ha\b|平方?公里|km2"
    r"|平方米|平米|平方(?![尺呎英公])|个?平方?米|平(?![方米尺呎英均公])|m2|m²|sqm\b|square met(?:er|re)s?\b|方(?![案面法便向式针圆土]))"
)
_FOREIGN_UNIT = re.compile(r"[尺呎坪]|\b(?:acres?|sq\.? ?ft|square feet|sqft)\b")
_MINUS = re.compile(r"(?:^|[^\d亩\w])\s*-\s*$|负\s*$")
_TOTAL = re.compile(r"(?:总共?|合计|一共|共计?)(?:需要?|用地|面积|要)*(?:约|大约|为|是|计|\s)*$")
_WANTED = re.compile(
    r"(?:(?<!还)要|需要?|拿(?!到)|(?<!各)[买租批征](?!了)|(?:用地|土地|地块|占地)(?:面积|需求|规模)?|\b(?:need|want|require|looking for)\b)"
    r"(?:大概|大约|差不多|至少|最少|总共?|一共|共|约|个|块|是|为|系|of|about|around|[:：~\s])*$"
)
_NOT_WANTED = re.compile(r"现有|目前|现在|已有|原有|原来|各[要需]|超过|不低于|以内|每|建筑面积|不(?:要|需)|唔(?:要|使)")
_AFTER_NOT = re.compile(r"\s*(?:以上|及以上|的?项目|的?企业|的?(?:老|旧|现有)?厂房)")

_MOST_CHARACTERS_WITHOUT = 40
_WHO = r"(?:我们?|我哋|只|就|先|是|想|打算|准备|考虑|目前|暂时|可以)*"
_NO_LAND = re.compile(
    rf"{_WHO}(?:(?:不|唔|冇|无)(?:想|打算|准备|考虑|需要?|要|用|使|必)*(?:买|拿|征|批)?(?:用?地皮?|土地)(?:了|啦|的)?"
    rf"|(?:不|唔)买(?:了|地)?|(?:要|需要)?租(?:用|赁|个|别人的?|现成的?)*(?:标准)?(?:厂房|厂|房子?|场地)?(?:就|即)?(?:行|好|可以|可|得|够)?了?[的吧啦]?)"
)


def leaves_out_land(text: str) -> bool:
    """Whether a message says that no land is wanted (租厂房就行), or that it is open."""
    if len(text) > _MOST_CHARACTERS_WITHOUT:
        return False
    if is_left_open(text):
        return True
    said = [part.text.strip() for part in pieces(simplified(plain(text))) if part.text.strip()]
    return bool(said) and all(_NO_LAND.fullmatch(part) for part in said)


def read_land(text: str) -> int:
    """The area in square metres; of a range (30-50亩) the lower bound, which is what is certain. Raises Unreadable."""
    read = one_writing(simplified(plain(text)))
    figures = figures_in(read, _UNIT)
    areas = [figure for figure in figures if figure.unit]
    if not areas:
        if _FOREIGN_UNIT.search(read):
            raise Unreadable(_FOREIGN)
        raise Unreadable(_NO_UNIT if any(figure.value for figure in figures) else _NOTHING if figures else _UNREADABLE)
    totals = [area for area in areas if _TOTAL.search(read[: area.start])]
    # 50亩（33333平方米） says the same thing twice.
    if not _are_one(totals or areas):
        raise Unreadable(_SEVERAL)
    area = (totals or areas)[0]
    if (size := _size(area)) <= 0 or _MINUS.search(read[: area.start]):
        raise Unreadable(_NOTHING)
    if size > MOST_SQUARE_METRES:
        raise Unreadable(_ABSURD)
    return size


def is_exact_land(text: str) -> bool:
    """Whether a message gives one exact area; what `read_land` makes of any other had better be shown."""
    return is_one_exact(simplified(plain(text)), _UNIT, lambda figure, _: bool(figure.unit))


def find_land(text: str) -> int | None:
    """The one area in a plain message that words such as 要 say to be wanted; None where there is none, or several."""
    found: list[Figure] = []
    for piece in pieces(text):
        read = one_writing(simplified(piece.text))
        areas = [figure for figure in figures_in(read, _UNIT) if figure.unit and not _AFTER_NOT.match(read[figure.end :])]
        if not piece.asks and not _NOT_WANTED.search(read):
            found += (area for area in areas if _WANTED.search(read[: area.start]))
    if not found or not _are_one(found):
        return None
    size = _size(found[0])
    return size if LEAST_SQUARE_METRES_IN_PASSING <= size <= MOST_SQUARE_METRES else None


def _size(area: Figure) -> int:
    return int((area.value * _square_metres(area.unit)).to_integral_value(ROUND_HALF_UP))


def _square_metres(unit: str) -> Decimal:
    if unit in {"平方公里", "平公里", "km2"}:
        return Decimal(1_000_000)
    return next((size for beginning, size in _SQUARE_METRES.items() if unit.startswith(beginning)), Decimal(1))


def _are_one(areas: list[Figure]) -> bool:
    # Converted by hand they differ by a little.
    sizes = [_size(area) for area in areas]
    return max(sizes) - min(sizes) <= max(sizes) / 100
