"""Answers as texts of WeChat and WeCom, which show `<a href>` in a text as a link. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.channels.contract import Outgoing
from bot.channels.cutting import plain
from bot.channels.tencent.xml import clean

CHOOSE = "回复数字即可选择："
_TAG = re.compile(r"<(?=[A-Za-z/!])")
_CUT = "\n（篇幅所限，以上是部分内容）"
_WHOLE = "查看全文"


def harmless(text: str) -> str:
    """Plain text, in which no link is but ours."""
    return _TAG.sub("＜", clean(plain(text)))


def in_one_line(text: str) -> str:
    """A choice's words on one line."""
    return " ".join(harmless(text).split())


def tail(answer: Outgoing, *, is_linked: bool) -> str:
    """What follows a text that was cut: where the whole of it is."""
    if not answer.whole_url:
        return _CUT
    address = quote(answer.whole_url, safe=":/?#[]@!$&'()*+,;=%~")
    return f'\n<a href="{address}">{_WHOLE}</a>' if is_linked else f"\n{_WHOLE}：{address}"
