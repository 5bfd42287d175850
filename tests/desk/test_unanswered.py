"""The pages of what was not answered."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from aiohttp import ClientTimeout

from actions.officers.records import Wanted
from actions.questions import Asked, GroupState, Rating, Remark, Status
from actions.questions.groups import PAGE, Tab
from actions.questions.likeness import Likeness
from actions.questions.register import Questions
from desk.services import Desk
from tests.actions.questions.samples import by_characters
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import parsed, words

HOSTILE = '<img src=x onerror=alert(1)>"{{7*7}}'
PRICE = "每亩地多少钱"


def _asked(question: str, status: Status = Status.ABSTAINED, days_ago: int = 0, entry: str = "") -> Asked:
    return Asked(datetime.now(timezone.utc) - timedelta(days=days_ago), "m", "web", question, status, entry=entry, score=0.25)


@pytest.fixture
def questions(desk: Desk) -> Questions:
    """An open group, an old one, one off topic, one with a thumb down, one of an attacker."""
    filled = Questions(desk.registry.database, Likeness(by_characters))
    filled.record([_asked("老问题", days_ago=20), *[_asked(PRICE, entry="land-price")] * 3, _asked("今天天气", Status.OFF_TOPIC)])
    filled.record([_asked(HOSTILE, Status.UNSURE)])
    filled.remark(Remark(datetime.now(timezone.utc), "m", "web", "税怎么减", Rating.DOWN, HOSTILE))
    return filled


def _id(desk: Desk, wording: str, tab: Tab = Tab.OPEN) -> int:
    return next(each.group.id for each in desk.questions.page(tab) if each.group.wording == wording)


async def test_groups_are_listed_by_tab_and_period_with_their_counts(sign_in: SignIn, questions: Questions) -> None:
    officer = await sign_in()
    page = (await officer.get("/unanswered")).text
    assert re.search(PRICE + r".*?<td class=\"figure\">3</td>", page, re.DOTALL)
    assert "老问题" in page
    assert "今天天气" not in page
    assert "老问题" not in (await officer.get("/unanswered?days=7")).text
    assert "今天天气" in (await officer.get("/unanswered?tab=off-topic")).text
    assert "税怎么减" in (await officer.get("/unanswered?tab=down")).text
    assert PRICE not in (await officer.get("/unanswered?tab=decided")).text
    assert words(parsed(page), "//ul[@class='tabs']//small") == ["3", "1", "1", "0"]
    for path in ("tab=none", "days=5", "page=0", "page=x"):
        assert (await officer.get(f"/unanswered?{path}")).status == 404


async def test_a_long_list_is_leafed_through(sign_in: SignIn, questions: Questions) -> None:
    questions.record([_asked(chr(0x4E00 + place) * 3) for place in range(PAGE)])
    officer = await sign_in()
    first = parsed((await officer.get("/unanswered?days=90")).text)
    (address,) = first.xpath("//a[@rel='next']/@href")
    second = parsed((await officer.get(address.removeprefix("/desk"))).text)
    assert (len(first.xpath("//tbody/tr")), len(second.xpath("//tbody/tr"))) == (PAGE, 3)
    assert second.xpath("//a[@rel='prev']/@href") == ["/desk/unanswered?tab=open&days=90"]
    assert not second.xpath("//a[@rel='next']")


async def test_a_group_shows_its_questions_and_names_the_nearest_entry(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    officer = await sign_in()
    number = _id(desk, PRICE)
    page = parsed((await officer.get(f"/unanswered/{number}")).text)
    assert words(page, "//tbody/tr[1]/td")[1:] == [PRICE, "网页", "未答复", "0.25"]
    assert len(page.xpath("//tbody/tr")) == 3
    assert page.xpath("//a[@id='nearest']/@href") == ["/desk/faq/entries/land-price"]
    made_of_it = [f"/desk/faq/new?group={number}", f"/desk/faq/new?group={number}&kind=boundary"]
    assert page.xpath("//a[starts-with(@id, 'make-')]/@href") == made_of_it
    thumb = parsed((await officer.get(f"/unanswered/{_id(desk, '税怎么减', Tab.DOWN)}")).text)
    assert HOSTILE in thumb.xpath("//tbody/tr")[0].text_content()


async def test_a_decision_is_kept_recorded_and_can_be_taken_back(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    officer = await sign_in(login="chen")
    number = _id(desk, PRICE)
    page = f"/unanswered/{number}"
    seen = {"seen": "open"}
    for fields in ({"state": "silent", "bureau": ""}, {"state": "silent", "bureau": "火星局"}, {"state": "nonsense"}):
        assert (await officer.post(page, {**fields, **seen})).status == 400
    assert (await officer.post(page, {"state": "not-ours", "seen": ""})).status == 400
    assert desk.questions.one(number).state is GroupState.OPEN
    assert (await officer.post(page, {"state": "silent", "bureau": "市自然资源局", **seen})).headers["Location"] == f"/desk{page}"
    assert (desk.questions.one(number).state, desk.questions.one(number).bureau) == (GroupState.SILENT, "市自然资源局")
    assert "市自然资源局" in (await officer.get("/unanswered?tab=decided")).text
    assert (await officer.post(page, {"state": "open", "seen": "silent"})).status == 303
    rows = [(row.action, row.subject, row.bureau) for row in desk.officers.audit.page(Wanted(officer="chen"), limit=2)]
    assert rows == [("question.open", str(number), ""), ("question.silent", str(number), "市自然资源局")]


async def test_who_decides_after_another_officer_is_told_and_changes_nothing(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    number = _id(desk, PRICE)
    first, second = await sign_in(), await sign_in()
    assert (await first.post(f"/unanswered/{number}", {"state": "not-ours", "seen": "open"})).status == 303
    page = await second.post(f"/unanswered/{number}", {"state": "entry", "seen": "open"})
    assert page.status == 409
    assert "刚刚已由他人处理" in page.text
    assert desk.questions.one(number).state is GroupState.NOT_OURS


async def test_a_group_whose_entry_does_not_help_is_marked_in_the_list(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    officer = await sign_in()
    number = _id(desk, PRICE)
    await officer.post(f"/unanswered/{number}", {"state": "entry", "seen": "open"})
    questions.record([_asked(PRICE)] * 3)
    assert "处理后仍未答复" in (await officer.get("/unanswered")).text
    assert "处理后又问了3次" in (await officer.get(f"/unanswered/{number}")).text


async def test_the_list_is_told_when_a_question_comes(sign_in: SignIn, questions: Questions) -> None:
    officer = await sign_in()
    page = parsed((await officer.get("/unanswered?tab=open&days=7")).text)
    ((connect, fetched),) = [(each.get("sse-connect"), each.get("hx-get")) for each in page.xpath("//div[@id='list']")]
    cookie = "; ".join(f"{name}={value}" for name, value in officer.cookies.items())
    async with officer.client.get(connect, headers={"Cookie": cookie}, timeout=ClientTimeout(total=8)) as stream:
        assert (await stream.content.readline()) == b"event: changed\n"
        before = await stream.content.readline()
        questions.record([_asked("厂房怎么租")])
        while not (line := await stream.content.readline()).startswith(b"data:"):
            pass
        assert line != before
    part = (await officer.get(fetched.removeprefix("/desk"), **{"HX-Request": "true"})).text
    assert "厂房怎么租" in part
    assert "<html" not in part


async def test_what_enquirers_wrote_is_shown_as_text_and_nothing_else(sign_in: SignIn, questions: Questions, desk: Desk) -> None:
    officer = await sign_in()
    shown = [await officer.get("/unanswered")]
    shown += [await officer.get(f"/unanswered/{each.group.id}") for tab in Tab for each in desk.questions.page(tab)]
    assert sum("&lt;img src=x" in page.text for page in shown) == 3
    for page in shown:
        assert not parsed(page.text).xpath("//img")
        assert "{{7*7}}" in page.text or "7*7" not in page.text


async def test_a_group_that_is_none_is_not_found(sign_in: SignIn) -> None:
    officer = await sign_in()
    for path in ("/unanswered/999", "/unanswered/abc", "/unanswered/-1", "/unanswered/99999999999999999999"):
        assert (await officer.get(path)).status == 404
