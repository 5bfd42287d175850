"""Between a request and its view: who is it, may they, was the form ours, and what is shown where something goes wrong."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from actions.officers.model import Officer, Permission, Role, may
from actions.tickets.database import DatabaseUnavailable
from desk.refusals import BadForm, Forbidden, NotFound, Refused
from desk.route import Access, Route
from desk.services import Desk
from desk.visit import MOUNTED, Guest, Visit, path

MAX_FORM_BYTES = 256 * 1024
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LIVE_HEADER = "X-Desk-Live"
"""Marks what a page asks for by itself: it does not keep a session alive."""


def session_cookie(desk: Desk) -> str:
    """Its name. Over https browsers see to it that only this host can have set it."""
    return "__Host-desk" if desk.is_https else "desk"


def guarded(route: Route, desk: Desk) -> Handler:
    """The view of a route, for those who may use it."""

    async def handle(request: web.Request) -> web.StreamResponse:
        guest = Guest(request.clone(client_max_size=MAX_FORM_BYTES), desk)

        async def enter() -> web.StreamResponse:
            visitor = guest if route.access is Access.PUBLIC else await _visit(guest)
            return visitor if isinstance(visitor, web.Response) else await _answered(visitor, route, _viewed(visitor, route))

        return _finished(await _answered(guest, route, enter()))

    return handle


async def _viewed(visitor: Guest, route: Route) -> web.StreamResponse:
    """What the view says, once the visitor may see it and the form is ours. Raises Refused."""
    if isinstance(visitor, Visit):
        _check_role(visitor.officer, route.access)
    if visitor.request.method == "POST":
        _check_origin(visitor.request, visitor.desk)
        if isinstance(visitor, Visit):
            given = visitor.request.headers.get("X-CSRF-Token") or (await visitor.form()).get("csrf", "")
            if not hmac.compare_digest(given.encode(), visitor.csrf.encode()):
                raise BadForm("desk.csrf")
    return await route.view(visitor)


async def _answered(visitor: Guest, route: Route, work: Awaitable[web.StreamResponse]) -> web.StreamResponse:
    """What the work answers, or a page that says why it does not."""
    logger = visitor.desk.logger
    try:
        return await work
    except Refused as refused:
        return error_page(visitor, int(refused.status), refused.key, **refused.values)
    except web.HTTPRequestEntityTooLarge:
        return error_page(visitor, 413, "desk.too-large")
    except DatabaseUnavailable as error:
        logger.error("desk_database_unavailable", reason=str(error))
        return error_page(visitor, 503, "desk.unavailable")
    except (web.HTTPException, ConnectionResetError):
        raise
    except Exception:
        logger.exception("desk_failed", route=route.path)
        return error_page(visitor, 500, "desk.failed")


async def not_found(guest: Guest) -> web.StreamResponse:
    """For every other address below /desk."""
    raise NotFound


def error_page(visitor: Guest, status: int, key: str, **values: object) -> web.Response:
    """A page that says what went wrong and how to go on; a fragment's request gets the sentence only."""
    if "HX-Request" in visitor.request.headers:
        return web.Response(text=visitor.t(key, **values), status=status, content_type="text/plain")
    return visitor.render("error.html", status=status, told=visitor.t(key, **values), status_code=status)


async def _visit(guest: Guest) -> Visit | web.Response:
    """The officer's visit, or the page that they have to see first."""
    request, desk = guest.request, guest.desk
    token = request.cookies.get(session_cookie(desk), "")
    session = await guest.run(desk.officers.session, token, LIVE_HEADER not in request.headers) if token else None
    if session is None:
        if request.method == "GET" and "HX-Request" not in request.headers and LIVE_HEADER not in request.headers:
            return guest.redirect(f"/sign-in?next={quote(request.path_qs, safe='')}")
        # HX-Redirect makes a fragment's request lead to the sign-in too.
        return web.Response(status=401, text=guest.t("desk.signed-out"), headers={"HX-Redirect": path("sign-in")})
    if session.officer.must_change_password and request.path not in (path("password"), path("sign-out"), path("language")):
        return guest.redirect("/password")
    return Visit(request, desk, session.officer, session.csrf, token)


def _check_role(officer: Officer, access: Permission | Access) -> None:
    """Raises Forbidden for a role that lacks the permission for whatever bureau."""
    if isinstance(access, Permission) and not may(officer, access, officer.bureau or None) and officer.role is not Role.ADMINISTRATOR:
        raise Forbidden


def _check_origin(request: web.Request, desk: Desk) -> None:
    """Raises BadForm for a form that another site's page sent; browsers say where a POST comes from."""
    origin = request.headers.get("Origin")
    if origin is None:
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise BadForm("desk.csrf")
        return
    own = {request.host, urlsplit(desk.public_url).netloc}
    if urlsplit(origin).netloc not in own - {""}:
        raise BadForm("desk.csrf")


def _finished(response: web.StreamResponse) -> web.StreamResponse:
    if not response.prepared:
        response.headers["Content-Security-Policy"] = CONTENT_POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        # With "no-referrer", as other pages have it, browsers would say "Origin: null" of our own forms too, see _check_origin.
        response.headers["Referrer-Policy"] = "same-origin"
        # With no-referrer, browsers send "Origin: null" with a form, and it could not be told from another site's.
        response.headers["Referrer-Policy"] = "same-origin"
    return response


__all__ = ["CONTENT_POLICY", "LIVE_HEADER", "MAX_FORM_BYTES", "MOUNTED", "error_page", "guarded", "not_found", "session_cookie"]
