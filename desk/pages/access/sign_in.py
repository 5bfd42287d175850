"""Signing in: login and password, then the code where there is a second factor."""

from __future__ import annotations

from aiohttp import web

from actions.officers.errors import BadCredentials, LockedOut, SecondFactorNeeded
from desk.pages.access.cookies import drop_session, keep_session
from desk.render import moment
from desk.visit import MOUNTED, Guest, Visit


async def page(guest: Guest) -> web.Response:
    """GET /desk/sign-in."""
    return _page(guest, after=guest.request.query.get("next", ""))


async def sign_in(guest: Guest) -> web.Response:
    """POST /desk/sign-in: on to the page that was asked for, or the form again with the reason."""
    form = await guest.form()
    login, password, code = form.get("login", ""), form.get("password", ""), form.get("code", "").strip() or None
    after = form.get("next", "")
    address = guest.desk.address_of(guest.request)
    try:
        signed_in = await guest.run(guest.desk.officers.sign_in, login, password, code, address)
    except SecondFactorNeeded:
        return _page(guest, after, login, needs_code=True)
    except LockedOut as locked:
        return _page(guest, after, login, 429, guest.t("access.locked-out", until=moment(locked.until)))
    except BadCredentials:
        # Whoever typed a code had the right password once: the field stays.
        return _page(guest, after, login, 401, guest.t("access.wrong"), needs_code=code is not None)
    return keep_session(guest.redirect(_own(after)), guest.desk, signed_in.token)


async def sign_out(visit: Visit) -> web.Response:
    """POST /desk/sign-out."""
    await visit.run(visit.desk.officers.end, visit.token)
    return drop_session(visit.redirect("/sign-in", "access.signed-out"), visit.desk)


def _page(guest: Guest, after: str, login: str = "", status: int = 200, told: str = "", needs_code: bool = False) -> web.Response:
    return guest.render("access/sign_in.html", status, after=after, login=login, told=told, needs_code=needs_code)


def _own(after: str) -> str:
    """The page below /desk that was asked for before; nothing leads anywhere else."""
    is_own = after.startswith(MOUNTED + "/") and not any(character in after for character in "\r\n\\") and "//" not in after.split("?")[0]
    return after.removeprefix(MOUNTED) if is_own else "/tickets"
