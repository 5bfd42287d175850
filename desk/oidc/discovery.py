"""What the provider says of itself (OpenID Connect Discovery 1.0), and the keys it signs with (RFC 7517)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from desk.oidc.errors import ProviderUnavailable
from desk.oidc.fetch import fetch_json
from desk.settings import is_protected

_KEPT_SECONDS = 3600.0
"""Keys that a provider has withdrawn are not believed for longer."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where it does what."""

    issuer: str
    authorization_url: str
    token_url: str
    keys_url: str
    userinfo_url: str
    """Empty where there is none."""
    takes_basic: bool
    """Whether our secret goes into a header; else into the form."""


class Discovery:
    """The provider's own description and its keys, remembered for an hour. To be used on one event loop."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._provider: Provider | None = None
        self._provider_at = 0.0
        self._keys: Sequence[Mapping[str, Any]] | None = None
        self._keys_at = 0.0

    async def provider(self) -> Provider:
        """Raises ProviderUnavailable."""
        if self._provider is None or self._clock() - self._provider_at > _KEPT_SECONDS:
            status, described = await fetch_json("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if status != 200:
                raise ProviderUnavailable(f"no description, status {status}")
            self._provider, self._provider_at = _read(self._issuer, described), self._clock()
        return self._provider

    async def keys(self, is_stale: bool = False) -> Sequence[Mapping[str, Any]]:
        """Its keys, fetched anew where what is remembered `is_stale`. Raises ProviderUnavailable."""
        provider = await self.provider()
        if is_stale or self._keys is None or self._clock() - self._keys_at > _KEPT_SECONDS:
            status, found = await fetch_json("GET", provider.keys_url)
            keys = found.get("keys")
            if status != 200 or not isinstance(keys, list):
                raise ProviderUnavailable(f"no keys, status {status}")
            self._keys, self._keys_at = [key for key in keys if isinstance(key, dict)], self._clock()
        return self._keys


def _read(issuer: str, described: Mapping[str, Any]) -> Provider:
    # Section 4.3: it must be exactly the one that was asked for, or one provider could pose as another.
    if described.get("issuer") != issuer:
        raise ProviderUnavailable("it calls itself by another issuer than DESK_OIDC_ISSUER")
    methods = described.get("token_endpoint_auth_methods_supported")
    return Provider(
        issuer=issuer,
        authorization_url=_address(described, "authorization_endpoint"),
        token_url=_address(described, "token_endpoint"),
        keys_url=_address(described, "jwks_uri"),
        userinfo_url=_address(described, "userinfo_endpoint") if "userinfo_endpoint" in described else "",
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods or "client_secret_post" not in methods,
    )


def _address(described: Mapping[str, Any], name: str) -> str:
    address = described.get(name)
    if not isinstance(address, str) or not is_protected(address):
        raise ProviderUnavailable(f"its {name} is no https address")
    return address
