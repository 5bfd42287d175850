"""What went wrong with a request, in words for officers."""

from __future__ import annotations

import asyncio
import errno
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

import aiohttp

from actions.delivery.guard import ForbiddenAddress
from actions.delivery.model import DeliveryFailed

_GONE = 410
_SLOW_DOWN = frozenset({429, 502, 503, 504})

# The first that fits counts: each stands before the classes it is derived from.
_TOLD: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "{who}的证书无效，未发送。请对方检查证书是否过期、域名是否一致。"),
    (aiohttp.ClientSSLError, "与{who}的加密连接没有建立起来。"),
    (aiohttp.ClientConnectorDNSError, "{who}的域名无法解析。"),
    (aiohttp.ConnectionTimeoutError, "连接{who}超时。"),
    (asyncio.TimeoutError, "{who}没有在规定时间内答复（超时）。"),
    (aiohttp.ClientConnectorError, "无法连接{who}。"),
    (aiohttp.ServerDisconnectedError, "与{who}的连接中断，没有收到完整答复。"),
    (aiohttp.ClientPayloadError, "与{who}的连接中断，没有收到完整答复。"),
    (aiohttp.ClientOSError, "与{who}的连接中断，没有收到完整答复。"),
    (aiohttp.ClientResponseError, "{who}的答复不符合 HTTP 规范。"),
    (Exception, "发往{who}时网络出错。"),
)

_REASONS: Mapping[int, str] = {
    401: "没有认可签名或权限，请核对密钥",
    403: "没有认可签名或权限，请核对密钥",
    404: "没有这个接收地址",
    410: "已停用这个接收地址",
    413: "认为内容过大",
    429: "要求放慢推送",
}


def wrong_address(who: str) -> DeliveryFailed:
    """The address can be no address."""
    return DeliveryFailed(f"{who}的地址写得不对，请管理员更正后重新启用。", disables=True)


def told(error: Exception, who: str) -> DeliveryFailed:
    """The failure in an error of aiohttp or the system. `who` is the recipient, in words that hold no secret."""
    system = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
    if isinstance(system, ForbiddenAddress):
        text = f"{who}的地址不允许推送：只能是互联网上的 https 地址（443 或 8443 端口），或管理员允许的内网地址。"
        return DeliveryFailed(text, disables=True)
    if system is not None and system.errno == errno.ECONNREFUSED:
        return DeliveryFailed(f"{who}连接被拒绝：对方服务没有运行，或端口不对。")
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientConnectorError):
        # aiohttp's certificate errors are ValueErrors too. The others: an invalid URL, a host name that cannot be encoded.
        return wrong_address(who)
    return DeliveryFailed(next(text for kind, text in _TOLD if isinstance(error, kind)).format(who=who))


def refusal(status: int, retry_after: str, now: datetime, who: str) -> DeliveryFailed:
    """The failure in an answer whose status is not 2xx. `retry_after` is the header, empty if there was none."""
    pause = retry_after_seconds(retry_after, now) if status in _SLOW_DOWN else None
    text = f"{who}{_reason(status)}（HTTP {status}）。"
    return DeliveryFailed(text, status=status, disables=status == _GONE, retry_after_seconds=pause)


def _reason(status: int) -> str:
    if 300 <= status < 400:
        return "要求转到别的地址，为防止信息外泄没有照转，请更正推送地址"
    if status >= 500:
        return "暂时不可用" if status in _SLOW_DOWN else "服务出错"
    return _REASONS.get(status, "没有接收")


def retry_after_seconds(header: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, by number or by HTTP date (RFC 9110, 10.2.3); None if it says nothing usable."""
    written = header.strip()
    if re.fullmatch(r"[0-9]+", written):
        # Ten digits are three hundred years: more say nothing more.
        return float(written[:10])
    try:
        at = parsedate_to_datetime(written)
    except (TypeError, ValueError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=timezone.utc)
    return max(0.0, (aware - now).total_seconds())
