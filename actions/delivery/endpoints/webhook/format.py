"""Headers of Standard Webhooks 1.0.0. The body is the payload itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from standardwebhooks import Webhook

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)


def signed_headers(id_: str, at: datetime, body: bytes, secrets: Sequence[str]) -> Mapping[str, str]:
    """For an attempt made at `at`, an aware time. One signature for each secret, as a recipient may know the new or still the old one.

    Raises ValueError if there is no secret or one is not `whsec_` and the Base64 of 24 to 64 bytes.
    """
    if not secrets:
        raise ValueError("no secret to sign with")
    if at.tzinfo is None:
        raise ValueError("the time has no zone")
    # The library takes the wall clock of whatever zone for UTC.
    at_utc = at.astimezone(timezone.utc)
    text = body.decode()
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at_utc.timestamp())),
        "webhook-signature": " ".join(Webhook(_key(secret)).sign(id_, at_utc, text) for secret in secrets),
    }


def _key(secret: str) -> bytes:
    if not secret.startswith(_PREFIX):
        raise ValueError("a secret begins with whsec_")
    try:
        key = base64.b64decode(secret[len(_PREFIX) :], validate=True)
    except ValueError:
        # Also binascii.Error, which is one.
        raise ValueError("a secret is Base64 after whsec_") from None
    if len(key) not in _KEY_BYTES:
        raise ValueError("a secret has 24 to 64 bytes")
    return key
