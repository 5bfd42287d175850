"""The officers' desk in a real browser: at work, by keyboard, by two at once, under attack, and for everybody (WCAG 2.1 AA)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Page, expect

from actions.conversations.model import Author, Said, Turn
from actions.officers.model import Role
from actions.questions import Asked, Rating, Remark, Status
from actions.questions.likeness import Likeness, Vectors
from actions.questions.model import conversation_mark
from actions.questions.register import Questions
from actions.tickets.history import utc_now
from actions.tickets.model import Outcome, State
from docs.desk_sample import BUREAU, PASSWORD, add_conversations, add_questions, add_tickets
from tests.acceptance.browser import find_chromium
from tests.acceptance.desk_pages import TABLET, WIDE, Office, open_office, overflow, pages_by_address, violations
from tests.actions.tickets.samples import NAME
from tests.desk.faq_samples import ENTRY, LAND, begin_new_entry
from tests.desk.ticket_samples import open_ticket

pytestmark = pytest.mark.acceptance

if find_chromium() is None and not os.environ.get("CI"):
    pytest.skip("no Chromium here: install the package chromium or set CHROMIUM", allow_module_level=True)

SCRIPT, IMAGE, FORMULA = "<script>window.hacked=1</script>", '"><img src=x onerror=window.hacked=1>', "{{7*7}}"
HOSTILE = SCRIPT + IMAGE + FORMULA
_LIVE_MS = 15_000
"""Within which a page shows what somebody else has done."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A desk with officers; no page of it may complain of anything."""
    async with open_office(tmp_path) as opened:
        yield opened
    assert opened.complaints == []


# For everybody.


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_page_keeps_anybody_out_and_none_is_wider_than_a_tablet(office: Office, language: str) -> None:
    filled = _filled(office)
    boss, guest = await office.signed_in("boss", language), await office.computer(language)
    found: list[str] = []
    for path in (*pages_by_address(), *filled, await _group(office, boss)):
        page = guest if path == "/sign-in" else boss
        await page.set_viewport_size(WIDE)
        await office.open(page, path)
        assert page.url.startswith(f"{office.url}{path}")
        await expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-Hans")
        await expect(page.locator("h1")).to_have_count(1)
        found += await violations(page)
        await page.set_viewport_size(TABLET)
        if wider := await overflow(page):
            found.append(f"{page.url}: {wider} px wider than a tablet")
    assert found == []


async def test_what_forms_answer_keeps_nobody_out_either(office: Office) -> None:
    found: list[str] = []
    stranger = await office.computer(expects_refusals=True)
    await _try_to_sign_in(stranger, office, "boss", "wrong")
    found += await violations(stranger)
    await stranger.goto(f"{office.url}/nothing")
    found += await violations(stranger)
    boss = await office.signed_in("boss")
    await office.open(boss, "/audit")
    await boss.click("form[action$='/verify'] button")
    await expect(boss.locator(".notice-ok")).to_be_visible()
    found += await violations(boss)
    await office.open(boss, "/officers/wanghai")
    await boss.click("form[action$='/reset'] button")
    await expect(boss.locator(".notice-warn")).to_be_visible()
    found += await violations(boss)
    await office.open(boss, "/account")
    await boss.fill("#password", f"{PASSWORD}boss")
    await boss.click("form[action$='/second-factor'] button")
    await expect(boss.locator("#code")).to_be_visible()
    found += await violations(boss)
    assert found == []


def _filled(office: Office) -> tuple[str, ...]:
    """A month's work; a page of each kind that it makes."""
    now, registry = utc_now(), office.desk.registry
    add_tickets(registry, now, number=12)
    number = open_ticket(office.desk, 1, track="environmental-approval", clause="task-12").number
    office.desk.registry.tickets.note(number, f"{BUREAU} 李明", "已电话联系。")
    mark = add_conversations(registry, now)[0]
    add_questions(registry, now, number=60)
    office.desk.faq.versions.follow([LAND])
    (version,) = office.desk.faq.versions.page(LAND)
    draft = f"/faq/drafts/{begin_new_entry(office.desk, 'boss', '厂房怎么租').id}"
    faq = (f"/faq/entries/{ENTRY}", draft, f"{draft}?mode=yaml", f"{draft}/preview", f"/faq/versions/{version.id}")
    return f"/tickets/{number}", f"/tickets/{number}/print", f"/conversations/{mark}", "/officers/liming", *faq


