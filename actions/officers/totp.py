"""Time-based one-time passwords (RFC 6238, six digits, 30 seconds, SHA-1: what every authenticator app knows), by `cryptography`."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
import unicodedata
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

_DIGITS = 6
_STEP_SECONDS = 30
_DRIFT = (-1, 0, 1)
"""Clocks of phones are off by a little, and typing takes a while."""


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(20)


def step_at(moment: datetime) -> int:
    """Number of the step that a moment lies in."""
    return int(moment.timestamp()) // _STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a step."""
    return _totp(secret).generate(step * _STEP_SECONDS).decode()


def matching_step(secret: bytes, code: str, moment: datetime, last_used: int) -> int | None:
    """The step whose code it is: of this moment or a neighbour, and later than the last one used; None where there is none."""
    written = re.sub(r"\s", "", unicodedata.normalize("NFKC", code)).encode(errors="replace")
    now = step_at(moment)
    steps = [step for step in (now + drift for drift in _DRIFT) if step > last_used]
    matching = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), written)]
    return matching[0] if matching else None


def readable(secret: bytes) -> str:
    """To be typed into an app: Base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, login: str, issuer: str) -> str:
    """otpauth:// address, to be shown as a QR code."""
    return _totp(secret).get_provisioning_uri(login, issuer)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _STEP_SECONDS)  # noqa: S303 - as HMAC, and what the apps know
