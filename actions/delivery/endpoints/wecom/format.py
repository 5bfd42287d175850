"""What a WeCom group robot takes. The key in its address is the only secret. Plain text shows everywhere and has no markup to forge."""

from __future__ import annotations

from datetime import datetime

from actions.delivery.endpoints.message import chat_text
from actions.delivery.endpoints.robot import Letter, Robot, as_json
from actions.delivery.notice import Notice
from actions.office.model import Endpoint

TEXT_BYTES = 2048


def write(notice: Notice, endpoint: Endpoint, at: datetime) -> Letter:
    """The message of a notice. Nothing in it depends on the time."""
    del at
    return Letter(endpoint.address, as_json({"msgtype": "text", "text": {"content": chat_text(notice, TEXT_BYTES)}}))


# 20 a minute are allowed. Codes: WeCom's list of global error codes.
ROBOT = Robot(
    name="企业微信",
    write=write,
    code="errcode",
    mend={
        93000: "机器人地址无效，或机器人已被移出群，请更换地址",
        93004: "机器人已被停用，请在群里重新启用",
        93008: "机器人不在群里，请重新添加并更换地址",
        60020: "本服务器的 IP 不在允许范围内，请在企业微信后台添加",
    },
    pauses={45009: 60.0, 45033: 60.0},
    per_minute=18,
)
