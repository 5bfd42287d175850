"""Calls to the API of 微信客服.

Facts: WeCom, 读取消息 (sync_msg), 发送消息 (send_msg), 事件响应消息 (send_msg_on_event), 分配客服会话 (service_state).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.channels.contract import TryAgain, Unsendable
from bot.channels.wecom.client import WecomClient

_PAGE = 100
_MOST_PAGE_BYTES = 8 * 1024 * 1024
"""A message that forwards a whole talk is large."""
_MOST_UNSURE = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """What sync_msg gave."""

    items: tuple[Mapping[str, Any], ...]
    next_cursor: str
    has_more: bool


class WecomKfClient:
    """The calls of all accounts of one organisation."""

    def __init__(self, api: WecomClient) -> None:
        self._api = api
        self._unsure: OrderedDict[bytes, str] = OrderedDict()

    async def sync(self, account: str, cursor: str, token: str) -> Page:
        """What has come in since the cursor; without one, in the last three days. Without a token it may be asked seldom only.

        Raises Unsendable.
        """
        asked = {"cursor": cursor, "token": token, "limit": _PAGE, "voice_format": 0, "open_kfid": account}
        answer = await self._api.call("kf/sync_msg", {name: value for name, value in asked.items() if value != ""}, _MOST_PAGE_BYTES)
        listed, following = answer.get("msg_list"), answer.get("next_cursor")
        items = tuple(item for item in listed if isinstance(item, dict)) if isinstance(listed, list) else ()
        return Page(items, following if isinstance(following, str) else "", answer.get("has_more") == 1)

    async def say(self, account: str, person: str, message: Mapping[str, Any]) -> None:
        """Send a message. Raises Unsendable.

        One of which it is not known whether it has arrived is sent again under the same `msgid`, which WeCom takes once (发送消息, msgid).
        """
        body = {"touser": person, "open_kfid": account, **message}
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
        message_id = self._unsure.pop(digest, "") or secrets.token_hex(16)
        try:
            await self._api.call("kf/send_msg", {**body, "msgid": message_id})
        except TryAgain:
            self._unsure[digest] = message_id
            while len(self._unsure) > _MOST_UNSURE:
                self._unsure.popitem(last=False)
            raise

    async def greet(self, code: str, message: Mapping[str, Any]) -> None:
        """Send the one message that an enter_session allows. Raises Unsendable."""
        await self._api.call("kf/send_msg_on_event", {"code": code, **message})

    async def state(self, account: str, person: str) -> int:
        """Of an enquirer's session: 0 new, 1 the API's, 2 in the queue for colleagues, 3 a colleague's, 4 none. Raises Unsendable."""
        answer = await self._api.call("kf/service_state/get", {"open_kfid": account, "external_userid": person})
        state = answer.get("service_state")
        if not isinstance(state, int):
            raise Unsendable(0, "no service_state in the answer")
        return state

    async def claim(self, account: str, person: str) -> None:
        """Make the session the API's (state 1). Raises Unsendable."""
        await self._api.call("kf/service_state/trans", {"open_kfid": account, "external_userid": person, "service_state": 1})

    async def accounts(self) -> int:
        """How many accounts there are (path 94661). Raises Unsendable."""
        answer = await self._api.call("kf/account/list", {"offset": 0, "limit": 100})
        listed = answer.get("account_list")
        return len(listed) if isinstance(listed, list) else 0
