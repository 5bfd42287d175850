"""How many messages may be sent to a person without their writing again: counted by us, as platforms do not tell.

WeChat, 客服消息: five in 48 hours after a message, three in one minute after a menu click, a follow or a scan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from actions.contacts.model import Allowance, Window


def opened(window: Window | None, allowance: Allowance, now: datetime) -> Window:
    """The window after something that a person did. A short one does not take the place of a longer one that is open."""
    count, lasts = allowance
    offered = Window(count, now + lasts)
    if window is not None and window.is_open(now) and (offered.until < window.until or not offered.is_open(now)):
        return window
    return offered


def spent(window: Window) -> Window:
    """The window after a message of ours."""
    return replace(window, left=max(0, window.left - 1))
