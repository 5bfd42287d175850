"""Names of companies."""

from __future__ import annotations

import re

from actions.lead.fields.typed import Found, Piece, Unreadable, letters, pieces, simplified, without
from actions.lead.fields.wanted import Wanted

WANTED = Wanted("公司名称", "湛江某某电子有限公司", 2, 60)

_SUFFIX = re.compile(r"(?:公司|集团|合作社|厂)|\b(?:co\.?,?\s*ltd|ltd|limited|inc|llc|corp|corporation)\b", re.IGNORECASE)
_WE = r"(?:我们?|我哋|咱们?|这里|这边|呢度)"
_NAMED = r"(?:叫做?|是|系|为|[:：])"
_LEAD = re.compile(
    rf"[^\w(（]+|(?:您|你)好(?![\u4e00-\u9fff])|{_WE}?的?(?:公司|企业|单位|工厂|厂)的?(?:全称|名称|名字|名)?\s*{_NAMED}\s*"
    rf"|(?:公司|企业|单位)(?:全称|名称|名字|名)\s+|(?:名称|全称|名字)\s*{_NAMED}\s*|(?:我司|敝司|敝公司|本公司)(?:全称|名称|名字)?{_NAMED}?\s*"
    rf"|{_WE}(?:公司)?\s*(?:叫做?|是|系|来自|代表)\s*|来自|代表|叫做?|(?:hello|hi)\b"
    r"|(?:our|the|my) company(?:'s)?(?: name)? is(?: called)?\s+"
    r"|company(?: name)?\s*(?:[:：]|is)\s*"
    r"|(?:we're|we are|i'm|i am|this is)\s+(?:from\s+|with\s+)?|it(?:'s| is)(?: called)?\s+|name\s*[:：]",
    re.IGNORECASE,
)
_TAIL = re.compile(r"[。!！,，;；、~\s]+$|(?:(?<=公司)|(?<=集团)|(?<=厂))(?:的|嘅|呀|啊|哦|吧|啦|来的).*$")

_NO_NAME = re.compile(
    r"(?:我们?|你们?|我哋|咱们?|贵|本|这|那|某|一)?[家间个]?(?:公司|集团|工?厂子?|企业|单位)|[我敝]司|(?:是|系)?(?:做|生产|主营|从事|经营).*[的嘅]"
)

_BODY = r"[\w（）()·&\-—]"
_FORMAL = re.compile(rf"{_BODY}{{2,50}}?(?:有限责任公司|有限公司|有限合伙)(?:[（(]{_BODY}{{1,12}}[）)])?")
_ENGLISH = re.compile(
    r"(?:(?!(?:We|I|From|At|Our|The|This|Is|Hello|Hi)\b)[A-Z][\w&'\-]*\s+){1,8}"
    r"(?:Co\.?,?\s*(?:Ltd|Limited)\b\.?|(?:Ltd|Limited|Inc|LLC|Corp|Corporation|GmbH)\b\.?)"
)
_CUED = re.compile(
    rf"(?:(?P<called>(?:全称|名称|名字)\s*{_NAMED}|(?:公司|企业|单位|厂)\s*(?:叫做?|[:：])|{_WE}叫做?)|(?:{_WE}(?:公司)?|我司)(?:是|系|来自))"
    rf"\s*(?P<name>{_BODY}{{2,30}}?(?:集团公司|集团|合作社|公司|厂))(?=$|[\s的嘅])"
)
_NAMED_ONLY = re.compile(
    rf"\s*{_WE}?的?(?:公司|企业|单位)的?(?:(?:全称|名称|名字)\s*(?:{_NAMED}|\s)|叫做?|\s*[:：])\s*(?P<name>[^:：]{{2,60}})$"
)
# 轧钢厂 and 记账公司 are kinds: what follows 我们是 is a name if it has a legal form, is a group's or begins with its town.
_IS_NO_KIND = re.compile(r"\w*(?:集团|有限)|\w{2,3}[省市县区镇]\w{3}")
_SAYS_MORE = re.compile(
    r"[我你您他想问请吗给跟]|(?<!美)的|咨询|一下|怎么|什么|是否|可以|已经|准备|打算|计划|需要|[这那一几]家|一[个间]|公司[和与及]|供货|客户|合作(?!社)"
)
_OWN = re.compile(r".*(?:我们|我哋|我司|代表|来自)")
_ANY_COMPANY = re.compile(
    r"外资|台资|港资|合资|独资|民营|私营|国营|国有|上市|贸易|科技|物流|制造|生产|加工|代工|大型|中型|小型|中小|小微|科创|初创|创业|高新|技术|"
    r"老牌|传统|食品|家电|电子|服装|家具|五金|塑胶|机械|本地|外地|珠三角|广东省?|[粤港澳]|(?:东莞|深圳|广州|佛山|中山|惠州|珠海|湛江|香港|澳门|台湾)市?|"
    r"企业|股份|有限|责任|建筑|地产|投资|能源|医药|化工|金融|农业|旅游|教育|文化|[老新大小分总子母做家间个本该贵外]"
)
_LEAST_OWN_CHARACTERS = 2


