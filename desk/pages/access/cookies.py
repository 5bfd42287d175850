"""The session's cookie: readable by no script, sent by no other site's page."""

from __future__ import annotations

from aiohttp import web

from desk.guard import session_cookie
from desk.services import Desk


def keep_session(response: web.Response, desk: Desk, token: str) -> web.Response:
    """Until the browser is closed; the server ends it earlier."""
    response.set_cookie(session_cookie(desk), token, path="/", httponly=True, secure=desk.is_https, samesite="Strict")
    return response


def drop_session(response: web.Response, desk: Desk) -> web.Response:
    """After signing out."""
    response.del_cookie(session_cookie(desk), path="/", httponly=True, secure=desk.is_https, samesite="Strict")
    return response
