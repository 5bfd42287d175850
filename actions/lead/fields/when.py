"""When a company wants to move: free words."""

from __future__ import annotations

import re

from actions.lead.fields.typed import pieces, simplified
from actions.lead.fields.undecided import is_undecided
from actions.lead.fields.wanted import Wanted

WANTED = Wanted("计划时间", "明年上半年、2027年3月", 1, 60)

_YEAR = r"(?:20\d{2}年?|二[零〇][零〇一二三四五六七八九]{2}年|(?<!产)[今明后出听]年(?![产均销营税收]))"
_PART_OF_YEAR = (
    r"(?:\d{1,2}月(?:份|底|初|中旬|上旬|下旬)?|[一二三四五六七八九十]{1,2}月(?:份|底|初)?|[上下]半年|第?[一二三四1-4]季度?"
    r"|年?[底初中末尾]|春节|国庆|元旦|[春夏秋冬][天季]?)"
)
_SPAN = r"(?:[一二两三四五六七八九十半]{1,3}|\d{1,2})\s*(?:个半|个)?(?:年半?|月|季度|星期|周|天)(?:之?[内后]|以[内后])"
_TIME = re.compile(
    rf"{_YEAR}的?{_PART_OF_YEAR}?(?:以?前|之前|以?后|之后|左右)?|20\d{{2}}[-/.](?:0?[1-9]|1[0-2])(?!\d)|{_SPAN}"
    rf"|{_PART_OF_YEAR}(?:以?前|之前|以?后|之后|左右)"
    r"|年[底初内中尾]|[上下]半年|下个?(?:月|季度|星期|周)|尽快|马上|立即|立刻|近期|越快越好"
    r"|\b(?:next (?:year|month|quarter|week|spring|summer|autumn|winter)|this (?:year|month|quarter)|asap|as soon as possible)\b",
    re.IGNORECASE,
)
_LOOKS_LIKE_TIME = re.compile(
    r"[年月日号周季期天时前后快早晚]|星期|礼拜|马上|立即|立刻|现在|随时|近|当下|春节|国庆|元旦|20\d\d"
    r"|\bq[1-4]\b|\b(?:now|soon|asap|immediately|day|week|month|year|quarter)s?\b"
    r"|\b(?:spring|summer|autumn|fall|winter|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"搬|迁|落户|入驻|进驻|投产|开工|动工|动身|过[来去]|打算|计划(?!面积|指标)|预计|准备|争取|时间[:：是]|\b(?:move|moving|relocate|relocating)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"成立|创办|注册|以来|已经|去年|前年|当年")


def read_time(text: str) -> str:
    """What was said, also that it is not decided. Raises Unreadable for what speaks of no time."""
    typed = WANTED.fitting(WANTED.plain(text))
    read = simplified(typed)
    if _LOOKS_LIKE_TIME.search(read) or is_undecided(typed):
        return typed
    raise WANTED.unreadable("没有看明白计划时间。请写大概的时间，没有定的写“未定”")


def find_time(text: str) -> str:
    """The one time at which a plain message says that the company moves; empty where that is not certain."""
    found: set[str] = set()
    for piece in pieces(text):
        read = simplified(piece.text)
        if not piece.asks and _MOVES.search(read) and not _PAST.search(read):
            found |= {piece.text[slice(*match.span())].strip() for match in _TIME.finditer(read)}
    return found.pop() if len(found) == 1 else ""
