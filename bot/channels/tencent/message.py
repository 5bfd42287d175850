"""What the messages of WeChat and of WeCom applications have in common. Pure.

Facts: WeChat, 接收普通消息 and 被动回复用户消息; WeCom, 消息格式 (developer.work.weixin.qq.com, path 90239 and 90241).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from bot.channels.contract import Outgoing
from bot.channels.tencent.xml import Field

_DIGITS = re.compile(r"[0-9]{1,20}")


def key_of(fields: Mapping[str, str]) -> str:
    """Messages have an id; events are told apart by who, when and what, hashed because a person's id is personal information."""
    if _DIGITS.fullmatch(number := fields.get("MsgId", "")):
        return f"message:{number}"
    told = "\n".join(fields.get(name, "") for name in ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey", "Content"))
    return f"event:{hashlib.sha256(told.encode()).hexdigest()[:40]}"


def reply_of(answer: Outgoing, text: str, at: int) -> dict[str, Field]:
    """A passive reply's fields, with the answer's text as it is to be shown; `at` in seconds since 1970."""
    return {"ToUserName": answer.person, "FromUserName": answer.account, "CreateTime": at, "MsgType": "text", "Content": text}
