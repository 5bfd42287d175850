"""One request to the desk, as the views see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

from aiohttp import web
from markupsafe import Markup
from multidict import MultiDict, MultiDictProxy
from sqlalchemy.engine import Connection

from actions.officers.model import Officer, Permission, may
from desk.refusals import BadForm, Forbidden
from desk.services import Desk
from desk.texts import LANGUAGES, Language

MOUNTED = "/desk"
LANGUAGE_COOKIE = "desk-language"
NOTICE_COOKIE = "desk-notice"
P = ParamSpec("P")
T = TypeVar("T")


class Guest:
    """Somebody who is not signed in."""

    def __init__(self, request: web.Request, desk: Desk) -> None:
        self.request = request
        self.desk = desk

    @property
    def language(self) -> Language:
        """Chinese unless chosen otherwise."""
        chosen = self.request.cookies.get(LANGUAGE_COOKIE)
        return next((language for language in LANGUAGES if language == chosen), "zh")

    def t(self, key: str, **values: object) -> str:
        """A text in the visitor's language. Raises KeyError."""
        return self.desk.renderer.texts.get(self.language, key, **values)

    async def form(self) -> MultiDictProxy[str]:
        """The fields of a posted form. Raises BadForm where something else was posted."""
        if self.request.content_type != "application/x-www-form-urlencoded":
            raise BadForm
        fields: MultiDict[str] = MultiDict()
        try:
            for name, value in (await self.request.post()).items():
                fields.add(name, str(value))
        except (UnicodeDecodeError, ValueError, LookupError) as error:
            raise BadForm from error
        return MultiDictProxy(fields)

    async def run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call blocking code. Its exceptions come out here."""
        return await asyncio.get_running_loop().run_in_executor(self.desk.threads, lambda: work(*arguments, **named))

    def render(self, template: str, status: int = 200, **values: object) -> web.Response:
        """A page."""
        asked = self.request.cookies.get(NOTICE_COOKIE, "")
        notice = asked if asked in self.desk.renderer.texts else ""
        known: dict[str, Any] = {"path": path, "here": self.request.path, "notice": notice, **self._values()}
        text = self.desk.renderer.render(template, self.language, {**known, **values})
        response = web.Response(text=text, status=status, content_type="text/html")
        if asked:
            response.del_cookie(NOTICE_COOKIE, path=MOUNTED)
        return response

    def redirect(self, to: str, notice: str = "") -> web.Response:
        """On to another page, below /desk, that shows the notice once. The notice is a key of a text."""
        response = web.Response(status=303, headers={"Location": path(to)})
        if notice:
            response.set_cookie(NOTICE_COOKIE, notice, path=MOUNTED, max_age=30, httponly=True, samesite="Strict")
        return response

    def _values(self) -> dict[str, object]:
        return {"officer": None, "csrf": "", "csrf_field": lambda: Markup(""), "may": lambda *_: False}


class Visit(Guest):
    """An officer who is signed in."""

    def __init__(self, request: web.Request, desk: Desk, officer: Officer, csrf: str, token: str) -> None:
        super().__init__(request, desk)
        self.officer = officer
        self.csrf = csrf
        self.token = token
        """Of the session: a secret."""

    def may(self, permission: Permission, *bureaus: str) -> bool:
        """Whether the officer may do that with what belongs to any of the bureaus; to none, where none is given."""
        return any(may(self.officer, permission, bureau) for bureau in (bureaus or (None,)))

    def require(self, permission: Permission, *bureaus: str) -> None:
        """Raises Forbidden where the officer may not."""
        if not self.may(permission, *bureaus):
            raise Forbidden

    @property
    def bureau_names(self) -> list[str]:
        """All bureaus that the office lists."""
        return [bureau.name for bureau in self.desk.registry.office.current.directory.bureaus]

    def on_record(self, action: str, subject: str = "", bureau: str = "", detail: str = "") -> Callable[[Connection], object]:
        """Writes what the officer does into the audit log: to be called as the last thing in its transaction.

        The detail never holds what an enquirer told of themselves.
        """
        row = {"officer": self.officer.login, "action": action, "subject": subject, "bureau": bureau, "detail": detail}
        return partial(self.desk.officers.audit.append, **row)

    def _values(self) -> dict[str, object]:
        def may_named(permission: str, *bureaus: str) -> bool:
            return self.may(Permission(permission), *(bureaus or (self.officer.bureau,)))

        field = Markup('<input type="hidden" name="csrf" value="{}">').format(self.csrf)
        return {"officer": self.officer, "csrf": self.csrf, "csrf_field": lambda: field, "may": may_named}


def path(*parts: object) -> str:
    """An address below /desk: path("tickets", number) or path("/tickets")."""
    if len(parts) == 1 and str(parts[0]).startswith("/"):
        return MOUNTED + str(parts[0])
    return "/".join([MOUNTED, *(quote(str(part), safe="") for part in parts)])
