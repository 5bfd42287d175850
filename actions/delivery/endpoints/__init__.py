"""One package for each way to reach a bureau: `format.py` says what goes over the wire, `sender.py` sends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import aiohttp

from actions.delivery.endpoints.dingtalk.sender import DingTalkSender
from actions.delivery.endpoints.email.sender import EmailSender, SmtpSettings
from actions.delivery.endpoints.exchange import TIMEOUT_SECONDS
from actions.delivery.endpoints.feishu.sender import FeishuSender
from actions.delivery.endpoints.webhook.sender import WebhookSender
from actions.delivery.endpoints.wecom.sender import WeComSender
from actions.delivery.model import Sender
from actions.office.model import EndpointKind


def senders(
    session: aiohttp.ClientSession, smtp: SmtpSettings | None, clock: Callable[[], datetime], timeout_seconds: float = TIMEOUT_SECONDS
) -> Mapping[EndpointKind, Sender]:
    """A sender for every kind of endpoint. `session` from `guarded_session`; without `smtp` e-mails are held until it is set."""
    return {
        EndpointKind.WEBHOOK: WebhookSender(session, clock, timeout_seconds=timeout_seconds),
        EndpointKind.WECOM: WeComSender(session, clock, timeout_seconds=timeout_seconds),
        EndpointKind.DINGTALK: DingTalkSender(session, clock, timeout_seconds=timeout_seconds),
        EndpointKind.FEISHU: FeishuSender(session, clock, timeout_seconds=timeout_seconds),
        EndpointKind.EMAIL: EmailSender(smtp, clock, timeout_seconds=timeout_seconds),
    }
