"""Calls to WeCom's API with the token of one secret.

Facts: WeCom, 获取access_token (one a secret, 7,200 seconds; asking again gives the same until it ends) and 发送应用消息 (path 90236).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.contract import Gone
from bot.channels.tencent.answer import MOST_BYTES, code_of
from bot.channels.tencent.asking import ask
from bot.channels.tencent.token import AccessTokens
from bot.channels.wecom.errors import TOKEN_REFUSED, failure


class WecomClient:
    """The calls of one application, or of 微信客服."""

    def __init__(self, api_base: str, corpid: str, secret: str, session: aiohttp.ClientSession, data_dir: Path) -> None:
        """The access token is shared with other processes beside the same `data_dir`."""
        self._api_base = api_base
        self._corpid = corpid
        self._secret = secret
        self._session = session
        account = f"{api_base} {corpid} {secret}"
        told_apart = hashlib.sha256(account.encode()).hexdigest()[:12]  # by secret, and without showing it
        self._tokens = AccessTokens(data_dir / f"wecom-{told_apart}.token", account, self.fetch_token)

    async def send(self, body: Mapping[str, Any]) -> None:
        """Send a message to a member. Raises Unsendable."""
        answer = await self.call("message/send", body)
        if answer.get("invaliduser"):  # WeCom says ok as long as one of the receivers is good; there is only one here
            raise Gone(0, "not a member who sees the application")

    async def call(self, path: str, body: Mapping[str, Any] | None = None, most_bytes: int = MOST_BYTES, **query: str) -> dict[str, Any]:
        """What WeCom answers; without a body it is asked by GET. A token that is refused is renewed, once. Raises Unsendable."""
        answer = await self._tokens.asked(lambda token: self._ask(path, {"access_token": token, **query}, body, most_bytes), TOKEN_REFUSED)
        if code := code_of(answer):
            raise failure(code, str(answer.get("errmsg", "")))
        return answer

    async def fetch_token(self) -> tuple[str, float]:
        """WeCom's current token for the secret and the seconds it lasts, whatever is kept here. Raises Unsendable."""
        answer = await self._ask("gettoken", {"corpid": self._corpid, "corpsecret": self._secret}, None, MOST_BYTES)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if isinstance(token, str) and token and isinstance(seconds, int):
            return token, seconds
        raise failure(code_of(answer) or -1, str(answer.get("errmsg", "")))

    async def _ask(self, path: str, query: Mapping[str, str], body: Mapping[str, Any] | None, most_bytes: int) -> dict[str, Any]:
        return await ask(self._session, f"{self._api_base}/cgi-bin/{path}", query, body, "WeCom", most_bytes)
