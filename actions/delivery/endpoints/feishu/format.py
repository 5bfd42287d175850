"""What a Feishu group robot takes. With a secret (签名校验) the time in seconds and the signature go into the body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

from actions.delivery.endpoints.message import chat_text
from actions.delivery.endpoints.robot import Letter, Robot, as_json, signed_secret
from actions.delivery.notice import Notice
from actions.office.model import Endpoint

TEXT_BYTES = 2048


def sign(seconds: int, secret: str) -> str:
    """Base64 of HMAC-SHA256 with time, line feed and secret as key over nothing."""
    return base64.b64encode(hmac.digest(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256)).decode()


def write(notice: Notice, endpoint: Endpoint, at: datetime) -> Letter:
    """The message of a notice, signed for `at`."""
    message = {"msg_type": "text", "content": {"text": chat_text(notice, TEXT_BYTES)}}
    secret = signed_secret(endpoint)
    if secret is None:
        return Letter(endpoint.address, as_json(message))
    seconds = int(at.timestamp())
    return Letter(endpoint.address, as_json({"timestamp": str(seconds), "sign": sign(seconds, secret), **message}))


# 100 a minute are allowed. Codes: Feishu's page on custom bots. 9499 is for a bad body and for too many calls alike: the ordinary schedule
# serves both.
ROBOT = Robot(
    name="飞书",
    write=write,
    code="code",
    mend={
        19001: "机器人地址无效，或机器人已被移除，请更换地址",
        19021: "签名不符，请核对签名密钥和服务器时间",
        19022: "本服务器的 IP 不在允许范围内，请在机器人的安全设置里添加",
        19024: "缺少机器人要求的关键词，请把关键词设为“工单”",
    },
    pauses={11232: 60.0},
    per_minute=60,
)
