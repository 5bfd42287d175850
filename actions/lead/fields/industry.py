"""What a company makes or does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from actions.lead.fields.typed import Unreadable, pieces, simplified, without
from actions.lead.fields.wanted import Wanted

WANTED = Wanted("行业或主要产品", "小家电制造", 2, 60)

_WE = r"(?:(?:我们?|我哋|咱们?|本)?的?(?:公司|企业|厂)|我们?|我哋|咱们?|我司)"
_LEAD = re.compile(
    rf"[^\w(（]+|{_WE}?的?(?:所属|主要)?(?:行业|产业|产品|业务|主营业务|领域)\s*(?:叫做?|是|系|为|[:：])\s*|所属(?:行业|产业)\s*|"
    rf"{_WE}(?:主要)?(?:是|系)?(?:做|生产|制造|从事|经营|属于|搞|主营)(?:的是)?\s*(?=.{{2}})|(?:主要)?(?:是|系)?(?:做|生产|主营|从事|经营|属于|搞)(?:的是)?\s*|"
    rf"{_WE}(?:(?:是|系)\s*|(?=做))|(?:we|our company)\s+(?:mainly\s+)?(?:makes?|manufactures?|produces?|are in(?: the)?|are)\s+"
    r"|(?:our )?(?:industry|products?)(?: is| are|\s*[:：])\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[。!！,，;；、~\s]+$|(?:的|嘅|吧|呀|啊|啦|哦)$")

# 搞五金冲压的，顺便做点电镀 is 五金冲压，顺便做点电镀.
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])[的嘅](?=\s*[，,、；;])")

_LABELLED = re.compile(r"(?:行业|产业|主要产品|主营产品|主营业务)\s*(?:[:：]|(?:是|系|为)(?!什么|咩|否))\s*(?P<said>.{2,60})$")
_MAKES = re.compile(
    r"(?<![不唔未没])(?:做(?!过|法|事)|生产|制造|主营|从事|经营|加工|研发|(?<=我)搞|(?<=们)搞|(?<=哋)搞|"
    r"\b(?:make|makes|manufactur\w*|produc\w*|specialise in|specialize in)\b)",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(r"政策|补贴|上游|下游|配套|客户|供应商|他们|人家|别人|对手|规划|方案|积极承接")
_MAKER = re.compile(r"(?:我们?|我哋|咱们?|我司)(?:公司)?(?:是|系)[^，,]*?(?:厂|企业|公司|厂家|工厂|制造商|嘅|的)$")


def read_industry(text: str) -> str:
    """The words for the industry or the product, without those around them. Raises Unreadable."""
    return WANTED.checked(_BETWEEN.sub("", without(WANTED.plain(text), _LEAD, _TAIL, WANTED.least)))


def find_industry(text: str, products: Callable[[str], Sequence[str]]) -> str:
    """What a plain message says that its company makes: its own words after 行业：, else the known products; empty if that is not certain.

    `products` gives the product words that a simplified text in lower case names.
    """
    named: list[str] = []
    for piece in pieces(text):
        read = simplified(piece.text)
        if piece.asks or _OF_OTHERS.search(read):
            continue
        if labelled := _LABELLED.search(read):
            return _or_nothing(piece.text[slice(*labelled.span("said"))])
        if makes := _MAKES.search(read):
            named += products(read[makes.start() :].lower())
        elif _MAKER.search(read.strip()):
            named += products(read.lower())
    return _or_nothing("、".join(dict.fromkeys(named)))


def _or_nothing(text: str) -> str:
    try:
        return read_industry(text)
    except Unreadable:
        return ""
