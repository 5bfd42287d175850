"""Servers of bureaus and vendors on ports of their own, which can be told to misbehave, and what is sent to them."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.smtp import SMTP as SmtpServer  # noqa: N811 - a class in capitals
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from yarl import URL

from actions.delivery.guard import guarded_session, read_allowed
from actions.delivery.model import Parcel
from actions.office.model import Endpoint, EndpointKind

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OLD_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"


def now() -> datetime:
    """A clock that stands still."""
    return NOW


@dataclass
class Clock:
    """A clock that is set by hand."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_seconds(self, seconds: float) -> None:
        """Set it forward."""
        self.moment += timedelta(seconds=seconds)


def example_payload() -> dict[str, Any]:
    """A payload with everything in it, personal information too."""
    return {
        "type": "ticket.opened",
        "timestamp": "2026-11-25T08:00:00Z",
        "data": {
            "version": 1,
            "sequence": 1,
            "ticket": "ZJ-261125-7K3QXM",
            "state": "assigned",
            "to": {"bureau": "市自然资源局", "role": "principal", "reason": "方案二（三）9牵头"},
            "bureaus": {"principal": ["市自然资源局"], "district": ["廉江市"], "supporting": ["市林业局"]},
            "clause": {"id": "task-09", "number": "9", "title": "加强用地用林保障"},
            "track": {
                "id": "land",
                "name": "用地绿色通道",
                "team": False,
                "due": "2026-12-01",
                "due_is_office_setting": True,
                "steps": [
                    {"name": "联系企业", "bureau": "市自然资源局", "due": "2026-11-27"},
                    {"name": "选址", "bureau": "廉江市", "due": None},
                ],
            },
            "enterprise": {
                "company": "佛山某某家电有限公司",
                "industry": "小家电",
                "investment_yuan": 80_000_000,
                "land_square_metres": None,
                "district": "廉江市",
                "time": "明年上半年",
                "details": {"park": "廉江高新区"},
            },
            "need": "想要五十亩工业用地",
            "question": "用地怎么保障？",
            "contact": {"name": "陈大文", "phone": "+8613800138000"},
            "consent": {"version": "2026-11", "given_at": "2026-11-25T07:59:00Z"},
            "change": None,
            "links": {"desk": "https://desk.example.org/desk/tickets/ZJ-261125-7K3QXM", "callback": None},
        },
    }


def parcel(kind: EndpointKind, address: str, *secrets: str, payload: dict[str, Any] | None = None) -> Parcel:
    """A parcel for an endpoint."""
    body = json.dumps(payload or example_payload(), ensure_ascii=False).encode()
    return Parcel("msg_0001", body, Endpoint(kind, address, secrets))


def session_for(*urls: str) -> aiohttp.ClientSession:
    """A guarded session that may reach these servers of this machine and nothing else of it."""
    return guarded_session(read_allowed(",".join(f"127.0.0.1/32:{URL(url).port}" for url in urls)))


@dataclass(frozen=True)
class Received:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


@dataclass
class HttpDouble:
    """Keeps each request and answers as it is told."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    received: list[Received] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """To every path."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(request.raw_path, headers, await request.read()))
        await asyncio.sleep(self.delay_seconds)
        return web.Response(status=self.status, body=self.body, headers=self.headers)


@asynccontextmanager
async def serving(answer: Callable[[web.Request], Awaitable[web.StreamResponse]], tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The base URL of a server that answers so, without a slash at its end."""
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    server = TestServer(application)
    await server.start_server(ssl=tls)
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()


@asynccontextmanager
async def double(**behaviour: Any) -> AsyncIterator[HttpDouble]:
    """A running HttpDouble."""
    it = HttpDouble(**behaviour)
    async with serving(it.answer) as url:
        it.url = url
        yield it


async def endless(request: web.Request) -> web.StreamResponse:
    """An answer that does not end."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"[" * 16_384)


@asynccontextmanager
async def speaking(words: bytes | None) -> AsyncIterator[int]:
    """The port of a server that says these words at once and hangs up, or without words says nothing for ever."""

    class Speaker(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.WriteTransport)
            if words is not None:
                transport.write(words)
                transport.close()

    server = await asyncio.get_running_loop().create_server(Speaker, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def unused_port() -> int:
    """A port that nobody listens on."""
    async with speaking(b"") as port:
        return port


def self_signed(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(tz=timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


@dataclass
class MailDouble:
    """A mail server that keeps mails and answers as it is told."""

    to_recipient: str = "250 OK"
    to_mail: str = "250 OK"
    password: str = ""
    """Wanted at login; empty: no login."""
    logged_in: bool = False
    received: list[Envelope] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(self, server: SmtpServer, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        """The server's hook for a recipient."""
        envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SmtpServer, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The server's hook for a mail."""
        self.received.append(envelope)
        return self.to_mail

    def log_in(self, server: SmtpServer, session: Session, envelope: Envelope, mechanism: str, login: Any) -> AuthResult:
        """The server's hook for a login."""
        self.logged_in = isinstance(login, LoginPassword) and login.password == self.password.encode()
        return AuthResult(success=self.logged_in, handled=False, auth_data=login)


@asynccontextmanager
async def mail_double(tls: ssl.SSLContext | None = None, **behaviour: Any) -> AsyncIterator[MailDouble]:
    """A running MailDouble."""
    it = MailDouble(**behaviour)
    loop = asyncio.get_running_loop()

    def open_session() -> SmtpServer:
        login: dict[str, Any] = {"authenticator": it.log_in, "auth_require_tls": False} if it.password else {}
        return SmtpServer(it, hostname="mail.example.org", loop=loop, tls_context=tls, **login)

    server = await loop.create_server(open_session, "127.0.0.1", 0)
    async with server:
        it.port = server.sockets[0].getsockname()[1]
        yield it
