"""What an ID token proves (OpenID Connect Core 1.0, section 3.1.3.7). Signatures by `PyJWT`."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from desk.oidc.errors import NotIdentified

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Never `none`, and none that our own secret could sign with."""
_LEEWAY_SECONDS = 60
_REQUIRED = ("iss", "sub", "aud", "exp", "iat", "nonce")


class UnknownKey(NotIdentified):
    """It was signed with a key that is not among the provider's; they may be older than it is."""


def read_claims(token: str, keys: Sequence[Mapping[str, Any]], issuer: str, client_id: str, nonce: str) -> Mapping[str, Any]:
    """The claims of a token that was signed by the provider, for us, lately, and in answer to our question.

    Raises UnknownKey, NotIdentified.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise NotIdentified(f"no token: {type(error).__name__}") from error
    algorithm = header.get("alg")
    if algorithm not in ALGORITHMS:
        raise NotIdentified("signed in a way that is not taken")
    key = _key(keys, header.get("kid"), algorithm)
    try:
        claims = jwt.decode(
            token,
            key.key,
            algorithms=[algorithm],  # one of ALGORITHMS, and the key is of its kind
            audience=client_id,
            issuer=issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": list(_REQUIRED), "enforce_minimum_key_length": True},
        )
    except jwt.PyJWTError as error:
        raise NotIdentified(type(error).__name__) from error
    if not isinstance(claims["nonce"], str) or not hmac.compare_digest(claims["nonce"].encode(errors="replace"), nonce.encode()):
        raise NotIdentified("nonce")
    audience = claims["aud"]
    is_for_others_too = isinstance(audience, list) and len(audience) > 1
    if ("azp" in claims or is_for_others_too) and claims.get("azp") != client_id:
        raise NotIdentified("azp")
    return dict(claims)


def _key(keys: Sequence[Mapping[str, Any]], kid: Any, algorithm: str) -> jwt.PyJWK:
    """The provider's key of that id; the only one that fits, where the token names none. Raises UnknownKey, NotIdentified."""
    kind = "EC" if algorithm.startswith("ES") else "RSA"
    fitting = [
        key
        for key in keys
        if key.get("kty") == kind and key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm and "d" not in key
    ]
    named = [key for key in fitting if key.get("kid") == kid] if kid is not None else fitting
    if len(named) != 1:
        raise UnknownKey("key")
    try:
        return jwt.PyJWK(dict(named[0]), algorithm=algorithm)
    except jwt.PyJWTError as error:
        raise NotIdentified(f"unusable key: {type(error).__name__}") from error