async def _group(office: Office, page: Page) -> str:
    """Address of the first group of questions without answers."""
    await office.open(page, "/unanswered")
    address = await page.locator("table.list tbody a").first.get_attribute("href")
    assert address
    return address.removeprefix("/desk")


# At work.


async def test_a_ticket_is_found_accepted_answered_and_closed(office: Office) -> None:
    ticket = open_ticket(office.desk, 1, company="江门海味食品有限公司", track="investment-project", clause="task-17", district="雷州市")
    open_ticket(office.desk, 2, track="investment-project", clause="task-17", district="雷州市")
    page = await office.signed_in("wanghai")
    await expect(page.locator("table.tickets tbody tr")).to_have_count(2)
    await page.fill("#text", "江门海味")
    await page.press("#text", "Enter")
    await expect(page.locator("table.tickets tbody tr")).to_have_count(1)
    await page.click(f"text={ticket.number}")
    await expect(page.locator("h1")).to_contain_text("江门海味食品有限公司")
    await expect(page.locator("#person-shown")).not_to_contain_text(NAME)

    await _send(page, "受理", "已受理。")
    await page.get_by_role("button", name="查看姓名电话").click()
    await expect(page.locator("#person-shown")).to_contain_text(NAME)
    await expect(page.locator("#person-shown a[href^='tel:']")).to_have_text(re.compile(r"138 ?0013 ?8001"))
    assert _logged(office, "person.seen") == [("wanghai", ticket.number, "市投资促进局")]

    await page.fill("#note-text", "联系人下午才在。")
    await _send(page, "保存备注", "备注已保存。")
    await page.fill("#reply-text", "您好，请先准备可行性研究报告。")
    await _send(page, "发送答复", "答复已发出。")
    await expect(page.locator(".timeline")).to_contain_text("您好，请先准备可行性研究报告。")
    await expect(page.locator(".timeline")).not_to_contain_text("联系人下午才在。")
    step = page.get_by_role("checkbox", name="组建项目专班，明确联络人")
    await expect(step).not_to_be_checked()
    await step.click()
    await expect(page.locator("main .notice-ok")).to_have_text("步骤已更新。")
    await expect(step).to_be_checked()
    await page.locator("summary", has_text="办结").click()
    await page.select_option("#outcome", label="已落实")
    await _send(page, "办结", "已办结。")

    standing = office.desk.registry.tickets.standing(ticket.number)
    assert (standing.ticket.state, standing.ticket.outcome) == (State.CLOSED, Outcome.SETTLED)
    assert [reply.text for reply in standing.replies] == ["您好，请先准备可行性研究报告。"]
    assert _logged(office, "ticket.closed") == [("wanghai", ticket.number, "市投资促进局")]


async def test_another_bureaus_officer_does_not_find_a_ticket(office: Office) -> None:
    ticket = open_ticket(office.desk, 1, company="江门海味食品有限公司", track="investment-project", clause="task-17", district="雷州市")
    page = await office.signed_in("liming", expects_refusals=True)
    for address in (f"text={ticket.number}", "text=江门海味", f"bureau=市投资促进局&text={ticket.number}"):
        await office.open(page, f"/tickets?state=all&{address}")
        await expect(page.locator("main")).to_contain_text("没有符合这些条件的工单。")
    assert await office.status(page, f"/tickets/{ticket.number}") == 404
    await expect(page.locator("main")).not_to_contain_text("江门海味")


async def _send(page: Page, button: str, told: str) -> None:
    await page.get_by_role("button", name=button, exact=True).click()
    await expect(page.locator("main .notice-ok")).to_have_text(told)


def _logged(office: Office, action: str) -> list[tuple[str, str, str]]:
    """Officer, subject and bureau of rows of the audit log."""
    rows = [json.loads(line) for line in "".join(office.desk.officers.audit.export()).splitlines()]
    return [(row["officer"], row["subject"], row["bureau"]) for row in rows if row["action"] == action]


