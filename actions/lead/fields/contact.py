"""Who is to be called back: names and how people call themselves."""

from __future__ import annotations

import re

from actions.lead.fields.phone import find_phone
from actions.lead.fields.typed import Found, Unreadable, pieces, simplified, without
from actions.lead.fields.wanted import Wanted

WANTED = Wanted("联系人姓名或称呼", "陈先生", 1, 30)

_LEAD = re.compile(
    r"[^\w(（]+|(?:您|你)好(?![\u4e00-\u9fff])|.*(?:公司|集团|厂)的(?=.)|(?:联系|联络)人?的?(?:姓名|名字)?\s*(?:叫做?|是|系|为|[:：])?\s*"
    r"|(?:我的?|本人|在下|鄙人)?(?:姓名|名字|称呼)\s*(?:叫做?|是|系|为|[:：])?\s*|(?:我|敝|小|免贵|本人)?姓(?=.)|(?:您|你们?|大家)?(?:可以|就|都)*(?:称呼|叫)我做?\s*"
    r"|(?:我|本人)(?:叫做?|是|系|名叫)\s*|(?:请|麻烦)?(?:联系|联络|找|搵|揾)\s*|叫做?"
    r"|my name(?:'s| is)\s+|(?:i'm|i am|this is|call me|contact(?: person)?(?: is)?|ask for|it's)\s+"
    r"|(?:contact(?: person)?|name)\s*[:：]\s*|(?:hello|hi)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[^\w)）]+$|(?:就行了?|就好了?|就得|就可以了?|即可|都得|吧|呀|啊|啦|哦)$|(?:的?(?:电话|手机|号码|联系方式|微信)(?:号码?)?(?:是|系)?\s*[:：]?)$"
)
_CALLED = re.compile(r"(?:叫|称呼)我做?(?!们|什么)")
_NO_NAME = re.compile(r"谁|边个|不|名单|怎么|什么|咩|哪|不想|不要|为何|你|您|他|们|吗|需要|可以|咨询|电话|公司$")

_TITLE = r"(?:先生|女士|小姐|太太|总经理|副总|经理|总监|主任|厂长|董事长|老板|主管|总工|总|董)"
_SURNAME = (
    "(?:欧阳|上官|司徒|诸葛|司马|端木|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗"
    "方俞任袁柳鲍史唐费岑薛雷贺倪汤罗毕郝安常于傅卞康伍余顾孟黄穆萧肖尹姚邵汪祁毛狄贝戴宋庞熊纪舒屈项祝董梁杜阮蓝闵季贾路江童颜郭梅盛林刁钟"
    "徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫房缪丁邓洪包左石崔吉龚程邢裴陆荣翁甄封储靳段焦侯仲宫宁甘厉武符刘景詹龙叶幸黎薄白赖卓蔺屠池乔温"
    "庄晏柴阎习古易廖耿匡文寇欧殷利聂曾关简饶沙冼麦区伦劳莘容谭游丘覃])"
)
_END = r"(?=$|[\s(（:：\d+]|(?:的?(?:电话|手机|号码|联系方式|微信))|是|来自|在|就|吧)"
_LATIN = r"[A-Z][A-Za-z'\-]*(?:[ ·.]+[A-Z][A-Za-z'\-]*){0,3}"
_FINDERS = tuple(
    re.compile(pattern)
    for pattern in (
        # 我姓陈，叫我老陈就行: as they want to be called.
        rf"(?:叫|称呼)我做?(?P<name>[老小阿]{_SURNAME}|{_SURNAME}(?:{_TITLE}|[生工哥姐]|[\u4e00-\u9fff]{{1,2}}(?:先生|女士|小姐))|{_LATIN}){_END}",
        rf"(?:联系|联络)人(?:姓名|名字)?\s*(?:叫做?|是|系|为|[:：])?\s*(?P<name>{_SURNAME}[\u4e00-\u9fff]{{0,2}}{_TITLE}?|{_LATIN}){_END}",
        rf"(?:联系|联络)人(?:姓名|名字)?\s*(?:叫做?|是|系|为|[:：])\s*(?P<name>[\u4e00-\u9fff·]{{1,6}}?){_END}",
        rf"(?:我|敝|小|免贵|本人)姓(?P<name>{_SURNAME}{_TITLE}?){_END}",
        rf"(?:我|本人)(?:的?名字)?叫做?(?P<name>{_SURNAME}[\u4e00-\u9fff]{{1,3}}?|{_LATIN}){_END}",
        rf"(?:^[的嘅]?|\s|我是|我系|叫我|找|搵|揾|联系|联络|公司的|集团的|厂的)(?P<name>{_SURNAME}(?:{_TITLE}|[\u4e00-\u9fff]{{1,2}}(?:先生|女士|小姐))){_END}",
        rf"(?:我是|我系|叫我|找|揾|联系|联络)(?P<name>{_SURNAME}[生工]){_END}",
        rf"(?:[Mm]y name(?:'s| is)|[Cc]ontact(?: person)?(?: is)?\s*[:：]?|[Cc]all me|I'm|I am)\s+(?P<name>{_LATIN})",
        r"(?P<name>\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.? [A-Z][A-Za-z'\-]+(?: [A-Z][A-Za-z'\-]+)?)",
    )
)


def read_contact(text: str) -> str:
    """The name or the form of address as it was typed, without the words and the phone number around it. Raises Unreadable."""
    typed = WANTED.plain(text)
    if phone := find_phone(typed):
        typed = f"{typed[: phone.start]}，{typed[phone.end :]}"
    said = [part.text.strip() for part in pieces(typed) if part.text.strip()] or [typed]
    first = next((part for part in said if _CALLED.search(simplified(part))), said[0])
    name = WANTED.checked(without(first, _LEAD, _TAIL, WANTED.least))
    if _NO_NAME.search(simplified(name)):
        raise WANTED.unreadable(f"请填写{WANTED.name}")
    return name


def find_contact(text: str) -> Found | None:
    """The one person whom a plain message names as its contact; None where it names none or several, or that is not certain."""
    for finder in _FINDERS:
        found = []
        for piece in pieces(text):
            if (match := finder.search(simplified(piece.text))) and not _NO_NAME.search(match["name"]):
                start, end = (piece.start + at for at in match.span("name"))
                found.append(Found(text[start:end].strip(), start, end))
        if found:
            return found[0] if len({one.value for one in found}) == 1 else None
    return None


def contact_of(found: Found) -> str:
    """The name as `read_contact` gives it; empty where it would not take it."""
    try:
        return read_contact(found.value)
    except Unreadable:
        return ""
