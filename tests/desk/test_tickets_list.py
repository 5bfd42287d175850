"""The queue as officers see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.office.workdays import local_date
from actions.tickets.history import utc_now
from actions.tickets.queue import PAGE
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU
from tests.actions.tickets.samples import PHONE, SUPPORTING
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import change, open_ticket, parsed, words

NUMBERS = "//table//th[@scope='row']/a"


async def test_the_desk_begins_with_the_tickets_of_the_officers_own_bureau(sign_in: SignIn, desk: Desk) -> None:
    own = open_ticket(desk)
    open_ticket(desk, 1, clause="", need="想了解出口退税", district="")
    officer = await sign_in()
    begun = await officer.get("")
    assert begun.headers["Location"] == "/desk/tickets"
    page = parsed((await officer.get("/tickets")).text)
    assert words(page, NUMBERS) == [own.number]
    assert words(page, "//h1") == [f"工单 {BUREAU}"]
    assert page.xpath("//table//th[@scope='row']/a/@href") == [f"/desk/tickets/{own.number}"]


async def test_no_list_holds_a_name_or_a_phone(sign_in: SignIn, desk: Desk) -> None:
    ticket = open_ticket(desk)
    text = (await (await sign_in()).get("/tickets")).text
    assert ticket.company in text
    assert ticket.person is not None
    assert ticket.person.name not in text
    assert PHONE[3:-2] not in text


async def test_an_officer_who_asks_for_another_bureau_gets_their_own(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    page = parsed((await (await sign_in(bureau=OTHER_BUREAU)).get(f"/tickets?bureau={BUREAU}")).text)
    assert words(page, NUMBERS) == []
    assert words(page, "//h1") == [f"工单 {OTHER_BUREAU}"]
    assert not page.xpath("//select[@name='bureau']")


async def test_an_administrator_chooses_the_bureau_or_sees_all(sign_in: SignIn, desk: Desk) -> None:
    land = open_ticket(desk)
    tax = open_ticket(desk, 1, clause="", need="想了解出口退税", district="")
    administrator = await sign_in("administrator", bureau=OTHER_BUREAU)
    for query, shown in (("", [tax]), ("?bureau=", [tax, land]), (f"?bureau={BUREAU}", [land])):
        page = parsed((await administrator.get(f"/tickets{query}")).text)
        assert words(page, NUMBERS) == [ticket.number for ticket in shown], query


async def test_each_tab_shows_as_many_tickets_as_are_counted_beside_it(sign_in: SignIn, desk: Desk) -> None:
    new, taken, answered, closed, reopened = (open_ticket(desk, place).number for place in range(5))
    tickets = desk.registry.tickets
    tickets.accept(taken, BUREAU)
    tickets.comment(answered, BUREAU, "请带材料来")
    tickets.close(closed, BUREAU)
    tickets.close(reopened, BUREAU)
    tickets.reopen(reopened, BUREAU, "还有问题")
    change(desk, new, due=local_date(utc_now()) - timedelta(days=3))
    officer = await sign_in()
    tabs = parsed((await officer.get("/tickets")).text).xpath("//ul[@class='tabs']//a")
    counted = {" ".join(tab.text_content().split()): tab.get("href").removeprefix("/desk") for tab in tabs}
    assert list(counted) == ["未办结 4", "待受理 1", "办理中 1", "已答复 1", "重新打开 1", "逾期 1", "已办结 1", "全部 5"]
    for name, address in counted.items():
        page = parsed((await officer.get(address)).text)
        assert len(words(page, NUMBERS)) == int(name.split()[1]), name
        assert words(page, "//ul[@class='tabs']//a[@aria-current]") == [name]
    assert words(parsed((await officer.get("/tickets?overdue=1")).text), NUMBERS) == [new]


async def test_deadlines_are_told_in_words_beside_their_colour(sign_in: SignIn, desk: Desk) -> None:
    numbers = [open_ticket(desk, place).number for place in range(3)]
    today = local_date(utc_now())
    for number, due in zip(numbers, (None, today - timedelta(days=3), today), strict=True):
        change(desk, number, due=due)
    page = parsed((await (await sign_in()).get("/tickets?order=due")).text)
    badges = [(badge.text, badge.get("class")) for badge in page.xpath("//tbody//td[3]/span")]
    assert badges == [("逾期3天", "badge badge-late"), ("今天到期", "badge badge-warn"), ("无时限", "badge badge-mute")]


@pytest.mark.parametrize(
    "query",
    ["text=寻梦", "text=梦家", "clause=task-12", "track=environmental-approval", "district=雷州市", "from=2031-01-01", "state=closed"],
)
async def test_each_filter_leaves_the_tickets_that_it_means(sign_in: SignIn, desk: Desk, query: str) -> None:
    open_ticket(desk)
    wanted = open_ticket(desk, 1, company="寻梦家具厂", clause="task-12", track="environmental-approval", district="雷州市").number
    later = utc_now().replace(year=2031, month=6)
    change(desk, wanted, opened_at=later, state="closed" if query.startswith("state") else "new")
    administrator = await sign_in("administrator", bureau="")
    page = parsed((await administrator.get(f"/tickets?{query}")).text)
    assert words(page, NUMBERS) == [wanted]
    name, value = query.split("=")
    chosen = page.xpath(f"//select[@name='{name}']/option[@selected]")
    assert [option.get("value", option.text) for option in chosen] + page.xpath(f"//input[@name='{name}']/@value") == [value]


async def test_what_cannot_be_a_day_is_said_at_its_field_and_does_not_count(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    officer = await sign_in()
    for query in ("from=yesterday", "from=0001-01-01", "to=9999-12-31", "from=2026-02-30", "from=2030-01-01&to=2020-01-01"):
        page = parsed((await officer.get(f"/tickets?{query}")).text)
        assert len(page.xpath("//input[@aria-invalid='true']")) == 1, query
    assert len(words(parsed((await officer.get("/tickets?from=2026-02-30")).text), NUMBERS)) == 1


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(sign_in: SignIn, desk: Desk) -> None:
    opened = [open_ticket(desk, place).number for place in range(PAGE + 3)]
    officer = await sign_in()
    first = parsed((await officer.get("/tickets?text=企业")).text)
    (further,) = first.xpath("//nav[@class='pager']/a[@rel='next']/@href")
    second = parsed((await officer.get(further.removeprefix("/desk"))).text)
    assert words(first, NUMBERS) + words(second, NUMBERS) == opened[::-1]
    assert second.xpath("//input[@name='text']/@value") == ["企业"]
    assert not second.xpath("//nav[@class='pager']/a[@rel='next']")


async def test_an_empty_list_says_what_to_do(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    officer = await sign_in()
    nothing = parsed((await officer.get("/tickets?state=closed")).text)
    assert "这里没有工单" in words(nothing, "//div[contains(@class, 'empty')]")[0]
    unfound = parsed((await officer.get("/tickets?text=查无此企业")).text)
    assert "没有符合这些条件的工单" in words(unfound, "//div[contains(@class, 'empty')]")[0]
    (everywhere,) = unfound.xpath("//div[contains(@class, 'empty')]//a[2]/@href")
    assert "state=all" in everywhere


async def test_htmx_gets_the_list_alone(sign_in: SignIn, desk: Desk) -> None:
    ticket = open_ticket(desk)
    page = await (await sign_in()).get("/tickets?state=all", **{"HX-Request": "true"})
    assert "<html" not in page.text
    assert words(parsed(page.text), NUMBERS) == [ticket.number]
    assert words(parsed(page.text), "//a[@aria-current]") == ["全部 1"]


async def test_a_supporting_bureau_is_told_its_part(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    page = parsed((await (await sign_in(bureau=SUPPORTING)).get("/tickets")).text)
    assert words(page, "//tbody//td[4]") == [f"{BUREAU}本单位配合"]


async def test_odd_addresses_are_lists_too(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    officer = await sign_in()
    for query in (
        "after=x",
        "state=nothing",
        "order=up",
        "text=%00",
        "text=%ED%A0%80",
        "text=%25_%5C'\"",
        "track='--",
        "district=" + "长" * 99,
    ):
        assert (await officer.get(f"/tickets?{query}")).status == 200, query


async def test_the_list_speaks_english(sign_in: SignIn, desk: Desk) -> None:
    open_ticket(desk)
    officer = await sign_in()
    officer.cookies["desk-language"] = "en"
    page = parsed((await officer.get("/tickets")).text)
    assert words(page, "//td[3]") == ["No deadline"]
