"""Around every request, outermost first: request id and log line, security headers, errors, rate limit."""

from __future__ import annotations

import asyncio
import secrets
import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.http.errors import ApiError, TooManyRequests, error_response, http_error_response, internal_error_response
from bot.http.limits import RateLimiter, remote_address
from bot.settings import IPNetwork

REQUEST_ID = web.RequestKey("request_id", str)

_SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_SERVER = "zhanjiang-relocation-assistant"
_LIMITED = ("/api/", "/desk/sign-in", "/desk/oidc")
"""What is costly, can be guessed at, or asks another server."""


def log_requests(logger: structlog.stdlib.BoundLogger) -> Middleware:
    """Give each request an id and write one line about it: no query, no body, no address, no name."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        request[REQUEST_ID] = secrets.token_hex(8)
        status = 499  # the caller went away
        try:
            response = await handler(request)
            status = response.status
            if not response.prepared:
                response.headers["X-Request-ID"] = request[REQUEST_ID]
            return response
        finally:
            resource = request.match_info.route.resource
            logger.info(
                "request",
                request_id=request[REQUEST_ID],
                method=request.method if request.method in _METHODS else "other",
                route=resource.canonical if resource else "unknown",
                status=status,
                duration_ms=round((time.perf_counter() - started) * 1000, 1),
            )

    return middleware


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@web.middleware
async def secure_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A strict content policy on everything that leaves the service, and nothing kept where it should not be."""
    response = await handler(request)
    if not response.prepared:
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)  # pages with forms have a policy of their own
        response.headers["Server"] = _SERVER
        # Replies are nobody else's; files are asked for again, as their names carry no version.
        response.headers.setdefault("Cache-Control", "no-store" if request.path.startswith("/api/") else "no-cache")
    return response


def shape_errors(logger: structlog.stdlib.BoundLogger) -> Middleware:
    """Turn every failure into the one error shape; the unforeseen ones are logged with their traceback."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            return error_response(error)
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return http_error_response(error)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("request_failed", request_id=request.get(REQUEST_ID))
            return internal_error_response()

    return middleware


def limit_rate(limiter: RateLimiter, trusted_proxies: tuple[IPNetwork, ...]) -> Middleware:
    """Refuse requests to the API, and to sign in, of an address that has used up its allowance."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(_LIMITED):
            wait = limiter.take(remote_address(request, trusted_proxies))
            if wait > 0:
                raise TooManyRequests(wait)
        return await handler(request)

    return middleware


def middlewares(logger: structlog.stdlib.BoundLogger, limiter: RateLimiter, trusted_proxies: tuple[IPNetwork, ...]) -> list[Middleware]:
    """All of them in order."""
    return [log_requests(logger), secure_headers, shape_errors(logger), limit_rate(limiter, trusted_proxies)]
