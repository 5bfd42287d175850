"""The audit log's pages, over HTTP."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta, timezone

from sqlalchemy import update

from actions.office.workdays import SHANGHAI
from actions.officers.register import Officers
from actions.officers.tables import AUDIT_ENDS
from actions.registry import Registry
from desk.services import Desk
from tests.actions.officers.samples import cheap_passwords
from tests.desk.conftest import SignIn


async def test_the_log_is_listed_page_by_page_and_found_by_officer(sign_in: SignIn, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    for place in range(120):
        desk.officers.audit.note("chen", "person.seen", f"S-{place}")
    page = await boss.get("/audit?officer=%20CHEN")
    assert "S-119<" in page.text
    assert "S-19<" not in page.text
    assert "<td>boss</td>" not in page.text
    older = re.search(r'href="/desk/audit\?(officer=CHEN&amp;before=\d+)"', page.text)
    assert older is not None
    second = await boss.get(f"/audit?{older[1].replace('&amp;', '&')}")
    assert "S-19<" in second.text
    assert "S-20<" not in second.text


async def test_it_is_found_by_ticket_action_and_day_and_told_in_words(sign_in: SignIn, registry: Registry, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    Officers(registry.database, registry.key, lambda: yesterday, cheap_passwords()).audit.note("chen", "person.seen", "ZJ-261125-AAAAAA")
    desk.officers.audit.note("chen", "person.seen", "ZJ-261125-BBBBBB")
    desk.officers.audit.note("chen", "something.new", "ZJ-261125-BBBBBB")
    today = datetime.now(SHANGHAI).date()
    page = (await boss.get("/audit?subject=zj-261125-bbbbbb")).text
    assert page.count('href="/desk/tickets/ZJ-261125-BBBBBB"') == 2
    assert "<td>查看姓名电话</td>" in page
    assert "<code>something.new</code>" in page
    assert "<code>something.new</code>" not in (await boss.get("/audit?action=person.seen")).text
    assert "AAAAAA" not in (await boss.get(f"/audit?action=person.seen&since={today}")).text
    page = (await boss.get(f"/audit?action=person.seen&until={today - timedelta(days=1)}")).text
    assert "AAAAAA" in page
    assert "BBBBBB" not in page
    boss.cookies["desk-language"] = "en"
    assert "<td>Name and phone seen</td>" in (await boss.get("/audit?action=person.seen")).text


async def test_odd_filters_are_refused_or_find_nothing_and_are_never_html(sign_in: SignIn) -> None:
    boss = await sign_in("administrator", login="boss")
    assert (await boss.get("/audit?since=yesterday")).status == 400
    assert (await boss.get("/audit?since=0001-01-01&until=9999-12-31&before=x")).status == 200
    for name in ("officer", "action", "subject"):
        page = await boss.get(f"/audit?{name}=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "没有符合条件的记录" in page.text


async def test_the_log_is_verified_and_every_tampering_is_told_with_its_place(sign_in: SignIn, registry: Registry, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    desk.officers.audit.note("chen", "person.seen", "S-7")
    verified = await boss.post("/audit/verify")
    head = re.search(r"<code>(\d+:[0-9a-f]{64})</code>", verified.text)
    assert head is not None
    assert "校验日志" in verified.text  # that is on record itself
    assert "日志完整" in (await boss.post("/audit/verify", {"noted": f" {head[1]} "})).text
    assert "整体替换" in (await boss.post("/audit/verify", {"noted": f"3:{'0' * 64}"})).text
    with registry.database.writing() as connection:
        connection.exec_driver_sql("UPDATE audit_log SET subject = 'other' WHERE subject = 'S-7'")
    broken = await boss.post("/audit/verify", {"noted": head[1]})
    assert re.search(r"日志被改动过：第\d+条：记录被改动过", broken.text)
    for nonsense in ("nonsense", f"1:{'g' * 64}", f"٣:{'0' * 64}"):
        page = await boss.post("/audit/verify", {"noted": nonsense})
        assert (page.status, "校验码的格式不对" in page.text) == (400, True)


async def test_a_log_whose_key_was_replaced_is_told_to_be_broken(sign_in: SignIn, registry: Registry) -> None:
    boss = await sign_in("administrator", login="boss")
    with registry.database.writing() as connection:
        connection.execute(update(AUDIT_ENDS).values(key=registry.key.encrypt(b"something else")))
    page = await boss.post("/audit/verify")
    assert (page.status, "密钥读不出来" in page.text) == (200, True)


async def test_what_the_filter_finds_is_exported_and_that_is_on_record(sign_in: SignIn, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    for place in range(3):
        desk.officers.audit.note("chen", "person.seen", f"=S-{place}")
    lines = await boss.post("/audit/export", {"form": "jsonl"})
    rows = [json.loads(line) for line in lines.text.splitlines()]
    assert (rows[0]["sequence"], rows[-1]["action"], rows[-1]["officer"]) == (1, "log.exported", "boss")
    assert lines.headers["Content-Type"].startswith("application/x-ndjson")
    assert re.search(r'attachment; filename="audit-log-\d{8}-\d{4}\.jsonl"', lines.headers["Content-Disposition"])
    assert lines.headers["Cache-Control"] == "no-store"
    table = await boss.post("/audit/export", {"form": "csv", "officer": "chen", "action": "person.seen"})
    found = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert [row[4] for row in found] == ["对象", "'=S-0", "'=S-1", "'=S-2"]
    assert desk.officers.audit.page(limit=1)[0].detail == "csv officer=chen&action=person.seen"
    assert (await boss.post("/audit/export", {"form": "exe"})).status == 400
