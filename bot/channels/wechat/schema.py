"""WeChat's messages as values, both ways. Pure.

Facts: WeChat, 接收普通消息, 接收事件推送, 被动回复用户消息, 客服接口-发消息.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

from bot.channels.contract import Kind, Outgoing, Received
from bot.channels.cutting import cut, numbered, size
from bot.channels.tencent.message import key_of, reply_of
from bot.channels.tencent.wording import CHOOSE, harmless, in_one_line, tail
from bot.channels.tencent.xml import Field, Malformed, clean

NAME = "wechat"
TEXT_BYTES = 2000
"""The pages give no number; users measured 2,047 or 2,048 bytes, whatever the characters."""
SHORT_BYTES = 600
"""What is tried where a text was too long after all."""
MOST_CHOICES = 9
"""One digit each."""
_MOST_CHARACTERS = 2000
_ID = re.compile(r"[A-Za-z0-9_@.-]{1,64}")
_DIGITS = re.compile(r"[0-9]{1,20}")
_SCENE_OF_FOLLOWER = "qrscene_"
_MEDIA = {"image": "image", "voice": "voice", "video": "video", "shortvideo": "video", "location": "location", "link": "link"}


def read_received(fields: Mapping[str, str]) -> Received:
    """A message or an event from its verified fields. Raises Malformed where one is missing or of odd form."""
    account, person, created = fields.get("ToUserName", ""), fields.get("FromUserName", ""), fields.get("CreateTime", "")
    if not _ID.fullmatch(account) or not _ID.fullmatch(person):
        raise Malformed("ToUserName or FromUserName")
    if not _DIGITS.fullmatch(created) or len(created) > 11:
        raise Malformed("CreateTime")
    kind, text, choice, scene = _event(fields) if fields.get("MsgType") == "event" else _message(fields)
    at = datetime.fromtimestamp(int(created), tz=timezone.utc)
    return Received(NAME, account, person, key_of(fields), kind, text, choice, scene, at)


def _message(fields: Mapping[str, str]) -> tuple[Kind, str, str, str]:
    message_type = fields.get("MsgType", "")
    if message_type == "text":
        text = clean(fields.get("Content", "")).strip()[:_MOST_CHARACTERS]
        return (Kind.TEXT, text, clean(fields.get("bizmsgmenuid", ""))[:64], "") if text else (Kind.NOTHING, "", "", "")
    # Recognition, the text of a voice message, is empty since 2023 and not looked at.
    return (Kind.MEDIA, _MEDIA[message_type], "", "") if message_type in _MEDIA else (Kind.NOTHING, "", "", "")


def _event(fields: Mapping[str, str]) -> tuple[Kind, str, str, str]:
    key = clean(fields.get("EventKey", "")).strip()
    match fields.get("Event", "").lower():
        case "subscribe":
            return Kind.FOLLOWED, "", "", key.removeprefix(_SCENE_OF_FOLLOWER)[:64] if key.startswith(_SCENE_OF_FOLLOWER) else ""
        case "unsubscribe":
            return Kind.LEFT, "", "", ""
        case "scan":
            return Kind.SCANNED, "", "", key[:64]
        case "click":
            return (Kind.MENU, key[:_MOST_CHARACTERS], "", "") if key else (Kind.NOTHING, "", "", "")
        case _:  # LOCATION among them: where somebody is, is nothing we want to know
            return Kind.NOTHING, "", "", ""


def write_reply(answer: Outgoing, at: int) -> dict[str, Field]:
    """A passive reply's fields; `at` in seconds since 1970."""
    return reply_of(answer, write_text(answer, TEXT_BYTES), at)


def write_pushes(answer: Outgoing) -> tuple[dict[str, Any], ...]:
    """The same message as bodies of the customer-service API, each in a form that more accounts take than the one before.

    Menu messages are for verified accounts, and how long their text may be is not documented.
    """
    written = dict.fromkeys(write_text(answer, most) for most in (TEXT_BYTES, SHORT_BYTES))
    texts = [_push(answer, "text", {"content": text}) for text in written]
    if not answer.choices:
        return tuple(texts)
    head = cut(harmless(answer.text), TEXT_BYTES, tail(answer, is_linked=False))
    listed = [{"id": str(number), "content": in_one_line(c.title)} for number, c in enumerate(answer.choices[:MOST_CHOICES], 1)]
    return (_push(answer, "msgmenu", {"head_content": head, "list": listed, "tail_content": ""}), *texts)


def write_text(answer: Outgoing, most_bytes: int) -> str:
    """The text with its choices as numbered lines, which are links too where there is room, in at most so many bytes."""
    foot = _choices(answer, most_bytes // 2)
    return cut(harmless(answer.text), most_bytes - size(foot), tail(answer, is_linked=True)) + foot


def _push(answer: Outgoing, kind: str, content: object) -> dict[str, Any]:
    return {"touser": answer.person, "msgtype": kind, kind: content}


def _choices(answer: Outgoing, most_bytes: int) -> str:
    """The choices, as links where these fit, as mere lines where those do, and else the first ones of them."""
    titles = [in_one_line(choice.title) for choice in answer.choices[:MOST_CHOICES]]
    # The links are not documented by WeChat, yet widely used; where they do nothing the number still works.
    links = [_menu_link(title, str(number)) for number, title in enumerate(titles, 1)]
    feet = (links, *(titles[:number] for number in range(len(titles), 0, -1)))
    written = ("\n\n" + "\n".join((CHOOSE, *numbered(lines))) for lines in feet if lines)
    return next((foot for foot in written if size(foot) <= most_bytes), "")


def _menu_link(title: str, number: str) -> str:
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(title, safe="")}&msgmenuid={number}">{title}</a>'
