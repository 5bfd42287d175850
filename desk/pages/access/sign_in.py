"""Signing in: login and password, then the code where there is a second factor."""

from __future__ import annotations

from aiohttp import web

from actions.officers.errors import BadCredentials, LockedOut, SecondFactorNeeded
from desk.guard import session_cookie
from desk.pages.access.cookies import drop_session, keep_session
from desk.pages.access.locked import until
from desk.visit import MOUNTED, Guest, Visit

_LONGEST_ADDRESS = 1000


async def page(guest: Guest) -> web.Response:
    """GET /desk/sign-in."""
    return sign_in_page(guest, after=guest.request.query.get("next", ""))


async def sign_in(guest: Guest) -> web.Response:
    """POST /desk/sign-in: on to the page that was asked for, or the form again with the reason."""
    form = await guest.form()
    login, password, code = form.get("login", ""), form.get("password", ""), form.get("code", "").strip() or None
    after = form.get("next", "")
    address = guest.desk.address_of(guest.request)
    try:
        signed_in = await guest.run(guest.desk.officers.sign_in, login, password, code, address)
    except SecondFactorNeeded:
        return sign_in_page(guest, after, login, needs_code=True)
    except LockedOut as locked:
        return sign_in_page(guest, after, login, 429, guest.t("access.locked-out", until=until(locked)))
    except BadCredentials:
        # Whoever typed a code had the right password once: the field stays.
        return sign_in_page(guest, after, login, 401, guest.t("access.wrong"), needs_code=code is not None)
    # Whoever was signed in here before is not any more: offices share computers.
    if before := guest.request.cookies.get(session_cookie(guest.desk)):
        await guest.run(guest.desk.officers.end, before)
    return keep_session(guest.redirect(own_page(after)), guest.desk, signed_in.token)


async def sign_out(visit: Visit) -> web.Response:
    """POST /desk/sign-out."""
    await visit.run(visit.desk.officers.end, visit.token)
    return drop_session(visit.redirect("/sign-in", "access.signed-out"), visit.desk)


def sign_in_page(guest: Guest, after: str, login: str = "", status: int = 200, told: str = "", needs_code: bool = False) -> web.Response:
    """The form, with what went wrong."""
    provider = guest.desk.sign_on.name if guest.desk.sign_on is not None else ""
    return guest.render(
        "access/sign_in.html", status, after=after, login=login, told=told, needs_code=needs_code, provider=provider, is_wrong=status == 401
    )


def own_page(after: str) -> str:
    """The page that was asked for before, below /desk; nothing leads anywhere else."""
    is_own = after.startswith(MOUNTED + "/") and len(after) <= _LONGEST_ADDRESS and "//" not in after.split("?")[0]
    is_plain = after.isascii() and after.isprintable() and "\\" not in after
    return after.removeprefix(MOUNTED) if is_own and is_plain else "/tickets"
