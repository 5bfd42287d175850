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
_AROUND = r"[\W_]*"
_IS_UNDECIDED = re.compile(rf"{_UNDECIDED}|^{_AROUND}(?:{_NOTHING}){_AROUND}$", re.IGNORECASE)
_IS_NO_ANSWER = re.compile(rf"{_AROUND}我?们?(?:{_UNDECIDED}|{_NOTHING}|{_NOT_TOLD})[了呢啊吧呀好]?{_AROUND}", re.IGNORECASE)


def is_undecided(text: str) -> bool:
    """True where somebody says that it is open, that they do not mind or that there is none: 还没想好, 都得, 没有, any."""
    try:
        return bool(_IS_UNDECIDED.search(simplified(plain(text))))
    except Unreadable:
        return False


def is_no_answer(read: str) -> bool:
    """True for a plain, simplified text that is nothing but such words, or a greeting or a refusal: no name is called so."""
    return bool(_IS_NO_ANSWER.fullmatch(read))
