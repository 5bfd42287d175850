"""Session tokens of ours, and identities that sites sign."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from bot.channels.web.sites import Site
from bot.channels.web.tokens import (
    IDENTITY_SECONDS,
    LONGEST_KNOWN_SECONDS,
    SESSION_SECONDS,
    Identities,
    SessionTokens,
    TokenRefused,
)

SECRET = "0123456789abcdef0123456789abcdef"
SITE = Site("portal", "门户", (), SECRET)
OURS = "https://zixun.example.gov.cn"
NONCE = bytes(range(16))
NOW = 1_700_000_000


class Clock:
    """A clock that is set by hand."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def _signed(key: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    claims = {"iss": "portal", "sub": "u-1", "iat": NOW, "exp": NOW + 60, "aud": OURS, "jti": "1"} | changed
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm=algorithm)


def test_a_session_is_what_was_issued_for_half_an_hour() -> None:
    clock = Clock()
    tokens = SessionTokens(b"secret", clock)
    session = tokens.begin("portal", NONCE, is_known=False)
    token = tokens.issue(session)
    clock.now += SESSION_SECONDS - 1
    assert tokens.read(token) == session
    clock.now += 1
    with pytest.raises(TokenRefused):
        tokens.read(token)


def test_a_session_of_a_known_person_is_renewed_for_so_long_and_no_longer() -> None:
    clock = Clock()
    tokens = SessionTokens(b"secret", clock)
    known, unknown = (tokens.begin("portal", NONCE, is_known=is_known) for is_known in (True, False))
    clock.now += LONGEST_KNOWN_SECONDS
    assert tokens.issue(unknown)
    with pytest.raises(TokenRefused):
        tokens.issue(known)


def test_a_token_of_another_secret_or_a_changed_one_is_refused() -> None:
    tokens = SessionTokens(b"secret", Clock())
    token = tokens.issue(tokens.begin("portal", NONCE, is_known=False))
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    changed = base64.urlsafe_b64encode(json.dumps({**claims, "aud": "another"}).encode()).decode().rstrip("=")
    unsigned = jwt.encode(claims, "", algorithm="none")
    for forged in (
        f"{head}.{changed}.{signature}",
        f"{head}.{body}.",
        unsigned,
        "a.b.c",
        "..",
        "." * 5000,
        "é.é.é",
        SessionTokens(b"another", Clock()).issue(tokens.begin("portal", NONCE, is_known=False)),
    ):
        with pytest.raises(TokenRefused):
            tokens.read(forged)


def test_an_identity_is_read_once() -> None:
    identities = Identities(Clock())
    token = _signed()
    assert identities.read(token, SITE, OURS) == "u-1"
    with pytest.raises(TokenRefused, match="used before"):
        identities.read(token, SITE, OURS)
    assert identities.read(_signed(jti="2", aud=[OURS]), SITE, OURS) == "u-1"


@pytest.mark.parametrize(
    "token",
    [
        _signed(key="another secret of the same length"),
        _signed(algorithm="HS512", key=SECRET * 2),
        _signed(iss="another"),
        _signed(aud="https://elsewhere.example"),
        _signed(aud=[OURS, "https://elsewhere.example"]),
        _signed(exp=NOW + IDENTITY_SECONDS + 1),
        _signed(exp=NOW),
        _signed(iat=NOW + 120, exp=NOW + 180),
        _signed(iat=NOW - 30, exp=NOW - 1),
        _signed(iat=str(NOW)),
        _signed(exp=True),
        _signed(jti=""),
        _signed(sub=""),
        *(_signed(SECRET, "HS256", **{name: None}) for name in ("iss", "sub", "iat", "exp", "aud", "jti")),
        jwt.encode({"sub": "u-1"}, "", algorithm="none"),
        "nonsense",
    ],
)
def test_any_other_identity_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        Identities(Clock()).read(token, SITE, OURS)


def test_a_site_without_a_secret_says_nothing_about_anybody() -> None:
    with pytest.raises(TokenRefused, match="no secret"):
        Identities(Clock()).read(_signed(), Site("portal", "门户", ()), OURS)
