"""Recognises messages that mean something only after the last answer: 那廉江呢, 找哪个部门, 还有呢, 原文是什么.

A message follows up where nothing of substance is left of it once the words of its kind and mere filling words are
taken away. Whatever brings a subject of its own (用地找哪个部门) is a question of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class FollowUpKind(Enum):
    """What is wanted about the last answer."""

    BUREAU = "bureau"
    """Who is in charge of it."""
    QUOTE = "quote"
    """Its very words and clause."""
    MORE = "more"
    """What else there is."""
    DETAIL = "detail"
    """The same, at greater length."""
    HOW = "how"
    """How to go about it."""
    INSTEAD = "instead"
    """The same question about something else: `subject`."""
    ATTRIBUTE = "attribute"
    """Nothing but something to know about it: 要多少钱, 几天能办好, how much."""
    ABOUT_IT = "about_it"
    """Perhaps a question on the same subject: it begins with 那 or 它, and says something of its own."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A message that follows up."""

    kind: FollowUpKind
    subject: str = ""
    """INSTEAD: what it is to be about."""


# In normalised text: simplified, lower case. Longer alternatives first.
_KINDS: tuple[tuple[FollowUpKind, re.Pattern[str]], ...] = (
    (
        FollowUpKind.QUOTE,
        re.compile(
            r"(原文|原话|原句)(怎么|点|是怎么|是点)(说|写|讲)|原文|原话|原句|原词|那段|那句|贴出来|贴给|哪一?条(?!路|件|线)"
            r"|第几条|什么条款|哪个条款"
            r"|条款号|条文|出处|依据是?什么|有(什么|冇)?依据|怎么写的|点写|白纸黑字"
            r"|(exact|original) (words?|wording|text|sentences?)|quote|which clause|what clause|word for word|verbatim|the original"
        ),
    ),
    (
        FollowUpKind.BUREAU,
        re.compile(
            r"(找|问|归|由|去|联系|对接|揾|搵|向)?(哪个|哪些|哪一?个|哪家|什么|边个|边一个|乜嘢|咩|哪)(部门|单位|局|机构|衙门"
            r"|科室|口子)(来)?(负责|牵头|主管|管理|管|话事|办|跟进)?"
            r"|(归|由|系)?(谁|边个|哪个|哪家|哪位|哪)(来)?(负责|牵头|主管|管|话事|分管|办|跟进|配合)|(找|问|联系|揾|搵)(谁|边个"
            r"|哪个|哪家)|打给谁|谁的地盘"
            r"|(负责|牵头|主管|配合|责任)(的)?(部门|单位|局)|谁的事|边个部门"
            r"|(which|what) (bureaus?|departments?|office|agency|authority)|who('s| is| are|s)?( the one)? (in charge"
            r"|responsible|handles?|runs?)( of| for)?"
            r"|who (do|should|can|shall) (i|we) (contact|ask|talk to|call|speak to|go to)"
        ),
    ),
    (
        FollowUpKind.MORE,
        re.compile(
            r"还有(别的|其他|其它|什么|哪些|啥|没有|没|吗|呢|么|冇)*|(除了|除咗)(这个|这些|呢啲|呢个)|别的|其他|其它|仲有(咩"
            r"|乜嘢|啲咩|冇)?|就这些|就咁多|得咁多"
            r"|接着说|继续说?|然后|anything else|what else|any other|any more|more|else"
        ),
    ),
    (
        FollowUpKind.DETAIL,
        re.compile(
            r"(更|再)?(详细|具体|仔细|细致|清楚|明白|细)(点|些|啲|一点|一些)?(地)?(说说|说|讲讲|讲|介绍|解释|展开|内容|情况"
            r"|情形)?|展开(说说|讲讲|说|讲)?|太笼统|笼统|细说|细讲|再多一点|多一点"
            r"|(没|冇|唔|不)(太)?(看|听|睇)?(懂|明|明白)|什么意思|咩意思|解释(一下|下)?|多说(几句|点)|(more|in"
            r"|further) details?|detail|elaborate|explain"
        ),
    ),
    (
        FollowUpKind.HOW,
        re.compile(
            r"(该|要|应该|应)?(怎么|怎样|如何|咋|咋个|点样|点)(去)?(办理|申请|申报|操作|享受|办|弄|搞|走|做|开始|报名|入手|拿到"
            r"|争取|落实|搞定"
            r"|攞|拿|整)(才(行|好))?(到)?"
            r"|(办理|申请)?(流程|手续|步骤|程序)(是|系)?(什么|怎样|怎么走|点样|咩)?|how (do|can|should|would) (i|we) (apply"
            r"|do it|do that|start|get it|get that|proceed|go about it)"
            r"|how to (apply|start|proceed|do (it|this|that))|next steps?"
        ),
    ),
)
_FILLING = re.compile(
    r"比较好|好|具体|那么|那间|那家|那个|那边|那里|那份|那|这个|这些|这项|这块|这事|这件事|这方面|这里|这边|这|嗰度|嗰边|嗰间"
    r"|嗰个|嗰件|嗰"
    r"|呢个|呢啲|呢样|份|𠮶边|𠮶个|𠮶|㗎|咧|呢|它们|它|佢|他们|你们|你|您|我们|我哋|我|咱们|咱"
    r"|麻烦|请问|请|劳驾|唔该|想|知道|了解|问问|问一下|问|一下|下|告诉|跟|给|帮|可不可以|可唔可以|可以|可|能不能|能|会|到底"
    r"|究竟|应该|该|是不是|是|系|要|得|又|再|就|都|还|也|先|另外|发|拿|贴|出来|上|啦|做|所以|把|谈|倾|聊|睇睇|办好|办下来|批下来|下来|到手"
    r"|的|嘅|了|咗|啊|呀|吖|啦|喇|喔|哦|噢|嗯|额|呃|吗|嘛|么|吧|哈|个|件|事情|事|上面|里面|里|面|方案|文件|说|讲|看看|看|睇|写"
    r"|有|冇|没有|没|政策|优惠|支持|措施|内容|啥|什么|咩|乜嘢|哪些"
    r"|\b(and|so|ok|okay|then|please|the|that|this|it|for|of|is|are|there|can|could|you|tell|me|give|show|about|in|a|an|do|does"
    r"|i|we|what|plan|say|says|to|any|on|with|us|also|um|well|charge|handle|handles)\b"
)
_INSTEAD = re.compile(
    r"^(?:那么|那|咁|噉|如果|要是|换成|换作|换到|若是|and|so|ok|but)?[\s,，]*(?:如果|要是|换成|换作|换到|换|去|在|说到|对于"
    r"|关于|至于|what about|how about|what if it is|what if it's|and for|for|in)?\s*"
    r"(?P<subject>[^,，。？?!！]{1,24}?)\s*(?:那边|那块|这块|方面|这方面|的话|又)?\s*(?:呢|咧|喃|又点|点样|又如何|怎么样|怎样"
    r"|咋样|如何|又怎么样)?[？?。!！\s]*$"
)
_INSTEAD_MARK = re.compile(
    r"^(那|咁|噉|换|如果|要是|what about|how about|and (in |for )?[\w' -]{2,30}\??$|what if)|(呢|咧|又点|又如何"
    r"|又怎么样)[？?。!！\s]*$|点样[？?\s]*$"
)
_ATTRIBUTE = re.compile(
    r"(多少|几多|几)(钱|元|万|亿|天|个?工作日|日|年|个?月|亩|人|成|个?点)?|多久|多长时间|多快|多大|几时|什么时候|何时|哪天|几号"
    r"|哪一?年|价格|价钱|费用|收费|利率|利息"
    r"|电话|号码|手机|微信|地址|邮箱|联系方式|官网|网址|最高|最低|上限|下限|比例|截止|期限|时限|门槛|条件|名额|材料|表格"
    r"|how (much|many|long|soon|big|far|often)( does it (cost|take)| will it (cost|take)| time| money| days)?|when"
    r"|phone( number)?|telephone|address|deadline|price|cost|fee|rate"
)
_ABOUT_IT = re.compile(r"^(那|咁|噉|这|呢个|它|and\b|so\b)")
_PUNCTUATION = re.compile(r"[^\w]+")
_LONGEST_FOLLOW_UP = 30
_LONGEST_ENGLISH_FOLLOW_UP = 70


def read_follow_up(text: str) -> FollowUp | None:
    """What a normalised message follows up with; None for one that stands for itself."""
    if len(text) > (_LONGEST_ENGLISH_FOLLOW_UP if text.isascii() else _LONGEST_FOLLOW_UP):
        return None
    for kind, words in _KINDS:
        if words.search(text) and not substance(words.sub(" ", text)):
            return FollowUp(kind)
    if _ATTRIBUTE.search(text) and not substance(_ATTRIBUTE.sub(" ", text)):
        return FollowUp(FollowUpKind.ATTRIBUTE)
    if _INSTEAD_MARK.search(text) and (found := _INSTEAD.match(text)):
        subject = found["subject"].strip()
        if subject and substance(subject):
            return FollowUp(FollowUpKind.INSTEAD, subject)
    if _ABOUT_IT.search(text):
        return FollowUp(FollowUpKind.ABOUT_IT)
    return None


def substance(text: str) -> str:
    """What is left of a text without filling words and signs."""
    return _PUNCTUATION.sub("", _FILLING.sub("", text))
