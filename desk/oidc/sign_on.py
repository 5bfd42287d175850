"""The way to the provider and back."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from desk.oidc.discovery import Discovery, Provider
from desk.oidc.errors import NotIdentified, ProviderRefused, ProviderUnavailable
from desk.oidc.fetch import fetch_json
from desk.oidc.identity import UnknownKey, read_claims
from desk.oidc.question import Question
from desk.settings import OidcSettings

_LONGEST = 4096


class SignOn:
    """One provider. To be used on one event loop."""

    def __init__(self, settings: OidcSettings, redirect_url: str) -> None:
        """`redirect_url`: where the provider sends officers back; to be registered there."""
        self.name = settings.name
        self._settings = settings
        self._redirect_url = redirect_url
        self._discovery = Discovery(settings.issuer)

    async def address(self, question: Question) -> str:
        """Where the officer's browser goes to be asked. Raises ProviderUnavailable."""
        provider = await self._discovery.provider()
        asked = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._redirect_url,
            "scope": "openid profile",
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        return f"{provider.authorization_url}{'&' if '?' in provider.authorization_url else '?'}{urlencode(asked)}"

    async def login(self, question: Question, answer: Mapping[str, str]) -> str:
        """Whom the provider has identified, by the claim that is the login here. `answer`: what came back in the address.

        Raises OidcError.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(errors="replace"), question.state.encode()):
            raise NotIdentified("state")
        # RFC 9207: an answer that says whose it is must be of the one that was asked.
        if "iss" in answer and answer["iss"] != self._settings.issuer:
            raise NotIdentified("iss of the answer")
        if "error" in answer:
            raise ProviderRefused(answer["error"][:64])
        code = answer.get("code", "")
        if not 0 < len(code) <= _LONGEST:
            raise NotIdentified("no code")
        provider = await self._discovery.provider()
        given = await self._exchange(provider, question, code)
        claims = await self._claims(given["id_token"], question)
        return self._login(claims) or self._login(await self._more_claims(provider, given, claims)) or _nobody()

    async def _exchange(self, provider: Provider, question: Question, code: str) -> Mapping[str, Any]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_url, "code_verifier": question.verifier}
        headers = {}
        if self._settings.client_secret and provider.takes_basic:
            # RFC 6749, section 2.3.1: each half is form-encoded first.
            pair = f"{quote_plus(self._settings.client_id)}:{quote_plus(self._settings.client_secret)}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self._settings.client_id
            if self._settings.client_secret:
                form["client_secret"] = self._settings.client_secret
        status, given = await fetch_json("POST", provider.token_url, form, headers)
        if status != 200:
            raise ProviderRefused(str(given.get("error", status))[:64])
        if not isinstance(given.get("id_token"), str):
            raise NotIdentified("no ID token")
        return given

    async def _claims(self, token: str, question: Question) -> Mapping[str, Any]:
        expected = (self._settings.issuer, self._settings.client_id, question.nonce)
        try:
            return read_claims(token, await self._discovery.keys(), *expected)
        except UnknownKey:
            # Providers change their keys: those that are remembered may be the old ones.
            return read_claims(token, await self._discovery.keys(is_stale=True), *expected)

    async def _more_claims(self, provider: Provider, given: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the provider tells of the same person elsewhere: it need not put the profile into the token (section 5.4)."""
        if not provider.userinfo_url or not isinstance(given.get("access_token"), str):
            return {}
        status, more = await fetch_json("GET", provider.userinfo_url, headers={"Authorization": f"Bearer {given['access_token']}"})
        if status != 200:
            raise ProviderUnavailable(f"no profile, status {status}")
        if more.get("sub") != claims["sub"]:
            raise NotIdentified("sub of the profile")
        return more

    def _login(self, claims: Mapping[str, Any]) -> str:
        value = claims.get(self._settings.login_claim)
        return value.strip() if isinstance(value, str) else ""


def _nobody() -> str:
    raise NotIdentified("the login's claim is missing")
