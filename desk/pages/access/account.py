"""One's own account: password, second factor, sessions elsewhere."""

from __future__ import annotations

import segno
from aiohttp import web
from markupsafe import Markup

from actions.officers.errors import BadCode, BadCredentials, LockedOut, NoSession, WeakPassword
from actions.officers.second_factor import Enrolment
from desk.pages.access.cookies import drop_session, keep_session
from desk.render import moment
from desk.visit import Visit


async def page(visit: Visit) -> web.Response:
    """GET /desk/account."""
    return visit.render("access/account.html", enrolment=None, told="")


async def password_page(visit: Visit) -> web.Response:
    """GET /desk/password: also where an officer with a one-time password begins."""
    return visit.render("access/password.html", told="")


async def change_password(visit: Visit) -> web.Response:
    """POST /desk/password: all sessions end, and a new one begins."""
    form = await visit.form()
    if form.get("new", "") != form.get("again", ""):
        return _password_page(visit, visit.t("access.not-alike"))
    try:
        signed_in = await visit.run(visit.desk.officers.change_password, visit.token, form.get("current", ""), form.get("new", ""))
    except WeakPassword as weak:
        return _password_page(visit, str(weak))
    except BadCredentials:
        return _password_page(visit, visit.t("access.wrong-current"))
    except LockedOut as locked:
        return _password_page(visit, visit.t("access.locked-out", until=moment(locked.until)))
    except NoSession:
        return drop_session(visit.redirect("/sign-in"), visit.desk)
    return keep_session(visit.redirect("/tickets", "access.password-changed"), visit.desk, signed_in.token)


async def end_sessions(visit: Visit) -> web.Response:
    """POST /desk/account/sessions: signs out everywhere, here too."""
    await visit.run(visit.desk.officers.end_all, visit.officer.login, visit.officer.login)
    return drop_session(visit.redirect("/sign-in", "access.signed-out"), visit.desk)


async def enrol(visit: Visit) -> web.Response:
    """POST /desk/account/second-factor: a secret to be put into an app, shown once."""
    enrolment = await visit.run(visit.desk.officers.enrol_second_factor, visit.officer.login)
    return visit.render("access/account.html", enrolment=enrolment, code_picture=_picture(enrolment), told="")


async def confirm(visit: Visit) -> web.Response:
    """POST /desk/account/second-factor/confirm: in use from now on."""
    code = (await visit.form()).get("code", "")
    try:
        await visit.run(visit.desk.officers.confirm_second_factor, visit.officer.login, code)
    except BadCode as bad:
        return visit.render("access/account.html", 400, enrolment=None, told=str(bad))
    except LockedOut as locked:
        return visit.render("access/account.html", 429, enrolment=None, told=visit.t("access.locked-out", until=moment(locked.until)))
    return visit.redirect("/account", "access.second-factor-on")


def _password_page(visit: Visit, told: str) -> web.Response:
    return visit.render("access/password.html", 400, told=told)


def _picture(enrolment: Enrolment) -> Markup:
    """A QR code as SVG: made here, of our own secret."""
    return Markup(segno.make(enrolment.address, micro=False).svg_inline(scale=5, border=2, omitsize=False))  # noqa: S704
