"""Words of somebody who has not decided yet, does not mind or gives no answer, in simplified characters."""

from __future__ import annotations

import re

from actions.lead.fields.typed import Unreadable, plain, simplified

_UNDECIDED = (
    r"(?:都|均|也|全)(?:可以?|行|得|好|没问题|冇问题)|可以都|不限|随便|随意|任意|任何|是但|没所谓|无所谓|冇所谓|"
    r"(?:没|未|冇)(?:有)?(?:想|谂|考虑|定|决定|确定|计划|要求|意见)|待定|再说|再看|看情况|看看先|听(?:你们|从)?安排|"
    r"(?:不|唔)(?:知道?|清楚|确定|晓得|肯定)|哪里都|乜嘢?都|哪儿都|边度都|还没|还未|仲未|未知|暂时?(?:没|无|未|不)|"
    r"\b(?:any|anywhere|anytime|no preference|not sure|undecided|whatever|don'?t know|not yet|no idea|tbd|n/a)\b"
)
_NOTHING = r"没有?|无|冇|不需要|不用|唔使|不要|跳过|略|none|no|nil|skip|pass"
_NOT_TOLD = r"不想说|不告诉你?|不方便(?:说|透露)?|保密|匿名|秘密|测试|test|好的?|是的?|嗯+|可以|行|ok|yes|你好|您好|hello|hi|谢谢|多谢|唔该"
_NOT_SAID = r"(?:不|唔)(?:想|方便)?[填留]|先?(?:空着|留空)|不告诉你?们?"
# Said to the assistant, of what it said before.
_NOT_MEANT = (
    r"(?:转|找)?(?:人工|真人)(?:服务|客服)?|有用|没有?(?:什么)?用|(?:没有?|有)帮助|(?:没有?|不)(?:听|看)?(?:懂|明白)|[听看睇](?:不|唔)(?:懂|明白?)|"
    r"唔明白?|(?:什么|啥|咩|乜)意思"
)
_BOSS = r"(?:老板|领导|上面|上级|总部|总公司|股东|董事会)"
_OPEN = (
    r"(?:价格|金额|到时|以后)?面[议谈]|随便|随意|随缘|是但|[没无冇]所谓|待定|未定|还没|还未|仲未|"
    r"(?:还|仲)?(?:没有?|未|冇)(?:想|谂)?(?:好|定|决定|确定|想|谂|谈|考虑)(?:好|清楚|过|到)?|"
    r"(?:到时候?|以后|之后|后面|再|先|过段时间)+(?:说|看看?|议|定|商量|谈)|看(?:情况|需要|政策|条件)(?:再说|再定)?|"
    rf"要?[听看问]{_BOSS}(?:的|说|定|决定|安排|意思)*|{_BOSS}(?:说了算|说|来?定|决定|拍板|做主|安排)|"
    r"(?:不好|难|唔好)(?:说|讲)|说不[准好]|(?:没有?|冇)(?:预算|概念|计划|数)|(?:不|唔)(?:知道?|清楚|确定|晓得|肯定)|还?在(?:谈|商量|研究|评估)|"
    r"not sure(?: yet)?|undecided|whatever|don'?t know|not yet|no idea|tbd|negotiable|it depends|up to (?:the|my) boss"
)
_WHO = r"(?:我们?|我哋|这个?|目前|现在|暂时|都|就|也|要|得|还|先|可以|[\s，,、。])*"
_AROUND = r"[\W_]*"
_IS_UNDECIDED = re.compile(rf"{_UNDECIDED}|^{_AROUND}(?:{_NOTHING}){_AROUND}$", re.IGNORECASE)
_IS_NO_ANSWER = re.compile(
    rf"{_AROUND}我?们?(?:{_UNDECIDED}|{_NOTHING}|{_NOT_TOLD}|{_NOT_SAID}|{_NOT_MEANT})[了呢啊吧呀好]?{_AROUND}", re.IGNORECASE
)

_TAIL = "[了呢啊吧呀啦嘛的]*"
_IS_OPEN = re.compile(rf"{_AROUND}{_WHO}(?:{_OPEN}){_TAIL}(?:{_AROUND}{_WHO}(?:{_OPEN}){_TAIL})?{_AROUND}", re.IGNORECASE)
_MOST_CHARACTERS_OPEN = 30


def is_undecided(text: str) -> bool:
    """True where somebody says that it is open, that they do not mind or that there is none: 还没想好, 都得, 没有, any."""
    try:
        return bool(_IS_UNDECIDED.search(simplified(plain(text))))
    except Unreadable:
        return False


def is_left_open(text: str) -> bool:
    """True where a message says nothing but that the matter is open: 面议, 待定, 老板说了算, not sure. 都可以 is a choice."""
    if len(text) > _MOST_CHARACTERS_OPEN:
        return False
    return bool(_IS_OPEN.fullmatch(simplified(plain(text))))


def is_no_answer(read: str) -> bool:
    """True for a plain, simplified text that is nothing but such words, or a greeting or a refusal: no name is called so."""
    return bool(_IS_NO_ANSWER.fullmatch(read))
