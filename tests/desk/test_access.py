"""Signing in, one's own account and the officers' pages, over HTTP."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from actions.office.workdays import SHANGHAI
from actions.officers import totp
from actions.officers.errors import LockedOut
from actions.officers.model import Role
from actions.officers.register import Officers
from actions.registry import Registry
from actions.settings import SettingError
from desk.guard import session_cookie
from desk.pages.access.cookies import keep_session
from desk.services import Desk
from desk.settings import read_desk_settings
from desk.sweep import sweep
from tests.actions.officers.samples import BUREAU, add, cheap_passwords
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def browsing(client: Client, desk: Desk) -> Browsing:
    """Somebody who is not signed in."""
    add(desk.officers, "chen")
    return Browsing(client, {}, "", desk.officers.find("chen"))


async def _sign_in(browsing: Browsing, password: str, login: str = "chen", **more: str) -> tuple[int, str, str]:
    page = await browsing.post("/sign-in", {"login": login, "password": password, **more})
    return page.status, page.headers.get("Location", ""), page.text


async def test_the_right_password_opens_the_page_that_was_asked_for(browsing: Browsing, desk: Desk) -> None:
    page = await browsing.get("/tickets?state=new")
    asked = re.search(r"next=(\S+)", page.headers["Location"])
    assert asked is not None
    form = await browsing.get(f"/sign-in?next={asked[1]}")
    assert 'value="/desk/tickets?state=new"' in form.text
    page = await browsing.post("/sign-in", {"login": " Chen ", "password": "榕树下第三把椅子-chen", "next": "/desk/tickets?state=new"})
    assert (page.status, page.headers["Location"]) == (303, "/desk/tickets?state=new")
    cookie = page.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    token = re.match(rf"{session_cookie(desk)}=([^;]+)", cookie)
    assert token is not None
    signed_in = Browsing(browsing.client, {session_cookie(desk): token[1]}, "", browsing.officer)
    assert (await signed_in.get("/account")).status == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/desk//evil.example", "/desk/\\evil.example", "/other"])
async def test_signing_in_leads_nowhere_else(browsing: Browsing, elsewhere: str) -> None:
    _, location, _ = await _sign_in(browsing, "榕树下第三把椅子-chen", next=elsewhere)
    assert location == "/desk/tickets"


async def test_a_wrong_password_and_an_unknown_login_are_told_alike_and_then_locked_out(browsing: Browsing) -> None:
    told = [await _sign_in(browsing, "falsch" * 3, login) for login in ("chen", "nobody")]
    assert [status for status, _, _ in told] == [401, 401]
    assert "账号、密码或验证码不正确" in told[0][2]
    for _ in range(4):
        await _sign_in(browsing, "falsch" * 3)
    status, _, text = await _sign_in(browsing, "榕树下第三把椅子-chen")
    assert status == 429
    assert re.search(r"请在 \d{4}-\d\d-\d\d \d\d:\d\d 之后再试", text)


async def test_a_one_time_password_opens_nothing_but_the_choice_of_an_own_one(browsing: Browsing, desk: Desk) -> None:
    once = desk.officers.add("neu", "新人", BUREAU, Role.OFFICER, "boss")
    token = desk.officers.sign_in("neu", once, None, "x")
    new = Browsing(browsing.client, {session_cookie(desk): token.token}, token.csrf, token.officer)
    for path in ("/tickets", "/account", "/audit", "/officers"):
        page = await new.get(path)
        assert (page.status, page.headers.get("Location")) == (303, "/desk/password"), path
    assert (await new.post("/password", {"current": once, "new": "1234567890", "again": "1234567890"})).status == 400
    assert (await new.post("/password", {"current": once, "new": "海边的第七棵荔枝树", "again": "另外一个"})).status == 400
    page = await new.post("/password", {"current": once, "new": "海边的第七棵荔枝树下", "again": "海边的第七棵荔枝树下"})
    assert (page.status, page.headers["Location"]) == (303, "/desk/tickets")


async def test_a_second_factor_is_enrolled_by_its_first_code_and_asked_for_from_then_on(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in("officer", login="liming")
    assert (await officer.post("/account/second-factor", {"password": "falsch" * 3})).status == 400
    page = await officer.post("/account/second-factor", {"password": "榕树下第三把椅子-liming"})
    assert "<svg" in page.text
    assert "style=" not in page.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert secret is not None
    raw = base64.b32decode(secret[1].replace(" ", ""))
    code = totp.code_at(raw, totp.step_at(datetime.now(timezone.utc)))
    wrong = await officer.post("/account/second-factor/confirm", {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert (wrong.status, "验证码不正确" in wrong.text, 'name="code"' in wrong.text) == (400, True, True)
    assert "<svg" not in wrong.text
    assert (await officer.post("/account/second-factor/confirm", {"code": code})).status == 303
    status, _, text = await _sign_in(officer, "榕树下第三把椅子-liming", "liming")
    assert (status, 'name="code"' in text) == (200, True)
    later = totp.code_at(raw, totp.step_at(datetime.now(timezone.utc)) + 1)
    status, location, _ = await _sign_in(officer, "榕树下第三把椅子-liming", "liming", code=later)
    assert (status, location) == (303, "/desk/tickets")


async def test_signing_out_ends_the_session(sign_in: SignIn) -> None:
    officer = await sign_in()
    assert (await officer.post("/sign-out")).headers["Location"] == "/desk/sign-in"
    assert (await officer.get("/account")).status == 303


async def test_an_administrator_adds_changes_disables_and_resets_officers_and_all_of_it_is_on_record(sign_in: SignIn, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    page = await boss.post("/officers", {"login": "wang", "name": '<script>alert("x")</script>', "bureau": BUREAU, "role": "officer"})
    assert page.status == 200
    assert "<script>alert" not in (await boss.get("/officers")).text
    password = re.findall(r"<code>([^<]+)</code>", page.text)[1]
    assert password not in (await boss.get("/officers/wang")).text
    wang = desk.officers.sign_in("wang", password, None, "x")
    assert (await boss.post("/officers/wang", {"name": "王海", "bureau": "市税务局", "role": "supervisor"})).status == 303
    assert (desk.officers.find("wang").bureau, desk.officers.find("wang").role) == ("市税务局", Role.SUPERVISOR)
    assert (await boss.post("/officers/wang/disable")).status == 303
    assert desk.officers.session(wang.token) is None
    assert (await boss.post("/officers/wang/enable")).status == 303
    assert (await boss.post("/officers/wang/reset")).status == 200
    log = (await boss.get("/audit?subject=wang")).text
    for action in ("officer.added", "officer.changed", "officer.disabled", "officer.enabled", "officer.reset"):
        assert action in log


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"login": "boss", "name": "又", "bureau": "", "role": "administrator"}, "已经有人使用"),
        ({"login": "错误", "name": "又", "bureau": "", "role": "administrator"}, ""),
        ({"login": "new", "name": "", "bureau": BUREAU, "role": "officer"}, ""),
        ({"login": "new", "name": "新", "bureau": "", "role": "officer"}, ""),
        ({"login": "new", "name": "新", "bureau": "火星局", "role": "officer"}, "格式不正确"),
        ({"login": "new", "name": "新", "bureau": BUREAU, "role": "king"}, "格式不正确"),
    ],
)
async def test_an_officer_that_cannot_be_is_refused_with_the_reason(sign_in: SignIn, desk: Desk, fields: dict[str, str], told: str) -> None:
    boss = await sign_in("administrator", login="boss")
    page = await boss.post("/officers", fields)
    assert page.status == 400
    assert told in page.text
    assert [one.login for one in desk.officers.everyone()] == ["boss"]


async def test_the_last_administrator_cannot_be_disabled_or_demoted(sign_in: SignIn) -> None:
    boss = await sign_in("administrator", login="boss")
    assert "最后一个" in (await boss.post("/officers/boss/disable")).text
    page = await boss.post("/officers/boss", {"name": "林", "bureau": BUREAU, "role": "officer"})
    assert (page.status, "最后一个" in page.text) == (400, True)
    assert 'value="林"' in page.text  # what was typed is not lost


async def test_the_minute_that_a_lock_out_ends_is_told_as_the_one_that_it_is_over_in(browsing: Browsing, desk: Desk) -> None:
    for _ in range(5):
        await _sign_in(browsing, "falsch" * 3)
    _, _, text = await _sign_in(browsing, "榕树下第三把椅子-chen")
    told = re.search(r"请在 (\d{4}-\d\d-\d\d \d\d:\d\d) 之后再试", text)
    assert told is not None
    with pytest.raises(LockedOut) as locked:
        desk.officers.sign_in("chen", "x", None, "y")
    over = datetime.strptime(told[1], "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert timedelta() <= over - locked.value.until < timedelta(minutes=1)


async def test_the_sign_in_speaks_both_languages_and_marks_the_fields_that_are_wrong(browsing: Browsing) -> None:
    english = Browsing(browsing.client, {"desk-language": "en"}, "", browsing.officer)
    page = await english.post("/sign-in", {"login": "chen", "password": "falsch" * 3})
    assert "Account, password or code is wrong." in page.text
    assert page.text.count('aria-invalid="true"') == 2
    assert '<html lang="en">' in page.text


async def test_who_signs_in_where_somebody_else_was_ends_their_session(sign_in: SignIn, desk: Desk) -> None:
    before = await sign_in("officer", login="liming")
    add(desk.officers, "wang")
    page = await before.post("/sign-in", {"login": "wang", "password": "榕树下第三把椅子-wang"})
    assert page.status == 303
    assert desk.officers.session(before.cookies[session_cookie(desk)]) is None


async def test_all_other_sessions_are_counted_and_ended_while_this_one_stays(sign_in: SignIn, desk: Desk) -> None:
    officer = await sign_in("officer", login="liming")
    assert "退出其他所有登录" not in (await officer.get("/account")).text
    elsewhere = desk.officers.sign_in("liming", "榕树下第三把椅子-liming", None, "x")
    assert "现有 2 处登录" in (await officer.get("/account")).text
    assert (await officer.post("/account/sessions")).headers["Location"] == "/desk/account"
    assert desk.officers.session(elsewhere.token) is None
    assert "现有 1 处登录" in (await officer.get("/account")).text


async def test_a_weak_password_is_told_in_the_officers_language(sign_in: SignIn) -> None:
    officer = await sign_in("officer", login="liming")
    officer.cookies["desk-language"] = "en"
    for new, told in (("short", "at least ten"), ("1234567890", "digits and signs only"), ("liming2026012345", "account&#39;s name")):
        page = await officer.post("/password", {"current": "榕树下第三把椅子-liming", "new": new, "again": new})
        assert (page.status, told in page.text) == (400, True), new


async def test_why_an_officer_was_refused_is_told_in_both_languages(sign_in: SignIn) -> None:
    boss = await sign_in("administrator", login="boss")
    fields = {"login": "boss", "name": "又", "bureau": "", "role": "administrator"}
    assert "已经有人使用" in (await boss.post("/officers", fields)).text
    boss.cookies["desk-language"] = "en"
    assert "This account is taken" in (await boss.post("/officers", fields)).text


async def test_pages_let_browsers_say_where_a_form_comes_from(browsing: Browsing) -> None:
    # With "no-referrer" they send "Origin: null" with our own forms, and every form would be refused.
    assert (await browsing.get("/sign-in")).headers["Referrer-Policy"] == "same-origin"
    refused = await browsing.post("/sign-in", {"login": "chen", "password": "榕树下第三把椅子-chen"}, Origin="null")
    assert refused.status == 400


async def test_over_https_the_cookie_is_one_that_only_this_host_can_set(desk: Desk) -> None:
    secure = replace(desk, public_url="https://desk.example.gov.cn")
    cookie = keep_session(web.Response(), secure, "token").cookies["__Host-desk"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, True, "/", "", "Strict")


async def test_a_sweep_drops_ended_sessions_and_old_records(registry: Registry, desk: Desk) -> None:
    long_ago = datetime.now(timezone.utc) - timedelta(days=366)
    before = Officers(registry.database, registry.key, lambda: long_ago, cheap_passwords())
    add(before, "chen")
    before.sign_in("chen", "榕树下第三把椅子-chen", None, "x")
    desk.officers.audit.note("chen", "person.seen")
    assert sweep(desk) == 5
    assert [row.action for row in desk.officers.audit.page()] == ["log.pruned", "person.seen"]
    assert desk.officers.audit.verify() is None
    with registry.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM officer_sessions").scalar() == 0


@pytest.mark.parametrize("minutes", ["1", "721", "x"])
def test_how_long_a_session_may_idle_has_bounds(minutes: str) -> None:
    with pytest.raises(SettingError, match="DESK_SESSION_IDLE_MINUTES"):
        read_desk_settings({"DESK_SESSION_IDLE_MINUTES": minutes})
