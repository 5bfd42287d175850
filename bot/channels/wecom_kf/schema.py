"""Messages of 微信客服 as values, both ways. Pure.

Facts: WeCom, 接收消息和事件 (path 94670), 发送消息 (94677), 事件响应消息 (95122), 分配客服会话 (94669).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from bot.channels.contract import Kind, Outgoing, Received
from bot.channels.cutting import cut, size
from bot.channels.tencent.wording import harmless, in_one_line, tail
from bot.channels.tencent.xml import Malformed, clean
from bot.channels.wecom.schema import MOST_CHOICES, numbered_choices

NAME = "wecom_kf"
TEXT_BYTES = 2000
"""2,048 are taken."""
_HEAD_BYTES = 1024
_TITLE_BYTES = 128
_MOST_CHARACTERS = 2000
_FROM_CUSTOMER, _FROM_SYSTEM = 3, 4
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,128}")
_MEDIA = {"image": "image", "voice": "voice", "video": "video", "location": "location", "link": "link", "file": "file"}
_SECONDS = range(10**11)


@dataclass(frozen=True, slots=True)
class Entered:
    """An enquirer opened the talk, and may be greeted once."""

    account: str
    person: str
    code: str
    """Good for one message within 20 seconds (事件响应消息)."""


def read_notice(fields: Mapping[str, str]) -> Received:
    """A call-back: that there is something to be fetched from an account, with the token for it as `key`. Raises Malformed.

    It names nobody and holds no message; other events than that are of no account.
    """
    if fields.get("MsgType") != "event" or fields.get("Event") != "kf_msg_or_event":
        return Received(NAME, "", "", "", Kind.NOTHING)
    account, token = fields.get("OpenKfId", ""), fields.get("Token", "")
    if not _ID.fullmatch(account) or not token or len(token) > 128:
        raise Malformed("OpenKfId or Token")
    return Received(NAME, account, "", token, Kind.NOTHING)


def read_message(account: str, item: Mapping[str, Any]) -> Received | None:
    """One of `msg_list`; None where it wants no answer or is odd: what stands after it has to be read all the same."""
    person, key, sent = item.get("external_userid"), item.get("msgid"), item.get("send_time")
    if item.get("origin") != _FROM_CUSTOMER or item.get("open_kfid") != account:
        return None  # what colleagues write in WeCom (origin 5) is theirs
    if not isinstance(person, str) or not _ID.fullmatch(person) or not isinstance(key, str) or not _MESSAGE_ID.fullmatch(key):
        return None
    if not isinstance(sent, int) or sent not in _SECONDS:
        return None
    kind, text = _content(item)
    return Received(NAME, account, person, f"message:{key}", kind, text, at=datetime.fromtimestamp(sent, tz=timezone.utc))


def _content(item: Mapping[str, Any]) -> tuple[Kind, str]:
    message_type = item.get("msgtype")
    if message_type == "text":
        content = _part(item, "text").get("content")
        # A tap on a menu comes as text with menu_id. It opens the window as a message does, and the text says what was tapped.
        text = clean(content).strip()[:_MOST_CHARACTERS] if isinstance(content, str) else ""
        return (Kind.TEXT, text) if text else (Kind.NOTHING, "")
    return Kind.MEDIA, _MEDIA.get(message_type, "") if isinstance(message_type, str) else ""


def read_entered(account: str, item: Mapping[str, Any]) -> tuple[Entered, Received] | None:
    """An enquirer who has opened the talk and may be greeted: they have neither written nor been greeted for 48 hours (enter_session)."""
    event = _event(account, item, "enter_session")
    person, code, sent = event.get("external_userid"), event.get("welcome_code"), item.get("send_time")
    if not isinstance(person, str) or not _ID.fullmatch(person) or not isinstance(code, str) or not 0 < len(code) <= 256:
        return None
    if not isinstance(sent, int) or sent not in _SECONDS:
        return None
    scene = event.get("scene_param") or event.get("scene")
    scene = clean(scene).strip()[:64] if isinstance(scene, str) else ""
    at = datetime.fromtimestamp(sent, tz=timezone.utc)
    return Entered(account, person, code), Received(NAME, account, person, _event_key(item), Kind.SCANNED, scene=scene, at=at)


def read_changed(account: str, item: Mapping[str, Any]) -> str | None:
    """Whose session came into other hands or ended (session_status_change)."""
    person = _event(account, item, "session_status_change").get("external_userid")
    return person if isinstance(person, str) else None


def read_failed(account: str, item: Mapping[str, Any]) -> int | None:
    """Why a message that was taken did not arrive after all (msg_send_fail): 4, over 48 hours; 6, more than five; others on the page."""
    event = _event(account, item, "msg_send_fail")
    reason = event.get("fail_type", 0)
    return (reason if isinstance(reason, int) else 0) if event else None


def _event(account: str, item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if item.get("origin") != _FROM_SYSTEM or item.get("msgtype") != "event":
        return {}
    event = _part(item, "event")
    return event if event.get("event_type") == name and event.get("open_kfid") == account else {}


def _event_key(item: Mapping[str, Any]) -> str:
    key = item.get("msgid")
    return f"event:{key if isinstance(key, str) and _MESSAGE_ID.fullmatch(key) else _part(item, 'event')['welcome_code']}"


def _part(item: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = item.get(name)
    return part if isinstance(part, dict) else {}


def write_message(answer: Outgoing) -> dict[str, Any]:
    """What send_msg and send_msg_on_event have in common: a menu where there are choices and its text fits, else text."""
    text = harmless(answer.text)
    choices = answer.choices[:MOST_CHOICES]
    if not choices or size(text) > _HEAD_BYTES:
        foot = numbered_choices(answer, TEXT_BYTES // 2)
        return {"msgtype": "text", "text": {"content": cut(text, TEXT_BYTES - size(foot), tail(answer, is_linked=False)) + foot}}
    titles = [cut(in_one_line(choice.title), _TITLE_BYTES, "") for choice in choices]
    listed = [{"type": "click", "click": {"id": str(number), "content": title}} for number, title in enumerate(titles, 1)]
    return {"msgtype": "msgmenu", "msgmenu": {"head_content": text, "list": listed}}
