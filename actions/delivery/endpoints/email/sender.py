"""Sends notices to mailboxes, through the one mail server that the administrator set."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import aiosmtplib

from actions.delivery.endpoints.email.format import read_mailbox, write
from actions.delivery.endpoints.exchange import TIMEOUT_SECONDS
from actions.delivery.model import DeliveryFailed, Parcel, Receipt
from actions.delivery.notice import read_notice

_TLS_PORT = 465
_TAKEN = 250
_WHO = "单位邮箱"


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The mail server that takes our mail."""

    host: str
    port: int
    """On 465 the connection is encrypted from the start."""
    username: str
    """Empty: no login."""
    password: str = field(repr=False)
    sender: str
    """Address that the mail comes from."""
    starttls: bool
    """Encrypt by STARTTLS, and send nothing if the server cannot."""


class EmailSender:
    """One mail for each parcel, one connection for each mail: there are few."""

    def __init__(self, smtp: SmtpSettings | None, clock: Callable[[], datetime], *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """`clock` tells the time with its zone."""
        self._smtp = smtp
        self._clock = clock
        self._timeout_seconds = timeout_seconds

    async def send(self, parcel: Parcel) -> Receipt:
        """See `Sender`."""
        if self._smtp is None:
            raise DeliveryFailed("没有设置发信服务器，请管理员设置后重新启用。", disables=True)
        try:
            to = read_mailbox(parcel.endpoint.address)
        except ValueError:
            raise DeliveryFailed(f"{_WHO}的地址写得不对，请管理员更正后重新启用。", disables=True) from None
        try:
            sender = read_mailbox(self._smtp.sender)
            mail = write(read_notice(parcel.body), id_=parcel.id, sender=sender, to=to, at=self._clock())
        except ValueError:
            raise DeliveryFailed("邮件无法写成：发信地址设置有误，或内容无法读取，请管理员检查。") from None
        try:
            await asyncio.wait_for(
                aiosmtplib.send(
                    mail,
                    sender=sender.addr_spec,
                    recipients=[to.addr_spec],
                    hostname=self._smtp.host,
                    port=self._smtp.port,
                    username=self._smtp.username or None,
                    password=self._smtp.password or None,
                    use_tls=self._smtp.port == _TLS_PORT and not self._smtp.starttls,
                    start_tls=self._smtp.starttls,
                    # Else the name of this machine is looked up and told.
                    local_hostname=sender.domain,
                    timeout=self._timeout_seconds,
                ),
                self._timeout_seconds,
            )
        except (aiosmtplib.SMTPException, OSError, asyncio.TimeoutError, ValueError, RuntimeError) as error:
            failure = _told(error)
        else:
            return Receipt(_TAKEN)
        # Outside the except clause: the server's words, which may quote what we sent, are not chained.
        raise failure


def _told(error: Exception) -> DeliveryFailed:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused) and error.recipients:
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPRecipientRefused):
        if error.code >= 500:
            text = f"{_WHO}拒收（SMTP {error.code}），请管理员核对邮箱地址后重新启用。"
            return DeliveryFailed(text, status=error.code, disables=True)
        return DeliveryFailed(f"{_WHO}暂时不收（SMTP {error.code}），稍后再发。", status=error.code)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return DeliveryFailed(f"发信账号登录失败（SMTP {error.code}），请管理员检查发信设置。", status=error.code)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        return DeliveryFailed(f"发信服务器不接受发信地址（SMTP {error.code}），请管理员检查发信设置。", status=error.code)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return DeliveryFailed(f"发信服务器没有接收邮件（SMTP {error.code}）。", status=error.code)
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return DeliveryFailed("发信服务器的证书无效或加密连接没有建立起来，未发送。")
    if isinstance(error, asyncio.TimeoutError):
        return DeliveryFailed("发信服务器没有在规定时间内答复（超时）。")
    if type(error) in (aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported):
        # Also the bare class, as which the library tells that STARTTLS or AUTH is not offered.
        return DeliveryFailed("发信服务器不支持所设的加密或登录方式，请管理员检查发信设置。")
    return DeliveryFailed("无法连接发信服务器，或连接中断。")
