"""Whose turn a session is: ours only in state 1 (分配客服会话), so that our desk and colleagues in WeCom do not answer side by side."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.channels.contract import NotPermitted, WindowClosed
from bot.channels.wecom.errors import NOT_IN_THIS_STATE
from bot.channels.wecom_kf.client import WecomKfClient

_NEW, _OURS, _NONE = 0, 1, 4
_SURE_SECONDS = 3600.0
"""A session lasts 48 hours, and its end is told; not always to this process."""
_MOST_REMEMBERED = 10_000


class Sessions:
    """Holds those of all enquirers."""

    def __init__(self, client: WecomKfClient, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds since 1970."""
        self._client = client
        self._clock = clock
        self._ours: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def hold(self, account: str, person: str) -> None:
        """Make sure that an enquirer's session is ours. Raises Unsendable: NotPermitted where colleagues in WeCom have it."""
        if self._ours.get((account, person), 0.0) > self._clock():
            return
        state = await self._client.state(account, person)
        if state == _NONE:
            raise WindowClosed(NOT_IN_THIS_STATE, "the enquirer's session is over")
        if state not in (_NEW, _OURS):
            raise NotPermitted(NOT_IN_THIS_STATE, "colleagues in WeCom have the session: have 微信客服 leave new ones to the API")
        if state == _NEW:
            await self._client.claim(account, person)
        self._ours[account, person] = self._clock() + _SURE_SECONDS
        while len(self._ours) > _MOST_REMEMBERED:
            self._ours.popitem(last=False)

    def forget(self, account: str, person: str) -> None:
        """It may be somebody else's by now."""
        self._ours.pop((account, person), None)
