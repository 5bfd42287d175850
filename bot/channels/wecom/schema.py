"""WeCom's messages as values, both ways. Pure.

Facts: WeCom, 接收消息格式 (path 90239), 事件格式 (90240), 被动回复消息格式 (90241), 发送应用消息 (90236).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from bot.channels.contract import Kind, Outgoing, Received
from bot.channels.cutting import cut, numbered, size
from bot.channels.tencent.message import key_of, reply_of
from bot.channels.tencent.wording import CHOOSE, harmless, in_one_line, tail
from bot.channels.tencent.xml import Field, Malformed, clean

NAME = "wecom"
TEXT_BYTES = 2000
"""2,048 are taken, and what is over it is cut silently (发送应用消息)."""
MOST_CHOICES = 9
"""One digit each."""
SAME_WITHIN_SECONDS = 60
"""What was sent and not acknowledged is sent again by us, and shown once by WeCom. No longer: people may ask the same again."""
_MOST_CHARACTERS = 2000
# "@all" would be everybody: a member's id begins with a letter or a digit.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_@.-]{0,63}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_MEDIA = {"image": "image", "voice": "voice", "video": "video", "location": "location", "link": "link", "file": "file"}


def read_received(fields: Mapping[str, str], corpid: str, agentid: str) -> Received:
    """A message or an event from its verified fields. Raises Malformed where one is missing, of odd form or for another application."""
    account, person, created = fields.get("ToUserName", ""), fields.get("FromUserName", ""), fields.get("CreateTime", "")
    if account != corpid or fields.get("AgentID", agentid) != agentid:
        raise Malformed("another corp id or AgentID")
    if not _ID.fullmatch(person):
        raise Malformed("FromUserName")
    if not _DIGITS.fullmatch(created) or len(created) > 11:
        raise Malformed("CreateTime")
    kind, text = _event(fields) if fields.get("MsgType") == "event" else _message(fields)
    at = datetime.fromtimestamp(int(created), tz=timezone.utc)
    return Received(NAME, account, person, key_of(fields), kind, text, at=at)


def _message(fields: Mapping[str, str]) -> tuple[Kind, str]:
    message_type = fields.get("MsgType", "")
    if message_type == "text":
        text = clean(fields.get("Content", "")).strip()[:_MOST_CHARACTERS]
        return (Kind.TEXT, text) if text else (Kind.NOTHING, "")
    return (Kind.MEDIA, _MEDIA[message_type]) if message_type in _MEDIA else (Kind.NOTHING, "")


def _event(fields: Mapping[str, str]) -> tuple[Kind, str]:
    match fields.get("Event", "").lower():
        case "subscribe":
            return Kind.FOLLOWED, ""
        case "click":
            key = clean(fields.get("EventKey", "")).strip()
            return (Kind.MENU, key[:_MOST_CHARACTERS]) if key else (Kind.NOTHING, "")
        case _:
            # enter_agent comes whenever somebody opens the application. unsubscribe comes also where an administrator changes who sees
            # it, and WeCom, unlike WeChat, does not ask to erase anybody for it.
            return Kind.NOTHING, ""


def write_reply(answer: Outgoing, at: int) -> dict[str, Field]:
    """A passive reply's fields; `at` in seconds since 1970."""
    return reply_of(answer, write_text(answer), at)


def write_push(answer: Outgoing, agentid: str) -> dict[str, Any]:
    """The same message as a body of 发送应用消息."""
    return {
        "touser": answer.person,
        "msgtype": "text",
        "agentid": int(agentid),
        "text": {"content": write_text(answer)},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": SAME_WITHIN_SECONDS,
    }


def write_text(answer: Outgoing) -> str:
    """The text with its choices as numbered lines. Both ways take `<a href>` (发送应用消息, 文本消息)."""
    foot = numbered_choices(answer, TEXT_BYTES // 2)
    return cut(harmless(answer.text), TEXT_BYTES - size(foot), tail(answer, is_linked=True)) + foot


def numbered_choices(answer: Outgoing, most_bytes: int) -> str:
    """The choices, as many of them as fit; empty where there are none."""
    titles = [in_one_line(choice.title) for choice in answer.choices[:MOST_CHOICES]]
    feet = ("\n\n" + "\n".join((CHOOSE, *numbered(titles[:number]))) for number in range(len(titles), 0, -1))
    return next((foot for foot in feet if size(foot) <= most_bytes), "")