# At the door.


async def test_five_wrong_passwords_lock_the_account_and_the_page_says_until_when(office: Office) -> None:
    page = await office.computer(expects_refusals=True)
    for _ in range(5):
        await _try_to_sign_in(page, office, "liming", "wrong")
        await expect(page.locator("[role=alert]")).to_have_text("账号、密码或验证码不正确。")
        await expect(page.locator("#password")).to_be_focused()
    await _try_to_sign_in(page, office, "liming", f"{PASSWORD}liming")
    told = await page.locator("[role=alert]").inner_text()
    named = re.search(r"请在 (\d{4}-\d\d-\d\d \d\d:\d\d) 之后再试", told)
    assert named, told
    until = datetime.strptime(named[1], "%Y-%m-%d %H:%M").replace(tzinfo=timezone(timedelta(hours=8)))
    assert timedelta(minutes=14) < until - utc_now() <= timedelta(minutes=16)
    await page.goto(f"{office.url}/tickets")
    await expect(page).to_have_url(re.compile("/desk/sign-in"))
    await _try_to_sign_in(page, office, "wanghai", f"{PASSWORD}wanghai")
    await expect(page).to_have_url(f"{office.url}/tickets")


async def test_signing_in_and_opening_a_ticket_need_no_mouse(office: Office) -> None:
    ticket = open_ticket(office.desk, 1)
    page = await office.computer()
    await office.open(page, "/sign-in")
    await expect(page.locator("#login")).to_be_focused()
    await page.keyboard.type("liming")
    await page.keyboard.press("Tab")
    await page.keyboard.insert_text(f"{PASSWORD}liming")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="登录", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{office.url}/tickets")

    await page.keyboard.press("Tab")
    await expect(page.get_by_text("跳到正文")).to_be_focused()
    assert await page.get_by_text("跳到正文").evaluate("link => link.clientWidth > 60 && getComputedStyle(link).clipPath === 'none'")
    await page.keyboard.press("Enter")
    await _tab_to(page, f"a[href$='{ticket.number}']")
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text(ticket.number)
    await _tab_to(page, "form[action$='/accept'] button")
    await page.keyboard.press("Enter")
    await expect(page.locator("main .notice-ok")).to_have_text("已受理。")


async def _try_to_sign_in(page: Page, office: Office, login: str, password: str) -> None:
    await page.goto(f"{office.url}/sign-in")
    await page.fill("#login", login)
    await page.fill("#password", password)
    async with page.expect_navigation():
        await page.press("#password", "Enter")


async def _tab_to(page: Page, selector: str, most: int = 60) -> None:
    for _ in range(most):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} is not reached by {most} tabs")


# Under attack.


async def test_what_people_typed_is_shown_and_never_run(office: Office) -> None:
    attacked = _attacked(office)
    boss = await office.signed_in("boss", ignores_policy=True)
    shown = (*attacked, await _group(office, boss))
    rival = await office.signed_in("mallory", ignores_policy=True)
    await office.open(rival, shown[1])
    for path in (*shown, *(path for path in pages_by_address() if path not in ("/sign-in", *shown))):
        await office.open(boss, path)
        await expect(boss.locator("h1")).to_have_count(1)
        await _is_harmless(boss)
        if path in shown:
            words = await boss.locator("body").inner_text() + "".join(
                await boss.locator("input, textarea").evaluate_all("fields => fields.map((field) => field.value)")
            )
            assert SCRIPT in words, path
    # What a page fetches by itself: who else is here, and what they have just done.
    await office.open(boss, shown[1])
    await expect(boss.locator("#beside")).to_contain_text(SCRIPT, timeout=_LIVE_MS)
    await rival.fill("#reply-text", HOSTILE)
    await _send(rival, "发送答复", "答复已发出。")
    await expect(boss.locator("#beside q")).to_have_text(HOSTILE, timeout=_LIVE_MS)
    await _is_harmless(boss)
    await _is_harmless(rival)


async def _is_harmless(page: Page) -> None:
    assert await page.evaluate("window.hacked") is None, page.url
    assert await page.locator("img[src=x], script:not([src])").count() == 0, page.url


