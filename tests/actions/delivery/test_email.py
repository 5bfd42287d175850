"""Notices to official mailboxes."""

from __future__ import annotations

import email
import email.policy
from datetime import timedelta, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from actions.delivery.endpoints.email.format import read_mailbox, write
from actions.delivery.endpoints.email.sender import EmailSender, SmtpSettings
from actions.delivery.model import DeliveryFailed, Receipt
from actions.delivery.notice import Notice
from actions.office.model import EndpointKind
from tests.actions.delivery.servers import NOW, example_payload, mail_double, now, parcel, self_signed, speaking, unused_port

TO = "zrzyj@example.org"


def settings(
    port: int, *, username: str = "", password: str = "", starttls: bool = False, sender: str = "desk@example.org"
) -> SmtpSettings:
    return SmtpSettings("127.0.0.1", port, username, password, sender, starttls)


def read(content: Any) -> EmailMessage:
    mail = email.message_from_bytes(bytes(content), policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


async def failure_of(smtp: SmtpSettings | None, address: str = TO, timeout_seconds: float = 5.0) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as raised:
        await EmailSender(smtp, now, timeout_seconds=timeout_seconds).send(parcel(EndpointKind.EMAIL, address))
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None or raised.value.__suppress_context__
    return raised.value


async def test_a_mail_tells_number_topic_deadline_and_link() -> None:
    async with mail_double() as server:
        assert await EmailSender(settings(server.port), now).send(parcel(EndpointKind.EMAIL, TO)) == Receipt(250)
    (envelope,) = server.received
    assert envelope.mail_from == "desk@example.org"
    assert envelope.rcpt_tos == [TO]
    mail = read(envelope.content)
    assert mail["From"] == "desk@example.org"
    assert mail["To"] == TO
    assert mail["Subject"] == "【产业转移咨询】新工单：ZJ-261125-7K3QXM 用地绿色通道"
    assert mail["Message-ID"] == "<msg_0001@example.org>"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    for line in ("工单号：ZJ-261125-7K3QXM", "事项：用地绿色通道", "办理时限（内部设定）：2026年12月1日"):
        assert line in text.splitlines()
    assert "登录查看：https://desk.example.org/desk/tickets/ZJ-261125-7K3QXM" in text.splitlines()


async def test_a_mail_holds_nothing_personal() -> None:
    async with mail_double() as server:
        await EmailSender(settings(server.port), now).send(parcel(EndpointKind.EMAIL, TO))
    mail = read(server.received[0].content)
    shown = mail.get_content() + "".join(map(str, mail.values()))
    for personal in ("佛山", "小家电", "陈大文", "13800138000", "五十亩", "怎么保障"):
        assert personal not in shown


async def test_repeated_attempts_carry_the_same_message_id() -> None:
    async with mail_double() as server:
        for _ in range(2):
            await EmailSender(settings(server.port), now).send(parcel(EndpointKind.EMAIL, TO))
    assert len({read(envelope.content)["Message-ID"] for envelope in server.received}) == 1


async def test_no_line_break_in_a_payload_makes_a_header() -> None:
    payload = example_payload()
    payload["data"]["ticket"] = "ZJ-1\r\nBcc: thief@example.org\r\n\r\nhello"
    payload["data"]["track"]["name"] = "通道\nX-Injected: yes\u2028\x00" + "很长" * 200
    async with mail_double() as server:
        await EmailSender(settings(server.port), now).send(parcel(EndpointKind.EMAIL, TO, payload=payload))
    (envelope,) = server.received
    mail = read(envelope.content)
    assert envelope.rcpt_tos == [TO]
    assert mail["Bcc"] is None
    assert mail["X-Injected"] is None
    assert "Bcc: thief＠example.org" in mail["Subject"]


def test_an_id_cannot_break_out_of_the_message_id() -> None:
    notice = Notice("新工单", "ZJ-1", "x", None, None)
    mailbox = read_mailbox("a@example.org")
    at = NOW.astimezone(timezone(timedelta(hours=8)))
    mail = write(notice, id_="1>\r\nBcc: x@y.cn", sender=mailbox, to=mailbox, at=at)
    assert mail["Message-ID"] == "<1---Bcc--x-y-cn@example.org>"
    assert mail["Date"] == "Wed, 25 Nov 2026 16:00:00 +0800"


@pytest.mark.parametrize(
    "written",
    [
        *("", "x", "@example.org", "a@", "a@localhost", "a b@example.org", "a@example.org\r\nRCPT TO:<b@example.org>", "a@b.org,c@d.org"),
        *("张三@example.org", "<a@example.org>", "A <a@example.org>", "a..b@example.org", ".a@example.org", f"{'a' * 250}@example.org"),
    ],
    ids=repr,
)
async def test_what_is_no_single_mailbox_disables_the_endpoint(written: str) -> None:
    async with mail_double() as server:
        failure = await failure_of(settings(server.port), written)
    assert failure.disables
    assert "邮箱的地址" in failure.message
    assert server.received == []


@pytest.mark.parametrize(("reply", "disables"), [("550 5.1.1 no such user", True), ("552 5.2.2 full", True), ("451 4.7.1 later", False)])
async def test_a_refused_mailbox_is_disabled_and_a_busy_one_is_not(reply: str, *, disables: bool) -> None:
    async with mail_double(to_recipient=reply) as server:
        failure = await failure_of(settings(server.port))
    assert failure.disables is disables
    assert failure.status == int(reply[:3])
    assert reply[:3] in failure.message
    assert "user" not in failure.message
    assert server.received == []


@pytest.mark.parametrize("reply", ["554 5.7.1 spam", "452 4.3.1 no room"])
async def test_a_refused_mail_is_tried_again(reply: str) -> None:
    async with mail_double(to_mail=reply) as server:
        failure = await failure_of(settings(server.port))
    assert not failure.disables
    assert failure.status == int(reply[:3])


async def test_the_account_logs_in() -> None:
    async with mail_double(password="right-password") as server:
        smtp = settings(server.port, username="desk", password="right-password")
        assert await EmailSender(smtp, now).send(parcel(EndpointKind.EMAIL, TO)) == Receipt(250)
    assert server.logged_in


async def test_a_failed_login_is_the_administrators_and_shows_no_password() -> None:
    async with mail_double(password="right-password") as server:
        smtp = settings(server.port, username="desk", password="wrong-password")
        failure = await failure_of(smtp)
    assert "登录失败" in failure.message
    assert not failure.disables
    assert "wrong" not in failure.message + repr(smtp)
    assert server.received == []


async def test_nothing_is_sent_where_encryption_is_asked_for_and_not_offered() -> None:
    async with mail_double() as server:
        failure = await failure_of(settings(server.port, starttls=True))
    assert "加密" in failure.message
    assert server.received == []


async def test_nothing_is_sent_under_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    async with mail_double(tls=self_signed(tmp_path)) as server:
        failure = await failure_of(settings(server.port, starttls=True))
    assert "证书无效" in failure.message
    assert not failure.disables
    assert server.received == []


async def test_nobody_listening_is_tried_again() -> None:
    failure = await failure_of(settings(await unused_port()))
    assert "无法连接发信服务器" in failure.message
    assert not failure.disables


async def test_a_silent_server_is_a_timeout() -> None:
    async with speaking(None) as port:
        failure = await failure_of(settings(port), timeout_seconds=0.1)
    assert "超时" in failure.message


async def test_a_server_that_is_no_mail_server_is_tried_again() -> None:
    async with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert not (await failure_of(settings(port), timeout_seconds=0.3)).disables


async def test_without_a_mail_server_mails_wait_for_one() -> None:
    failure = await failure_of(None)
    assert failure.disables
    assert "没有设置发信服务器" in failure.message


async def test_a_wrong_address_of_our_own_does_not_disable_the_bureau() -> None:
    failure = await failure_of(settings(9, sender="desk"))
    assert not failure.disables
    assert "发信地址" in failure.message
