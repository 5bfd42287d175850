"""`python -m bot check`: every channel looks at its settings and tries what can be tried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.channels.finding import Finding
from bot.channels.wechat.checking import check as check_wechat
from bot.channels.wechat.schema import NAME as WECHAT
from bot.channels.wecom.checking import check as check_wecom
from bot.channels.wecom.schema import NAME as WECOM
from bot.channels.wecom_kf.checking import check as check_wecom_kf
from bot.channels.wecom_kf.schema import NAME as WECOM_KF
from bot.settings import Settings

Check = Callable[[Settings], Awaitable[Sequence[Finding]]]
CHECKS: Mapping[str, Check] = {WECHAT: check_wechat, WECOM: check_wecom, WECOM_KF: check_wecom_kf}
"""By the channels' names."""


async def check(settings: Settings) -> tuple[Finding, ...]:
    """What all channels found, in their order."""
    return tuple([finding for look in CHECKS.values() for finding in await look(settings)])
