"""WeChat's error codes as what is to be done about them. Pure.

Facts: WeChat, 全局返回码 and 客服接口-发消息.
"""

from __future__ import annotations

import re

from bot.channels.contract import Gone, NotPermitted, TryAgain, Unsendable, WindowClosed

TOKEN_REFUSED = frozenset({40001, 40014, 42001})
_ADDRESS = re.compile(r"invalid ip\s+((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:.]{3,45})")

_LATER = {
    -1: "WeChat is busy",
    45011: "too many requests a minute",
}
_CLOSED = {
    45015: "the time for answers is over, or the enquirer no longer follows",
    45047: "as many messages were sent as one of the enquirer's allows",
}
_NEVER = {
    40003: "no such OpenID",
    43004: "the enquirer does not follow the account",
    43101: "the enquirer did not agree to this message",
    48002: "the enquirer refuses messages",
}
_OPERATOR = {
    40001: "the access token or the AppSecret is refused (WECHAT_SECRET)",
    40013: "no such app id (WECHAT_APPID)",
    40014: "the access token is refused",
    40125: "the AppSecret is wrong (WECHAT_SECRET)",
    40243: "the AppSecret is frozen in the console",
    41001: "the access token did not arrive: something between WeChat and this service cuts the query off",
    41002: "the app id did not arrive",
    41004: "the AppSecret did not arrive",
    42001: "the access token has run out, and so has the one fetched after it",
    45009: "the day's quota of calls is used up; it begins anew at midnight",
    48001: "the account has no right to this (verified accounts only)",
    48004: "WeChat has shut this off for the account; mp.weixin.qq.com says why",
    50002: "WeChat has restricted the account",
}
_FORM = {
    40008: "this kind of message is not taken",
    45002: "the text is too long",
}


class OtherForm(Unsendable):
    """The message is not taken in this form; a plainer or a shorter one may be."""


def failure(code: int, said: str) -> Unsendable:
    """The exception for a code other than 0. `said` is `errmsg`; nothing of it is passed on but an address (40164)."""
    if code == 40164:
        found = _ADDRESS.search(said)
        address = f"the address {found[1]}" if found else "this server's address"
        return NotPermitted(code, f"{address} is not in the account's IP 白名单: add it in the console")
    for reasons, kind in ((_LATER, TryAgain), (_CLOSED, WindowClosed), (_NEVER, Gone), (_OPERATOR, NotPermitted), (_FORM, OtherForm)):
        if code in reasons:
            return kind(code, reasons[code])
    return Unsendable(code, "refused; see WeChat's 全局返回码")