def _attacked(office: Office) -> tuple[str, ...]:
    """Everything that anybody can type is hostile; the pages that show some of it: the list of tickets and the ticket first."""
    desk, now = office.desk, utc_now()
    tickets, officers = desk.registry.tickets, desk.officers
    once = officers.add("mallory", HOSTILE[:64], BUREAU, Role.OFFICER, "boss")
    officers.end(officers.change_password(officers.sign_in("mallory", once, None, "").token, once, f"{PASSWORD}mallory").token)
    mallory = officers.find("mallory")

    number = open_ticket(desk, 1, company=HOSTILE, need=HOSTILE, industry=HOSTILE, time=HOSTILE, question=HOSTILE, conversation="").number
    tickets.accept(number, BUREAU, HOSTILE)
    tickets.note(number, f"{BUREAU} {mallory.name}"[:64], HOSTILE)
    tickets.comment(number, BUREAU, HOSTILE)

    answer = {"status": "abstained", "citations": [], "bureaus": {"principal": [BUREAU], "supporting": []}, "score": 0.2}
    said = (Said(Author.ENQUIRER, HOSTILE), Said(Author.BOT, HOSTILE, answer=answer))
    desk.conversations.record([Turn("attack", "web", now, said)])
    mark = conversation_mark("attack")
    desk.conversations.take_over(mark, mallory, BUREAU, True, lambda connection, *_: None)
    talked = open_ticket(desk, 2, company=HOSTILE, conversation=mark).number
    desk.conversations.say(mark, mallory, HOSTILE, lambda connection, *_: None)

    questions = Questions(desk.registry.database, Likeness(_all_alike))
    questions.record([Asked(now, "attack", "web", HOSTILE, Status.ABSTAINED, "", "", 0.2)])
    questions.remark(Remark(now, "attack", "web", HOSTILE, Rating.DOWN, HOSTILE))
    draft = f"/faq/drafts/{begin_new_entry(desk, 'mallory', HOSTILE).id}"
    return (
        "/tickets",
        f"/tickets/{number}",
        f"/tickets/{number}/print",
        f"/tickets/{talked}",
        f"/tickets?text={number}&state=all&from=%3Cscript%3Ewindow.hacked=1%3C/script%3E",
        "/conversations",
        f"/conversations/{mark}",
        "/unanswered",
        "/officers",
        "/officers/mallory",
        draft,
        f"{draft}?mode=yaml",
        f"{draft}/preview",
    )


def _all_alike(texts: Sequence[str]) -> Vectors:
    return np.ones((len(texts), 1), dtype=np.float32)


# By two at once.


async def test_two_officers_see_each_other_and_what_the_other_does(office: Office) -> None:
    ticket = open_ticket(office.desk, 1)
    li, chen = await office.signed_in("liming"), await office.signed_in("chenxia")
    watching = await office.signed_in("chenxia")
    row = watching.locator("tr", has_text=ticket.number)
    await expect(row).to_contain_text("待受理")
    await watching.evaluate("window.isSame = true")

    await office.open(li, f"/tickets/{ticket.number}")
    await expect(li.locator("#beside")).not_to_contain_text("正在查看")
    await office.open(chen, f"/tickets/{ticket.number}")
    await expect(chen.locator("#beside")).to_contain_text(f"李明（{BUREAU}）正在查看", timeout=_LIVE_MS)
    await expect(li.locator("#beside")).to_contain_text(f"陈霞（{BUREAU}）正在查看", timeout=_LIVE_MS)

    await _send(li, "受理", "已受理。")
    await expect(row).to_contain_text("办理中", timeout=_LIVE_MS)
    await expect(chen.locator("#beside")).to_contain_text("这件工单刚有变化", timeout=_LIVE_MS)
    new = open_ticket(office.desk, 2)
    await expect(watching.locator("tr", has_text=new.number)).to_contain_text("待受理", timeout=_LIVE_MS)
    assert await watching.evaluate("window.isSame")

    # Whoever goes away is no longer named.
    await office.open(li, "/tickets")
    await expect(chen.locator("#beside")).not_to_contain_text("正在查看", timeout=_LIVE_MS)
