"""Who gets past the guard of the desk, and what they see if they do not."""

from __future__ import annotations

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from actions.officers.model import Permission, Role, may
from desk.guard import CONTENT_POLICY, MAX_FORM_BYTES
from desk.route import PUBLIC, Route
from desk.routes import ROUTES
from desk.services import Desk
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn

Client = TestClient[web.Request, web.Application]
_SAMPLES = {"number": "ZJ-20260101-0000", "login": "nobody", "mark": "0" * 16, "id": "1", "name": "none", "step": "0", "bureau": "tax"}


def _address(route: Route) -> str:
    path = route.path
    while "{" in path:
        name = path[path.index("{") + 1 : path.index("}")]
        path = path.replace("{" + name + "}", _SAMPLES.get(name.split(":")[0], "1"))
    return path


async def _status(browsing: Browsing, route: Route) -> int:
    page = await (browsing.get(_address(route)) if route.method == "GET" else browsing.post(_address(route)))
    return page.status


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
async def test_each_role_is_refused_exactly_the_addresses_whose_permission_it_lacks(sign_in: SignIn, role: Role) -> None:
    browsing = await sign_in(role.value)
    guarded = [route for route in ROUTES if isinstance(route.access, Permission) and "live" not in route.path]
    refused = {
        (route.method, route.path)
        for route in guarded
        if isinstance(route.access, Permission) and not may(browsing.officer, route.access, browsing.officer.bureau)
    }
    for route in guarded:
        status = await _status(browsing, route)
        is_refused = (route.method, route.path) in refused
        assert (status == 403) == is_refused or (status == 403 and role is not Role.ADMINISTRATOR), (route.method, route.path, status)
        assert status < 500, (route.method, route.path, status)


async def test_without_a_session_every_page_leads_to_the_sign_in_and_every_form_is_refused(client: Client) -> None:
    for route in ROUTES:
        if route.access is PUBLIC:
            continue
        async with client.request(route.method, f"/desk{_address(route)}", allow_redirects=False) as response:
            assert response.status == (303 if route.method == "GET" else 401), route
            assert response.status == 401 or response.headers["Location"].startswith("/desk/sign-in?next="), route


async def test_a_form_without_the_sessions_token_or_from_another_site_changes_nothing(sign_in: SignIn) -> None:
    browsing = await sign_in("administrator")
    for route in ROUTES:
        if route.method != "POST" or route.access is PUBLIC:
            continue
        assert (await browsing.post(_address(route), csrf="forged")).status == 400, route
        assert (await browsing.post(_address(route), Origin="https://elsewhere.example")).status == 400, route


async def test_every_page_has_the_strict_policy_and_is_never_kept(sign_in: SignIn) -> None:
    page = await (await sign_in()).get("/nothing-of-this-name")
    assert page.status == 404
    assert page.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert page.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in CONTENT_POLICY


async def test_a_form_that_is_too_large_is_refused_with_words(sign_in: SignIn) -> None:
    page = await (await sign_in()).post("/language", {"language": "x" * MAX_FORM_BYTES})
    assert page.status == 413
    assert "过大" in page.text


async def test_what_is_no_form_is_refused(sign_in: SignIn, client: Client) -> None:
    browsing = await sign_in()
    cookie = "; ".join(f"{name}={value}" for name, value in browsing.cookies.items())
    async with client.post(
        "/desk/language", data=json.dumps({}), headers={"Cookie": cookie, "Content-Type": "application/json"}
    ) as response:
        assert response.status == 400


async def test_the_language_is_chosen_by_a_form_and_leads_back_to_where_one_was(sign_in: SignIn) -> None:
    browsing = await sign_in()
    page = await browsing.post("/language", {"language": "en"}, Referer="http://127.0.0.1/desk/tickets")
    assert (page.status, page.headers["Location"]) == (303, "/desk/tickets")
    browsing.cookies["desk-language"] = "en"
    assert "There is no such page" in (await browsing.get("/nothing-of-this-name")).text


async def test_a_referrer_elsewhere_leads_nowhere_else(sign_in: SignIn) -> None:
    page = await (await sign_in()).post("/language", {"language": "en"}, Referer="https://elsewhere.example/desk.evil")
    assert page.headers["Location"] == "/desk/tickets"


async def test_a_notice_in_a_cookie_is_shown_only_if_it_is_one_of_ours(sign_in: SignIn, desk: Desk) -> None:
    browsing = await sign_in()
    browsing.cookies["desk-notice"] = "<script>alert(1)</script>"
    assert "alert(1)" not in (await browsing.get("/nothing-of-this-name")).text
