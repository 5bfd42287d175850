"""A notice as the text of a chat message."""

from __future__ import annotations

import re

from actions.delivery.notice import Notice, day

_TOPIC_BYTES = 240
# Full-width twins read the same and mean nothing to a chat: no mention, no tag, no link can be forged.
_ESCAPED = str.maketrans({"<": "＜", ">": "＞", "@": "＠", "[": "［", "]": "］"})


def plain(text: str) -> str:
    """Text as one line that a chat shows as it is written."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).translate(_ESCAPED).strip()


def cut(text: str, limit: int) -> str:
    """Text of at most `limit` bytes in UTF-8, cut between characters and then ending in an ellipsis."""
    written = text.encode()
    if len(written) <= limit:
        return text
    return written[: limit - len("…".encode())].decode(errors="ignore") + "…"


def chat_text(notice: Notice, limit: int) -> str:
    """The message, at most `limit` bytes. It always holds the word 工单, which a robot may be set to ask for as its keyword."""
    lines = [
        f"【产业转移咨询】{notice.event}",
        f"工单号：{plain(notice.ticket)}",
        f"事项：{cut(plain(notice.topic), _TOPIC_BYTES)}",
        *([f"办理时限（内部设定）：{day(notice.due)}"] if notice.due else []),
        f"登录查看：{notice.desk}" if notice.desk else "请登录工作台查看。",
    ]
    return cut("\n".join(lines), limit)
