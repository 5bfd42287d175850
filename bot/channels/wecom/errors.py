"""WeCom's error codes as what is to be done about them, those of 微信客服 among them. Pure.

Facts: WeCom, 全局错误码 (developer.work.weixin.qq.com, path 90313). 95001 and 95018 are told by users of the API, not by its pages.
"""

from __future__ import annotations

import re

from bot.channels.contract import Gone, NotPermitted, TryAgain, Unsendable, WindowClosed

TOKEN_REFUSED = frozenset({40014, 42001})
NOT_IN_THIS_STATE = 95018
_ADDRESS = re.compile(r"from ip:\s*((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:.]{3,45})")

_LATER = {
    -1: "WeCom is busy",
    45009: "too many calls; the limit ends within the minute or the hour",
    45033: "too many calls at once",
}
_CLOSED = {
    95001: "as many messages were sent as one of the enquirer's allows, or 48 hours are over",
    NOT_IN_THIS_STATE: "the enquirer's session does not take messages now",
}
_NEVER = {
    40003: "no such member",
    60111: "no such member",
    81013: "none of the receivers is a member who sees the application",
    95004: "no such account of 微信客服",
}
_OPERATOR = {
    40001: "the Secret is wrong, or belongs to another application",
    40013: "no such corp id (WECOM_CORPID)",
    40014: "the access token is refused",
    40056: "no such AgentId (WECOM_AGENTID)",
    41001: "the access token did not arrive: something between WeCom and this service cuts the query off",
    42001: "the access token has run out, and so has the one fetched after it",
    48002: "the application has no right to this; for 微信客服 add it under 可调用接口的应用",
    60011: "the application has no right to this member or department (可见范围)",
    95000: "this account of 微信客服 is not the application's to use (通过API管理微信客服账号)",
    95012: "微信客服 is not in use in this organisation",
    95017: "微信客服 is not switched on in the console",
    301002: "the Secret belongs to another application than WECOM_AGENTID",
}


def failure(code: int, said: str) -> Unsendable:
    """The exception for a code other than 0. `said` is `errmsg`; nothing of it is passed on but an address (60020)."""
    if code == 60020:
        found = _ADDRESS.search(said)
        address = f"the address {found[1]}" if found else "this server's address"
        return NotPermitted(code, f"{address} is not in the application's 企业可信IP: add it in the console")
    for reasons, kind in ((_LATER, TryAgain), (_CLOSED, WindowClosed), (_NEVER, Gone), (_OPERATOR, NotPermitted)):
        if code in reasons:
            return kind(code, reasons[code])
    return Unsendable(code, "refused; see WeCom's 全局错误码")
