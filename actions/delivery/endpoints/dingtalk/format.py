"""What a DingTalk group robot takes. With a secret (加签) the time in milliseconds and the signature go into the address."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

from actions.delivery.endpoints.message import chat_text
from actions.delivery.endpoints.robot import Letter, Robot, as_json, signed_secret
from actions.delivery.notice import Notice
from actions.office.model import Endpoint

TEXT_BYTES = 2048


def sign(milliseconds: int, secret: str) -> str:
    """Base64 of HMAC-SHA256 with the secret as key over time, line feed and secret."""
    return base64.b64encode(hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)).decode()


def write(notice: Notice, endpoint: Endpoint, at: datetime) -> Letter:
    """The message of a notice, signed for `at`."""
    url = endpoint.address
    secret = signed_secret(endpoint)
    if secret is not None:
        milliseconds = int(at.timestamp() * 1000)
        url += f"{'&' if '?' in url else '?'}timestamp={milliseconds}&sign={quote(sign(milliseconds, secret), safe='')}"
    text = {"content": chat_text(notice, TEXT_BYTES)}
    return Letter(url, as_json({"msgtype": "text", "text": text, "at": {"atMobiles": [], "isAtAll": False}}))


# 20 a minute are allowed, and whoever sends more is blocked for ten minutes. Codes: DingTalk's page on custom robots.
ROBOT = Robot(
    name="钉钉",
    write=write,
    code="errcode",
    mend={
        300001: "机器人地址无效，请更换地址",
        300005: "机器人地址无效，请更换地址",
        310000: "没有通过机器人的安全设置，请核对加签密钥、IP 和关键词（关键词请设为“工单”）以及服务器时间",
        400013: "群已解散，请换一个群",
        400101: "机器人地址无效，请更换地址",
        400102: "机器人已停用，请在群里重新启用",
        400106: "机器人不存在，请重新添加并更换地址",
    },
    pauses={90030: 600.0, 130101: 600.0, 410100: 600.0},
    per_minute=18,
)
