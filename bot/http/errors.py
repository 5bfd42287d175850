"""One error shape for the whole site: {"error": {"code": "…", "message": "…"}}.

ApiError
├── BadInput               400
├── Unauthorised           401
├── Forbidden              403
├── ConversationNotFound   404
├── SiteNotFound           404
├── TicketNotFound         404
├── Conflict               409
├── TooManyRequests        429, with Retry-After
└── NotAvailable           503, with Retry-After
"""

from __future__ import annotations

import json
from http import HTTPStatus

from aiohttp import web

# aiohttp's own refusals, in the words of this site.
_STATUS_ERRORS = {
    HTTPStatus.BAD_REQUEST: ("bad_request", "请求格式不正确。"),
    HTTPStatus.FORBIDDEN: ("forbidden", "不能访问这个地址。"),
    HTTPStatus.NOT_FOUND: ("not_found", "没有这个地址。"),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "该地址不支持这种请求方法。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "请求内容过大。"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported_media_type", "请以 application/json 发送。"),
}


class ApiError(Exception):
    """A request cannot be served; code for programs, message for people."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        self.code = code
        self.message = message
        self.headers = headers or {}
        super().__init__(code)


class BadInput(ApiError):
    """The request's content cannot be used."""

    status = HTTPStatus.BAD_REQUEST


class ConversationNotFound(ApiError):
    """The conversation id was not made by this service."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("conversation_not_found", "没有这个会话，请重新开始对话。")


class Unauthorised(ApiError):
    """The request does not prove who sends it."""

    status = HTTPStatus.UNAUTHORIZED


class Forbidden(ApiError):
    """The request may not come from where it comes from."""

    status = HTTPStatus.FORBIDDEN


class SiteNotFound(ApiError):
    """No site has this key."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("site_not_found", "没有这个网站，请核对 key。")


class TicketNotFound(ApiError):
    """There is no such ticket for the one who asks."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("ticket_not_found", "没有这个工单。")


class Conflict(ApiError):
    """The request does not fit what was done before."""

    status = HTTPStatus.CONFLICT


class TooManyRequests(ApiError):
    """The address has used up its allowance."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_after_seconds: int) -> None:
        message = f"请求过于频繁，请在 {retry_after_seconds} 秒后再试。"
        super().__init__("too_many_requests", message, {"Retry-After": str(retry_after_seconds)})


class NotAvailable(ApiError):
    """A part that the request needs is not there just now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, {"Retry-After": "2"})


def error_response(error: ApiError) -> web.Response:
    """The error as the caller gets it."""
    return _response(error.status, error.code, error.message, error.headers)


def http_error_response(error: web.HTTPException) -> web.Response:
    """One of aiohttp's own refusals in the site's shape; its Allow header is kept."""
    code, message = _STATUS_ERRORS.get(HTTPStatus(error.status), ("http_error", HTTPStatus(error.status).phrase))
    kept = {name: value for name, value in error.headers.items() if name == "Allow"}
    return _response(error.status, code, message, kept)


def internal_error_response() -> web.Response:
    """For whatever was not foreseen; the reason is in the log only."""
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "服务内部出错，请稍后再试。", {})


def _response(status: int, code: str, message: str, headers: dict[str, str]) -> web.Response:
    text = json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False)
    return web.json_response(text=text, status=status, headers=headers)
