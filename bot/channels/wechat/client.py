"""Calls to WeChat's API: token, customer-service messages, typing, menus.

Facts: WeChat, 获取稳定版接口调用凭据, 客服接口-发消息, 客服输入状态, 自定义菜单.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bot.channels.contract import Unsendable
from bot.channels.tencent.answer import code_of
from bot.channels.tencent.asking import ask
from bot.channels.tencent.token import AccessTokens
from bot.channels.wechat.errors import TOKEN_REFUSED, OtherForm, failure
from bot.channels.wechat.settings import WechatSettings

_TYPING_IN_VAIN = frozenset({45072, 45080, 45081})
"""Bad command, nothing said within 30 seconds, typing already."""
_NO_MENU = 46003


class WechatClient:
    """One account's calls."""

    def __init__(self, settings: WechatSettings, session: aiohttp.ClientSession, data_dir: Path) -> None:
        """The access token is shared with other processes beside the same `data_dir`."""
        self._settings = settings
        self._session = session
        account = f"{settings.api_base} {settings.appid} {settings.secret}"
        self._tokens = AccessTokens(data_dir / f"wechat-{settings.appid}.token", account, self.fetch_token)

    async def push(self, bodies: Sequence[Mapping[str, Any]]) -> None:
        """Send one message, in the first of its forms that is taken. Raises Unsendable."""
        for body in bodies[:-1]:
            try:
                await self.call("message/custom/send", body)
            except OtherForm:
                continue
            return
        await self.call("message/custom/send", bodies[-1])

    async def typing(self, person: str, *, begins: bool = True) -> None:
        """Show that an answer is being written, for 15 seconds or until it comes. Raises Unsendable."""
        try:
            await self.call("message/custom/typing", {"touser": person, "command": "Typing" if begins else "CancelTyping"})
        except Unsendable as error:
            if error.code not in _TYPING_IN_VAIN:
                raise

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Put a menu in place of the account's. Raises Unsendable."""
        await self.call("menu/create", menu)

    async def menu(self) -> dict[str, Any] | None:
        """The account's menu as it was created; None where it has none. Raises Unsendable."""
        try:
            answer = await self.call("menu/get")
        except Unsendable as error:
            if error.code == _NO_MENU:
                return None
            raise
        menu: dict[str, Any] = answer.get("menu") or {}
        return menu

    async def delete_menu(self) -> None:
        """Take the account's menu away. Raises Unsendable."""
        await self.call("menu/delete")

    async def call(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What WeChat answers; without a body it is asked by GET. A token that is refused is renewed, once. Raises Unsendable."""
        answer = await self._tokens.asked(lambda token: self._ask(path, token, body), TOKEN_REFUSED)
        if code := code_of(answer):
            raise failure(code, str(answer.get("errmsg", "")))
        return answer

    async def fetch_token(self) -> tuple[str, float]:
        """WeChat's current token for the account and the seconds it lasts, whatever is kept here. Raises Unsendable."""
        wanted = {
            "grant_type": "client_credential",
            "appid": self._settings.appid,
            "secret": self._settings.secret,
            "force_refresh": False,  # True would end the token that others still use, and may be asked for 20 times a day
        }
        answer = await self._ask("stable_token", None, wanted)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if isinstance(token, str) and token and isinstance(seconds, int):
            return token, seconds
        raise failure(code_of(answer) or -1, str(answer.get("errmsg", "")))

    async def _ask(self, path: str, token: str | None, body: Mapping[str, Any] | None) -> dict[str, Any]:
        address = f"{self._settings.api_base}/cgi-bin/{path}"
        return await ask(self._session, address, {} if token is None else {"access_token": token}, body, "WeChat")
