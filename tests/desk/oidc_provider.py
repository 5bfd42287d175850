"""A small OpenID provider that really signs, on a real server: whoever is sent to it is identified as `login`, without being asked.

What a provider must not do, and what an attacker would have it do, is switched on by its fields.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(number: int) -> rsa.RSAPrivateKey:
    """One of several; making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """One provider, with one client."""

    client_id: str = "desk"
    client_secret: str = "a secret: & with signs"
    login: str = "chen"
    claims: dict[str, Any] = field(default_factory=dict)
    """Put over those of the next ID tokens; None drops one."""
    algorithm: str = "RS256"
    tells_login_in: str = "token"
    """`token` or `userinfo`."""
    userinfo_subject: str = "person-17"
    authentication: tuple[str, ...] = ("client_secret_basic",)
    described: dict[str, Any] = field(default_factory=dict)
    """Put over its description."""
    error: str = ""
    """What it refuses everybody with."""
    status: int = 200
    """Anything else is all that it answers."""
    padding: int = 0
    """Bytes that it adds to its description."""
    foreign_key: Key | None = None
    """What it signs with in place of its own."""
    headers: dict[str, Any] = field(default_factory=dict)
    """Put over those of the next ID tokens; None drops one."""
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for."""

    def __post_init__(self) -> None:
        self._codes: dict[str, Mapping[str, str]] = {}
        self._tokens: set[str] = set()
        self._turns = 0
        self.turn_keys()
        application = web.Application()
        application.router.add_get("/.well-known/openid-configuration", self._describe)
        application.router.add_get("/authorize", self._authorize)
        application.router.add_post("/token", self._token)
        application.router.add_get("/keys", self._keys)
        application.router.add_get("/userinfo", self._userinfo)
        self.server = TestServer(application)

    @property
    def issuer(self) -> str:
        return str(self.server.make_url("/")).rstrip("/")

    def turn_keys(self) -> None:
        """Sign with other keys from now on, and publish those only."""
        self.kid = secrets.token_hex(4)
        self._turns += 1
        self.rsa_key = rsa_key(self._turns)
        self.ec_key = ec.generate_private_key(ec.SECP256R1())

    def sign(self, claims: Mapping[str, Any]) -> str:
        """An ID token."""
        headers = {name: value for name, value in {"kid": self.kid, **self.headers}.items() if value is not None}
        if self.algorithm == "none":
            head, body = ({"alg": "none", "typ": "JWT", **headers}, claims)
            return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)), ""])
        if self.algorithm == "HS256":
            # What a verifier that takes any key for any algorithm would believe.
            return jwt.encode(dict(claims), self.client_secret.ljust(32), "HS256", headers=headers)
        key = self.foreign_key or (self.ec_key if self.algorithm.startswith("ES") else self.rsa_key)
        return jwt.encode(dict(claims), key, self.algorithm, headers=headers)

    async def _describe(self, request: web.Request) -> web.Response:
        base = self.issuer
        described = {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "userinfo_endpoint": f"{base}/userinfo",
            "token_endpoint_auth_methods_supported": list(self.authentication),
            "padding": "x" * self.padding,
            **self.described,
        }
        return self._answer(request, described)

    async def _authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        back = query["redirect_uri"]
        if self.error:
            return _sent(back, error=self.error, state=query["state"])
        assert query["response_type"] == "code"
        assert query["client_id"] == self.client_id
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return _sent(back, code=code, state=query["state"])

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        query = self._codes.pop(str(form.get("code")), None)
        if not self._is_client(request, form):
            return self._answer(request, {"error": "invalid_client"}, 401)
        digest = hashlib.sha256(str(form.get("code_verifier")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if query is None or challenge != query["code_challenge"] or form.get("redirect_uri") != query["redirect_uri"]:
            return self._answer(request, {"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "person-17", "aud": self.client_id, "iat": now, "exp": now + 300, "nonce": query["nonce"]}
        if self.tells_login_in == "token":
            claims["preferred_username"] = self.login
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        access = secrets.token_urlsafe(16)
        self._tokens.add(access)
        return self._answer(request, {"access_token": access, "token_type": "Bearer", "id_token": self.sign(claims)})

    def _is_client(self, request: web.Request, form: Mapping[str, Any]) -> bool:
        if "client_secret_basic" in self.authentication and self.client_secret:
            pair = f"{quote_plus(self.client_id)}:{quote_plus(self.client_secret)}"
            return request.headers.get("Authorization") == f"Basic {base64.b64encode(pair.encode()).decode()}"
        given = (form.get("client_id"), form.get("client_secret", ""))
        return "Authorization" not in request.headers and given == (self.client_id, self.client_secret)

    async def _keys(self, request: web.Request) -> web.Response:
        keys = [
            {**jwt.algorithms.RSAAlgorithm.to_jwk(self.rsa_key.public_key(), as_dict=True), "kid": self.kid, "use": "sig"},
            {**jwt.algorithms.ECAlgorithm.to_jwk(self.ec_key.public_key(), as_dict=True), "kid": self.kid, "use": "sig"},
        ]
        return self._answer(request, {"keys": keys})

    async def _userinfo(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self._tokens:
            return self._answer(request, {"error": "invalid_token"}, 401)
        return self._answer(request, {"sub": self.userinfo_subject, "preferred_username": self.login})

    def _answer(self, request: web.Request, value: Mapping[str, Any], status: int = 200) -> web.Response:
        self.asked.append(request.path)
        if self.status != 200:
            return web.Response(status=self.status, text="out of order")
        return web.json_response(value, status=status)


def _sent(back: str, **answer: str) -> web.Response:
    return web.Response(status=302, headers={"Location": f"{back}?{urlencode(answer)}"})


def query_of(address: str) -> dict[str, str]:
    """What an address asks."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
