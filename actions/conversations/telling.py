"""What enquirers are told when who speaks to them changes."""

from __future__ import annotations

from actions.conversations.model import Takeover


def taken_over(taken: Takeover) -> str:
    """A person speaks from now on."""
    who = f"{taken.bureau}工作人员{taken.name}" if taken.name else f"{taken.bureau}工作人员"
    return f"现在由{who}为您服务，智能助手暂停回复。"


def handed_back(taken: Takeover) -> str:
    """The bot speaks again."""
    return f"{taken.bureau}工作人员已结束本次服务，现由智能助手继续为您解答。"


def vanished(taken: Takeover) -> str:
    """The bot speaks again, because the officer is not there any more."""
    return f"抱歉，{taken.bureau}工作人员暂时离开，现由智能助手继续为您解答；您刚才的话已保存，{taken.bureau}可以看到。"
