"""One's own account: password, second factor, sessions elsewhere."""

from __future__ import annotations

import segno
from aiohttp import web
from markupsafe import Markup

from actions.officers.errors import BadCode, BadCredentials, LockedOut, NoSession, WeakPassword
from actions.officers.second_factor import Enrolment
from desk.pages.access.cookies import drop_session, keep_session
from desk.pages.access.locked import until
from desk.visit import Visit


async def page(visit: Visit) -> web.Response:
    """GET /desk/account."""
    return await _page(visit)


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
        return _password_page(visit, visit.t(f"access.weak.{weak.rule}"))
    except BadCredentials:
        return _password_page(visit, visit.t("access.wrong-current"))
    except LockedOut as locked:
        return _password_page(visit, visit.t("access.locked-out", until=until(locked)), 429)
    except NoSession:
        return drop_session(visit.redirect("/sign-in"), visit.desk)
    return keep_session(visit.redirect("/tickets", "access.password-changed"), visit.desk, signed_in.token)


async def end_other_sessions(visit: Visit) -> web.Response:
    """POST /desk/account/sessions: signs out everywhere but here."""
    await visit.run(visit.desk.officers.end_all, visit.officer.login, visit.officer.login, keep=visit.token)
    return visit.redirect("/account", "access.others-ended")


async def enrol(visit: Visit) -> web.Response:
    """POST /desk/account/second-factor: a secret to be put into an app, shown once."""
    password = (await visit.form()).get("password", "")
    try:
        enrolment = await visit.run(visit.desk.officers.enrol_second_factor, visit.officer.login, password)
    except BadCredentials:
        return await _page(visit, 400, visit.t("access.wrong-current"))
    except LockedOut as locked:
        return await _page(visit, 429, visit.t("access.locked-out", until=until(locked)))
    return await _page(visit, enrolment=enrolment)


async def confirm(visit: Visit) -> web.Response:
    """POST /desk/account/second-factor/confirm: in use from now on."""
    code = (await visit.form()).get("code", "")
    try:
        await visit.run(visit.desk.officers.confirm_second_factor, visit.officer.login, code)
    except BadCode:
        return await _page(visit, 400, visit.t("access.wrong-code"), waits=True)
    except LockedOut as locked:
        return await _page(visit, 429, visit.t("access.locked-out", until=until(locked)))
    return visit.redirect("/account", "access.second-factor-on")


async def _page(visit: Visit, status: int = 200, told: str = "", enrolment: Enrolment | None = None, waits: bool = False) -> web.Response:
    """`waits`: for a code that confirms what was enrolled before; its secret is not shown again."""
    sessions = await visit.run(visit.desk.officers.open_sessions, visit.officer.login)
    picture = _picture(enrolment) if enrolment is not None else ""
    shown = {"enrolment": enrolment, "code_picture": picture, "waits": waits, "sessions": sessions}
    return visit.render("access/account.html", status, told=told, **shown)


def _password_page(visit: Visit, told: str, status: int = 400) -> web.Response:
    return visit.render("access/password.html", status, told=told)


def _picture(enrolment: Enrolment) -> Markup:
    """A QR code as SVG: made here, of our own secret."""
    return Markup(segno.make(enrolment.address, micro=False).svg_inline(scale=5, border=2, omitsize=False))  # noqa: S704
