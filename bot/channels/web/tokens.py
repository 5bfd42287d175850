"""Who a widget's requests come from: our own short-lived session tokens, and identities that a site signs.

Both are JSON Web Tokens with HMAC-SHA256 (RFC 7519, RFC 7518 section 3.2); no other algorithm is taken.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from bot.channels.web.sites import Site

SESSION_SECONDS = 30 * 60
IDENTITY_SECONDS = 5 * 60
"""The longest life of a signed identity."""
LONGEST_KNOWN_SECONDS = 12 * 60 * 60
"""So long a session of a known person is renewed; then their site has to say again who they are."""
_SKEW_SECONDS = 60
"""By so much a site's clock may be wrong."""
_MOST_CHARACTERS = 4096
_MOST_REMEMBERED = 50_000
_ISSUER = "zhanjiang-assistant/widget"
_ALGORITHMS = ["HS256"]


class TokenRefused(Exception):
    """Not a token that can be used; `reason` is for the log and tells nothing of its content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Session:
    """Who speaks through a widget."""

    site: str
    nonce: bytes
    """Of the conversation's id, see ConversationIds."""
    is_known: bool
    """The site told who it is: the id itself is not told to the page then."""
    since: int
    """When it began, in seconds of Unix time."""

    @property
    def name(self) -> str:
        """The nonce in URL-safe Base64: a name for the conversation that opens nothing."""
        return base64.urlsafe_b64encode(self.nonce).decode().rstrip("=")


class SessionTokens:
    """Issues session tokens and reads them."""

    def __init__(self, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.digest(secret, b"session tokens of the widget", hashlib.sha256)
        self._clock = clock

    def begin(self, site: str, nonce: bytes, is_known: bool) -> Session:
        """A session that begins now."""
        return Session(site, nonce, is_known, int(self._clock()))

    def issue(self, session: Session) -> str:
        """A token that is good for SESSION_SECONDS. Raises TokenRefused where the session has lasted long enough."""
        now = int(self._clock())
        if session.is_known and now - session.since >= LONGEST_KNOWN_SECONDS:
            raise TokenRefused("known for too long")
        claims = {
            "iss": _ISSUER,
            "aud": session.site,
            "talk": session.name,
            "known": session.is_known,
            "since": session.since,
            "exp": now + SESSION_SECONDS,
        }
        return jwt.encode(claims, self._key, algorithm="HS256")

    def read(self, token: str) -> Session:
        """The session of a token of ours. Raises TokenRefused."""
        required = ["iss", "aud", "talk", "known", "since", "exp"]
        claims = _decoded(token, self._key, required, issuer=_ISSUER)
        if claims["exp"] <= self._clock():
            raise TokenRefused("expired")
        return Session(claims["aud"], base64.urlsafe_b64decode(claims["talk"] + "=="), claims["known"], claims["since"])


class Identities:
    """Reads what sites sign about their visitors. Each is good once."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._used: dict[tuple[str, str], float] = {}

    def read(self, token: str, site: Site, audience: str) -> str:
        """The person's name at the site: `sub` of {iss: the site's key, sub, iat, exp, aud: our origin, jti}.

        Raises TokenRefused.
        """
        if not site.secret:
            raise TokenRefused("site has no secret")
        claims = _decoded(token, site.secret.encode(), ["iss", "sub", "iat", "exp", "aud", "jti"], issuer=site.key)
        now, sub, number = self._clock(), claims["sub"], claims["jti"]
        iat, exp = claims["iat"], claims["exp"]
        if claims["aud"] not in (audience, [audience]):
            raise TokenRefused("for another service")
        if not all(isinstance(moment, (int, float)) and not isinstance(moment, bool) for moment in (iat, exp)):
            raise TokenRefused("times are no numbers")
        if not (isinstance(sub, str) and sub and isinstance(number, str) and number):
            raise TokenRefused("sub or jti is empty")
        if not 0 < exp - iat <= IDENTITY_SECONDS:
            raise TokenRefused("lives too long")
        if not iat - _SKEW_SECONDS <= now < exp:
            raise TokenRefused("expired or not valid yet")
        self._use((site.key, number), exp, now)
        return sub

    def _use(self, number: tuple[str, str], until: float, now: float) -> None:
        if number in self._used:
            raise TokenRefused("used before")
        if len(self._used) >= _MOST_REMEMBERED:
            self._used = {each: end for each, end in self._used.items() if end > now}
            if len(self._used) >= _MOST_REMEMBERED:
                raise TokenRefused("too many at once")
        self._used[number] = until


def _decoded(token: str, key: bytes, required: list[str], issuer: str) -> dict[str, Any]:
    """The claims of a token that was signed with a key by an issuer. Times and audience are for the caller. Raises TokenRefused."""
    if len(token) > _MOST_CHARACTERS:
        raise TokenRefused("too long")
    checks = {"require": required, "verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
    try:
        return jwt.decode(token, key, algorithms=_ALGORITHMS, issuer=issuer, options=checks)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenRefused(type(error).__name__) from error
