"""Group robots: what is the same in all three. They answer HTTP 200 even when they refuse; what counts is the code in the JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from actions.delivery.endpoints.exchange import ANSWER_BYTES, TIMEOUT_SECONDS, Answer, post, read_address
from actions.delivery.endpoints.failure import refusal
from actions.delivery.endpoints.pace import Pace
from actions.delivery.model import DeliveryFailed, Parcel, Receipt
from actions.delivery.notice import Notice, read_notice
from actions.office.model import Endpoint


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes over the wire."""

    url: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Robot:
    """One vendor's robots."""

    name: str
    write: Callable[[Notice, Endpoint, datetime], Letter]
    code: str
    """Key of the code in the answer; 0 is success."""
    mend: Mapping[int, str]
    """Codes after which nothing will be taken until someone does this."""
    pauses: Mapping[int, float]
    """Codes for too many messages, and seconds to wait."""
    per_minute: int
    """We stay below the vendor's limit."""


def signed_secret(endpoint: Endpoint) -> str | None:
    """What to sign with: a robot knows one secret only."""
    return endpoint.secrets[0] if endpoint.secrets else None


def as_json(message: Mapping[str, Any]) -> bytes:
    """UTF-8 without escapes, as the limits in bytes are meant."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def mark(address: str) -> str:
    """By what officers tell robots apart: the last four characters, as the whole address is a secret."""
    return f"…{address[-4:]}"


class RobotSender:
    """Sends notices to the robots of one vendor."""

    def __init__(
        self, robot: Robot, session: aiohttp.ClientSession, clock: Callable[[], datetime], *, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        """`session` from `guarded_session`; `clock` tells the time with its zone."""
        self._robot = robot
        self._session = session
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._paces: dict[str, Pace] = {}

    async def send(self, parcel: Parcel) -> Receipt:
        """See `Sender`."""
        endpoint = parcel.endpoint
        who = f"{self._robot.name}群机器人（{mark(endpoint.address)}）"
        read_address(endpoint.address, who)
        try:
            notice = read_notice(parcel.body)
        except ValueError:
            raise DeliveryFailed(f"要发给{who}的内容无法读取，请管理员检查。") from None
        now = self._clock()
        pace = self._paces.setdefault(endpoint.address, Pace(self._robot.per_minute))
        if (wait := pace.take(now)) > 0:
            raise DeliveryFailed(f"{who}有发送频率限制，稍后再发。", retry_after_seconds=wait, was_tried=False)
        letter = self._robot.write(notice, endpoint, now)
        answer = await post(
            self._session,
            read_address(letter.url, who),
            letter.body,
            {},
            who=who,
            timeout_seconds=self._timeout_seconds,
            answer_bytes=ANSWER_BYTES,
        )
        code = read_code(answer.body, self._robot.code)
        if code is not None and code in self._robot.pauses:
            pace.rest(now, self._robot.pauses[code])
        failure = judge(self._robot, answer, code, now, who)
        if failure is not None:
            raise failure
        return Receipt(answer.status)


def read_code(body: bytes, key: str) -> int | None:
    """The code in an answer; None if there is none."""
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get(key) if isinstance(answer, dict) else None
    return code if type(code) is int else None


def judge(robot: Robot, answer: Answer, code: int | None, now: datetime, who: str) -> DeliveryFailed | None:
    """The failure in an answer; None if it is a clear yes."""
    if code is not None and code in robot.mend:
        return DeliveryFailed(f"{who}拒绝了消息（错误码 {code}）：{robot.mend[code]}。", status=answer.status, disables=True)
    if code is not None and code in robot.pauses:
        text = f"{who}认为发送过于频繁（错误码 {code}），稍后再发。"
        return DeliveryFailed(text, status=answer.status, retry_after_seconds=robot.pauses[code])
    if not 200 <= answer.status < 300:
        return refusal(answer.status, answer.retry_after, now, who)
    if code is None:
        return DeliveryFailed(f"{who}的答复无法识别，不能确认已收到。", status=answer.status)
    if code != 0:
        return DeliveryFailed(f"{who}没有接收（错误码 {code}）。", status=answer.status)
    return None
