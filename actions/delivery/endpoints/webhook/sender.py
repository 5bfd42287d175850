"""Sends payloads to bureaus' own servers, signed by Standard Webhooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import aiohttp

from actions.delivery.endpoints.exchange import TIMEOUT_SECONDS, post, read_address
from actions.delivery.endpoints.failure import refusal
from actions.delivery.endpoints.webhook.format import signed_headers
from actions.delivery.model import DeliveryFailed, Parcel, Receipt

_WHO = "委办局接口"


class WebhookSender:
    """Success is a status 2xx; the body of the answer is not read."""

    def __init__(self, session: aiohttp.ClientSession, clock: Callable[[], datetime], *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """`session` from `guarded_session`; `clock` tells the time with its zone."""
        self._session = session
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def send(self, parcel: Parcel) -> Receipt:
        """See `Sender`."""
        url = read_address(parcel.endpoint.address, _WHO)
        try:
            headers = signed_headers(parcel.id, self._clock(), parcel.body, parcel.endpoint.secrets)
        except ValueError:
            # Not chained: the error of a wrong secret may quote it.
            raise DeliveryFailed(f"{_WHO}的签名密钥没有设置或不能用，请管理员更正后重新启用。", disables=True) from None
        answer = await post(self._session, url, parcel.body, headers, who=_WHO, timeout_seconds=self._timeout_seconds)
        if not 200 <= answer.status < 300:
            raise refusal(answer.status, answer.retry_after, self._clock(), _WHO)
        return Receipt(answer.status)
