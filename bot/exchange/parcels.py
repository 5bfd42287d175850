"""Our own words for messages as those of the contract, and the other way round. Pure."""

from __future__ import annotations

from datetime import timedelta

from actions.contacts.model import Allowance, Answer, Message
from bot.channels.contract import Kind, Limits, Outgoing, Received
from bot.dialogue.message import Choice

_TAPPED = (Kind.MENU, Kind.FOLLOWED, Kind.SCANNED)


def message_of(received: Received) -> Message:
    """What is kept of a message until it is answered."""
    return Message(
        received.channel,
        received.account,
        received.person,
        received.key,
        received.kind.value,
        received.text,
        received.choice,
        received.scene,
    )


def outgoing(account: str, person: str, answer: Answer) -> Outgoing:
    """Words for a person of one of our accounts."""
    choices = tuple(Choice(offered.title, offered.payload) for offered in answer.choices)
    return Outgoing(account, person, answer.text, choices, answer.whole_url)


def allowance(received: Received, limits: Limits) -> Allowance:
    """What may be sent after it. A choice that was tapped is a tap, although it comes as text (WeChat, 客服消息: 菜单消息)."""
    if received.kind is Kind.LEFT:
        return 0, timedelta(0)
    return limits.after_tap if received.kind in _TAPPED or received.choice else limits.after_message
