"""Signing in, one's own account, the officers' pages and the audit log, over HTTP."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime, timezone

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from actions.officers import totp
from actions.officers.model import Role
from desk.guard import session_cookie
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, add
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
    page = await officer.post("/account/second-factor")
    assert "<svg" in page.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert secret is not None
    assert (await officer.post("/account/second-factor/confirm", {"code": "000000"})).status in (303, 400)
    raw = base64.b32decode(secret[1].replace(" ", ""))
    code = totp.code_at(raw, totp.step_at(datetime.now(timezone.utc)))
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


async def test_the_audit_log_is_listed_filtered_verified_and_exported(sign_in: SignIn, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    for place in range(120):
        desk.officers.audit.note("chen", "looked", f"ZJ-{place}")
    page = await boss.get("/audit?officer=chen")
    older = re.search(r"before=(\d+)", page.text)
    assert older is not None
    assert "ZJ-119" in page.text
    assert "ZJ-19<" not in page.text
    assert "ZJ-19<" in (await boss.get(f"/audit?officer=chen&before={older[1]}")).text
    verified = await boss.post("/audit/verify")
    head = re.search(r"<code>(\d+:[0-9a-f]{64})</code>", verified.text)
    assert head is not None
    exported = await boss.post("/audit/export")
    rows = [json.loads(line) for line in exported.text.splitlines()]
    assert rows[-1]["action"] == "log.exported"
    assert "日志完整" in (await boss.post("/audit/verify", {"noted": head[1]})).text
    with desk.registry.database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_log SET subject = 'other' WHERE subject = 'ZJ-7'")
    assert "被改动过" in (await boss.post("/audit/verify", {"noted": head[1]})).text
    assert (await boss.post("/audit/verify", {"noted": "nonsense"})).status == 400
