"""Signing in through the OpenID provider: there, and back with its answer."""

from __future__ import annotations

from aiohttp import web

from actions.officers.errors import NotAdmitted
from desk.oidc import question
from desk.oidc.errors import NotIdentified, OidcError, ProviderRefused, ProviderUnavailable
from desk.oidc.sign_on import SignOn
from desk.pages.access.cookies import keep_session
from desk.pages.access.sign_in import own_page, sign_in_page
from desk.refusals import NotFound
from desk.services import Desk
from desk.visit import MOUNTED, Guest, path

RETURN = f"{MOUNTED}/oidc/return"
"""Where the provider sends officers back; registered there with the service's address before it."""


async def leave(guest: Guest) -> web.Response:
    """GET /desk/oidc: on to the provider, with a question that only this browser can show."""
    sign_on = _sign_on(guest)
    asked = question.new_question(own_page(guest.request.query.get("next", "")))
    try:
        address = await sign_on.address(asked)
    except ProviderUnavailable as unavailable:
        return _refused(guest, unavailable)
    response = web.Response(status=303, headers={"Location": address})
    sealed = question.seal(asked, guest.desk.registry.key)
    # Lax, as the browser comes back from another site; it is good for nothing but that.
    seconds = int(question.LASTS.total_seconds())
    response.set_cookie(_cookie(guest.desk), sealed, path="/", max_age=seconds, httponly=True, secure=guest.desk.is_https, samesite="Lax")
    return response


async def come_back(guest: Guest) -> web.Response:
    """GET /desk/oidc/return: a session for whom the provider has identified, if they are an officer."""
    sign_on = _sign_on(guest)
    try:
        asked = question.unseal(guest.request.cookies.get(_cookie(guest.desk), ""), guest.desk.registry.key)
        login = await sign_on.login(asked, guest.request.query)
        signed_in = await guest.run(guest.desk.officers.sign_in_by_provider, login)
    except (OidcError, NotAdmitted) as refused:
        response = _refused(guest, refused)
    else:
        # The session's cookie is sent by no page that another site led to, and this one is: a page of ours has to lead on.
        response = keep_session(guest.render("access/entering.html", after=path(asked.after)), guest.desk, signed_in.token)
    response.del_cookie(_cookie(guest.desk), path="/", httponly=True, secure=guest.desk.is_https, samesite="Lax")
    return response


def _refused(guest: Guest, why: OidcError | NotAdmitted) -> web.Response:
    guest.desk.logger.warning(
        "desk_provider_sign_in_refused", kind=type(why).__name__, reason=str(why) if isinstance(why, OidcError) else ""
    )
    name = guest.desk.sign_on.name if guest.desk.sign_on is not None else ""
    match why:
        case ProviderUnavailable():
            return sign_in_page(guest, "", status=502, told=guest.t("access.provider-down", name=name))
        case ProviderRefused():
            return sign_in_page(guest, "", status=403, told=guest.t("access.provider-refused", name=name))
        case NotIdentified():
            return sign_in_page(guest, "", status=400, told=guest.t("access.provider-unproved"))
        case _:
            return sign_in_page(guest, "", status=403, told=guest.t("access.not-admitted", name=name))


def _sign_on(guest: Guest) -> SignOn:
    """Raises NotFound where there is no provider."""
    if guest.desk.sign_on is None:
        raise NotFound
    return guest.desk.sign_on


def _cookie(desk: Desk) -> str:
    return "__Host-desk-oidc" if desk.is_https else "desk-oidc"
