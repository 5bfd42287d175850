"""Whether a text asks at all, and which kind of answer it asks for where words say so plainly: a place, or how two things compare."""

from __future__ import annotations

import re

_WHERE = re.compile(
    r"哪里|哪儿|哪个(区|县|市|园|地方|镇|位置|板块)|哪几?个(区|县|市|园|地方)|哪(区|县|块|一个区|一个县|边)|去哪|放哪|搬哪|落哪"
    r"|在哪|到哪|边度|边个(区|县|市|园|地方)|选址|落户|落脚"
    r"|适合|合适|啱|推荐|安排在|什么地方|咩地方|\bwhere\b|(which|what) (district|county|park|city|place|area|town|part"
    r"|location)|suit|suitable|best (place|district|location)"
)
_COMPARE = re.compile(
    r"比较|对比|相比|区别|不同|差别|差异|分别|哪个(更|好|强|合适|适合)|边个(好|啱)|还是|定系|各自?|都|哪边|有啥不一样"
    r"|有什么不一样|vs|versus|compare|difference|differ|or\b|better|and\b|和|与|跟|同|、"
)

_ANYTHING = re.compile(
    r"[?？]|怎么|怎样|如何|咋|啥|什么|甚么|哪(?!怕)|几(多|个|时|点|家|间|年|天|成|样|块|条|种)|多(少|大|久|快|高|远)|谁|吗|呢|嘛$|没有?$|不$|冇$"
    r"|咩|乜|点(样|解|做|搞|算|写|整|分|计|安排|支持)|边(个|度|间|啲|区|几|瓣)|(?P<verb>[^\W\d_])[不唔没冇](?P=verb)|有没|有冇|是否|能否|可否|会否|得唔"
    r"|又(是|系|想|有|要)|是那些|请(分别)?(介绍|说明|列|问|讲)|想(知道|了解|问|搞清|弄明)|(讲讲|说说|介绍)(?!的)"
    r"|\b(what|which|who|whom|whose|where|when|why|how|tell me|any)\b|^\W*(is|are|do|does|did|can|could|will|would|should)\b"
    r"|[,.:;] (is|are|do|does|did|can|could|will|would|should) "
)
_DIFFERENCE = re.compile(
    r"[跟同和与].{1,8}比|选(哪|边)|拣边|哪个(好|更|合适|适合)|边个(好|啱)|二选一|两边|两头|一个.{1,4}一个|which (one|is better)"
    r"|区别|不同|差别|差异|对比|比较|不一样|分别|各自|differ|compare|versus|\bvs\b"
)
_FAVOURS = re.compile(r"优惠|补贴|便宜|贵|钱|价|工资|租|税|奖|费|利率|电话|多久|几天|政策|cheap|cost|price|incentive|rent|wage|tax|subsid")


def asks_anything(text: str) -> bool:
    """True for a normalised text with the words of a question; the background of one often has none."""
    return bool(_ANYTHING.search(text))


def asks_where(text: str) -> bool:
    """True for a normalised text that wants to hear of a place."""
    return bool(_WHERE.search(text))


def asks_to_compare(text: str) -> bool:
    """True for a normalised text that sets things side by side; it must name two of them to mean anything."""
    return bool(_COMPARE.search(text))


def asks_for_difference(text: str) -> bool:
    """True for a normalised text that wants to hear how places differ in general, and not in prices or favours."""
    return bool(_DIFFERENCE.search(text)) and not _FAVOURS.search(text)
