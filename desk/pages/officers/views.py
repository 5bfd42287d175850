"""The answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from actions.officers.errors import NoSuchOfficer, OfficerError
from actions.officers.model import Role
from desk.refusals import BadForm, NotFound
from desk.visit import Visit


async def listing(visit: Visit) -> web.Response:
    """GET /desk/officers."""
    return await _listing(visit)


async def add(visit: Visit) -> web.Response:
    """POST /desk/officers: a new one; the one-time password is shown on this page and nowhere else."""
    form = await visit.form()
    login, name = form.get("login", ""), form.get("name", "")
    bureau, role = _bureau(visit, form.get("bureau", "")), _role(form.get("role", ""))
    try:
        password = await visit.run(visit.desk.officers.add, login, name, bureau, role, visit.officer.login)
    except OfficerError as refused:
        return await _listing(
            visit, 400, visit.t(f"officers.refused.{refused.rule}"), {"login": login, "name": name, "bureau": bureau, "role": role.value}
        )
    return visit.render("officers/password.html", login=login.strip().lower(), password=password)


async def show(visit: Visit) -> web.Response:
    """GET /desk/officers/{login}."""
    return await _show(visit)


async def change(visit: Visit) -> web.Response:
    """POST /desk/officers/{login}: name, bureau, role; it counts at once."""
    form = await visit.form()
    name, bureau, role = form.get("name", ""), _bureau(visit, form.get("bureau", "")), _role(form.get("role", ""))
    try:
        with _named():
            await visit.run(visit.desk.officers.change, _login(visit), visit.officer.login, name, bureau, role)
    except OfficerError as refused:
        told = visit.t(f"officers.refused.{refused.rule}")
        return await _show(visit, 400, told, {"name": name, "bureau": bureau, "role": role.value})
    return visit.redirect("/officers", "officers.changed")


async def disable(visit: Visit) -> web.Response:
    """POST /desk/officers/{login}/disable: nobody signs in by it, and its sessions end."""
    try:
        with _named():
            await visit.run(visit.desk.officers.disable, _login(visit), visit.officer.login)
    except OfficerError as refused:
        return await _show(visit, 409, visit.t(f"officers.refused.{refused.rule}"))
    return visit.redirect("/officers", "officers.disabled")


async def enable(visit: Visit) -> web.Response:
    """POST /desk/officers/{login}/enable."""
    with _named():
        await visit.run(visit.desk.officers.enable, _login(visit), visit.officer.login)
    return visit.redirect("/officers", "officers.enabled")


async def reset(visit: Visit) -> web.Response:
    """POST /desk/officers/{login}/reset: a new one-time password, shown on this page and nowhere else."""
    drops_second_factor = (await visit.form()).get("second-factor") == "drop"
    with _named():
        password = await visit.run(visit.desk.officers.reset, _login(visit), visit.officer.login, drops_second_factor)
    return visit.render("officers/password.html", login=_login(visit), password=password)


@contextmanager
def _named() -> Iterator[None]:
    """Around what is done to the officer of the address. Raises NotFound where there is none."""
    try:
        yield
    except NoSuchOfficer as error:
        raise NotFound from error


def _login(visit: Visit) -> str:
    return visit.request.match_info["login"]


def _bureau(visit: Visit, name: str) -> str:
    """One of the office's, or none. Raises BadForm."""
    if name and name not in visit.bureau_names:
        raise BadForm
    return name


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError as error:
        raise BadForm from error


async def _listing(visit: Visit, status: int = 200, told: str = "", typed: dict[str, str] | None = None) -> web.Response:
    everyone = await visit.run(visit.desk.officers.everyone)
    blank = {"login": "", "name": "", "bureau": "", "role": Role.OFFICER.value}
    return visit.render("officers/list.html", status, everyone=everyone, told=told, typed=typed or blank, **_choices(visit))


async def _show(visit: Visit, status: int = 200, told: str = "", typed: dict[str, str] | None = None) -> web.Response:
    with _named():
        one = await visit.run(visit.desk.officers.find, _login(visit))
    typed = typed or {"name": one.name, "bureau": one.bureau, "role": one.role.value}
    return visit.render("officers/one.html", status, one=one, told=told, typed=typed, **_choices(visit))


def _choices(visit: Visit) -> dict[str, object]:
    return {"bureaus": visit.bureau_names, "roles": [role.value for role in Role]}