def read_company(text: str) -> str:
    """The name as it was typed, without the words around it. Raises Unreadable."""
    typed = WANTED.plain(text)
    parts = tuple(pieces(typed))
    if len(parts) > 1 and (named := next((part for part in parts if _SUFFIX.search(simplified(part.text))), None)):
        typed = named.text
    name = WANTED.checked(without(typed, _LEAD, _TAIL, WANTED.least))
    if _NO_NAME.fullmatch(simplified(name)):
        raise Unreadable(f"请填写{WANTED.name}，例如：{WANTED.example}。还没有注册的可填“筹备中”，个人请填“个人”。")
    return name


def find_company(text: str) -> Found | None:
    """The one company that a plain message is from: by its legal form, or by words such as 我们是. None where that is not certain."""
    cued: list[Found] = []
    formal: list[Found] = []
    for piece in pieces(text):
        read = simplified(piece.text)
        if (match := _CUED.search(read)) and _is_name(match["name"]) and (match["called"] or _IS_NO_KIND.match(match["name"])):
            cued.append(_at(piece, *match.span("name")))
        elif (match := _FORMAL.search(read) or _ENGLISH.search(piece.text)) and (found := _own_name(piece, *match.span())):
            (cued if found.start > piece.start + match.start() else formal).append(found)
        elif not piece.asks and (match := _NAMED_ONLY.match(read)) and not _SAYS_MORE.search(match["name"]):
            cued.append(_at(piece, *match.span("name")))
    names = cued or formal
    if len({found.value for found in names}) != 1:
        return None
    try:
        return Found(read_company(names[0].value), names[0].start, names[0].end)
    except Unreadable:
        return None


def _own_name(piece: Piece, start: int, end: int) -> Found | None:
    written = piece.text[start:end]
    name = without(written, _LEAD, _TAIL, WANTED.least)
    if (more := _SAYS_MORE.search(simplified(name))) and (own := _OWN.match(simplified(name))) and own.end() > more.start():
        name = without(name[own.end() :], _LEAD, _TAIL, WANTED.least)
    if not _is_name(simplified(name)):
        return None
    at = start + written.rindex(name)
    return _at(piece, at, at + len(name))


def _is_name(name: str) -> bool:
    """Whether it is a name and not a kind: 东莞宏达集团 and not 小家电厂."""
    own = _ANY_COMPANY.sub("", _SUFFIX.sub("", name))
    return not _SAYS_MORE.search(name) and letters(own) >= _LEAST_OWN_CHARACTERS


def _at(piece: Piece, start: int, end: int) -> Found:
    return Found(piece.text[start:end].strip(), piece.start + start, piece.start + end)
