"""Sends notices to DingTalk groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiohttp

from actions.delivery.endpoints.dingtalk.format import ROBOT
from actions.delivery.endpoints.exchange import TIMEOUT_SECONDS
from actions.delivery.endpoints.robot import RobotSender


class DingTalkSender(RobotSender):
    """See `RobotSender`."""

    def __init__(self, session: aiohttp.ClientSession, clock: Callable[[], datetime], *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        super().__init__(ROBOT, session, clock, timeout_seconds=timeout_seconds)
