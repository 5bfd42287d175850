"""A notice as an e-mail. Even an official mailbox gets no name, phone or need: they lie behind the link, where officers log in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from actions.delivery.endpoints.message import plain
from actions.delivery.notice import Notice, day

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+"
_ADDRESS = re.compile(rf"(?P<name>{_ATOM}(?:\.{_ATOM})*)@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_LONGEST_ADDRESS = 254


def read_mailbox(written: str) -> Address:
    """An e-mail address and nothing beside it. Raises ValueError."""
    match = _ADDRESS.fullmatch(written) if len(written) <= _LONGEST_ADDRESS else None
    if match is None:
        raise ValueError("not an e-mail address")
    return Address(username=match["name"], domain=match["domain"])


def write(notice: Notice, *, id_: str, sender: Address, to: Address, at: datetime) -> EmailMessage:
    """The mail. `id_` is the same on every attempt, and so is the Message-ID that mailboxes tell repeated mails by."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = f"【产业转移咨询】{notice.event}：{plain(notice.ticket)} {plain(notice.topic)}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9_-]', '-', id_)}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    # Base64, as not every server takes eight bits.
    mail.set_content("\n".join(_lines(notice)) + "\n", cte="base64")
    return mail


def _lines(notice: Notice) -> Sequence[str]:
    return [
        f"{notice.event}，请登录工作台查看和办理。",
        "",
        f"工单号：{plain(notice.ticket)}",
        f"事项：{plain(notice.topic)}",
        *([f"办理时限（内部设定）：{day(notice.due)}"] if notice.due else []),
        *([f"登录查看：{notice.desk}"] if notice.desk else []),
        "",
        "为保护个人信息，邮件中不含企业名称、联系人和电话。",
        "本邮件由系统自动发出，请勿直接回复。",
    ]
