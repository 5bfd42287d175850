"""One ticket as officers see it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from actions.office.workdays import local_date
from actions.tickets.history import utc_now
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU, logged
from tests.actions.tickets.samples import DISTRICT, NAME, SUPPORTING
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import change, open_ticket, parsed, sequence, talk, words

_PHONE = "13800138000"
_ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "'-alert(1)-'",
    "\u202egnp.exe\u202c",
    "</textarea><svg/onload=alert(1)>",
)


async def test_the_page_says_who_wants_what_why_it_is_here_and_until_when(sign_in: SignIn, desk: Desk) -> None:
    ticket = open_ticket(desk, company="湛江示例家电厂", clause="task-12", track="environmental-approval", details={"project": "年产5万台"})
    change(desk, ticket.number, due=local_date(utc_now()) - timedelta(days=3))
    page = parsed((await (await sign_in("administrator")).get(f"/tickets/{ticket.number}")).text)
    assert words(page, "//h1") == [f"{ticket.number} 湛江示例家电厂"]
    assert "逾期3天" in words(page, "//div[@class='head']")[0]
    facts = words(page, "//section[@aria-labelledby='facts']")[0]
    for told in ("小家电制造", "1.2 亿元", "33333 平方米", "廉江市", "明年上半年", "项目名称与建设内容年产5万台", "网页对话"):
        assert told in facts
    route = words(page, "//section[@aria-labelledby='route']")[0]
    assert "市生态环境局 牵头" in route
    assert "绿色通道（环评审批“绿色通道”）：市生态环境局牵头" in route
    assert page.xpath("//section[@aria-labelledby='route']//a/@href")[0] == "#clause-task-12"
    assert words(page, "//blockquote[@id='clause-task-12']") == [" ".join(desk.registry.plan.by_id["task-12"].text.split())]
    assert "林地怎么办手续" in words(page, "//section[@aria-labelledby='conversation']")[0]
    assert "咨询人：登记" in words(page, "//section[@aria-labelledby='history']")[0]


async def test_another_bureaus_ticket_looks_like_one_that_is_not_there(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    for role in ("officer", "supervisor"):
        stranger = await sign_in(role, bureau=OTHER_BUREAU)
        for end in ("", "/print", "/sheet", "/beside", "/live"):
            there, missing = [await stranger.get(f"/tickets/{known}{end}") for known in (number, "ZJ-261125-222222")]
            assert (there.status, there.text) == (404, missing.text), end
        for end in ("person", "accept", "reply", "note", "enlist", "steps", "close", "reopen"):
            there, missing = [await stranger.post(f"/tickets/{known}/{end}") for known in (number, "ZJ-261125-222222")]
            assert (there.status, there.text) == (404, missing.text), end


@pytest.mark.parametrize("number", ["%00", "ZJ-261125-" + "2" * 99, "..%2F", "'", "%ED%A0%80", "zj-261125-222222"])
async def test_what_no_ticket_can_be_called_is_not_found(sign_in: SignIn, number: str) -> None:
    assert (await (await sign_in()).get(f"/tickets/{number}")).status == 404


async def test_name_and_phone_are_masked_until_they_are_asked_for_which_is_put_on_record(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    masked = (await officer.get(f"/tickets/{number}")).text
    assert "欧**" in masked
    assert "138****8000" in masked
    assert NAME not in masked
    assert _PHONE not in masked
    before = len(logged(desk.officers))
    shown = await officer.post(f"/tickets/{number}/person")
    assert words(parsed(shown.text), "//div[@id='person-shown']//dd") == [NAME, _PHONE]
    part = await officer.post(f"/tickets/{number}/person", None, None, **{"HX-Request": "true"})
    assert "<html" not in part.text
    assert NAME in part.text
    rows = logged(desk.officers)[before:]
    assert [(row["officer"], row["action"], row["subject"], row["bureau"]) for row in rows] == 2 * [
        (officer.officer.login, "person.seen", number, BUREAU)
    ]
    assert NAME not in str(rows)


async def test_a_look_that_cannot_be_put_on_record_is_not_had(sign_in: SignIn, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()

    def failing(*_: Any, **__: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(desk.officers.audit, "append", failing)
    page = await officer.post(f"/tickets/{number}/person")
    assert page.status == 500
    assert _PHONE not in page.text


async def test_a_supporting_bureau_is_not_given_name_and_phone_and_a_district_is(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    supporting = await sign_in("supervisor", bureau=SUPPORTING)
    assert "/person" not in (await supporting.get(f"/tickets/{number}")).text
    refused = await supporting.post(f"/tickets/{number}/person")
    assert refused.status == 403
    assert NAME not in refused.text
    district = await sign_in(bureau=DISTRICT)
    assert NAME in (await district.post(f"/tickets/{number}/person")).text


async def test_the_conversation_is_shown_with_its_citations_and_without_the_name(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    citation = {"clause": "task-09", "number": "二（三）9", "title": "加强用地用林保障", "quote": "保障合理用地需求"}
    talk(desk, 0, f"我是{NAME}，电话{_PHONE}，要地", f"{NAME}您好", citation)
    desk.registry.tickets.comment(number, BUREAU, "请带材料")
    page = await (await sign_in()).get(f"/tickets/{number}")
    spoken = parsed(page.text).xpath("//section[@aria-labelledby='conversation']/ol/li")
    assert [line.get("class") for line in spoken] == ["chat-enquirer", "chat-bot", "chat-officer"]
    assert words(spoken[1], ".//blockquote") == ["二（三）9 加强用地用林保障保障合理用地需求"]
    assert BUREAU in spoken[2].text_content()
    assert "请带材料" in spoken[2].text_content()
    assert "欧**您好" in page.text
    (address,) = parsed(page.text).xpath("//a[contains(@href, '/conversations/')]/@href")
    assert (await (await sign_in()).get(address.removeprefix("/desk"))).status == 200
    for hidden in (NAME, _PHONE):
        assert hidden not in page.text


async def test_an_erased_ticket_says_so_and_offers_neither_person_nor_reopening(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    desk.registry.tickets.erase(number)
    officer = await sign_in("supervisor")
    before = len(logged(desk.officers))
    page = await officer.get(f"/tickets/{number}")
    assert "联系人信息已删除" in page.text
    assert not parsed(page.text).xpath(
        "//form[contains(@action, '/person') or contains(@action, '/reopen') or contains(@action, '/erase')]"
    )
    assert (await officer.post(f"/tickets/{number}/person")).status == 200
    assert len(logged(desk.officers)) == before, "there was nothing to see"


async def test_each_role_is_offered_what_it_may_do(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    work = {"accept", "reply", "close", "note", "enlist"}
    offered = {
        ("officer", BUREAU): work,
        ("supervisor", BUREAU): work | {"reassign", "erase"},
        ("officer", SUPPORTING): {"reply", "note", "enlist"},
        ("supervisor", SUPPORTING): {"reply", "note", "enlist"},
        ("supervisor", DISTRICT): work,
        ("administrator", ""): work | {"reassign", "erase"},
    }
    for (role, bureau), acts in offered.items():
        page = parsed((await (await sign_in(role, bureau=bureau)).get(f"/tickets/{number}")).text)
        actions = {address.rsplit("/", 1)[1] for address in page.xpath("//main//form[@method='post']/@action")}
        assert actions - {"person"} == acts, (role, bureau)


async def test_paper_shows_the_person_masked_and_no_internal_note(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    desk.registry.tickets.note(number, BUREAU, "企业资金紧张")
    page = await (await sign_in()).get(f"/tickets/{number}/print")
    assert not parsed(page.text).xpath("//nav")
    assert "欧** 138****8000" in words(parsed(page.text), "//main")[0]
    for hidden in (NAME, _PHONE, "企业资金紧张"):
        assert hidden not in page.text


async def test_the_service_sheet_is_there_for_its_track_only(sign_in: SignIn, desk: Desk) -> None:
    land, approval = open_ticket(desk), open_ticket(desk, 1, clause="task-12", track="environmental-approval")
    administrator = await sign_in("administrator")
    sheet = await administrator.get(f"/tickets/{approval.number}/sheet")
    assert words(parsed(sheet.text), "//h1") == ["环评审批服务单"]
    assert NAME not in sheet.text
    assert (await administrator.get(f"/tickets/{land.number}/sheet")).status == 404
    for ticket, links in ((land, 0), (approval, 1)):
        page = parsed((await administrator.get(f"/tickets/{ticket.number}")).text)
        assert len(page.xpath("//a[contains(@href, '/sheet')]")) == links


@pytest.mark.parametrize("attack", _ATTACKS)
async def test_whatever_anybody_types_stays_text(sign_in: SignIn, desk: Desk, attack: str) -> None:
    """Each page has the same elements and attributes with the attack as with harmless words in all its places."""
    officer = await sign_in()
    harmless, attacked = [await _pages_with(desk, officer, place, text) for place, text in enumerate(("无害", attack))]
    for calm, page in zip(harmless, attacked, strict=True):
        assert _structure(page) == _structure(calm)
        assert attack in "".join([*page.itertext(), *page.xpath("//@value")])
    (heading,) = attacked[0].xpath("//h1/bdi")
    assert heading.text == attack, "a right-to-left mark turns round the company's name only"
    assert attacked[-1].xpath("//textarea[@id='reply-text']")[0].text == attack + "长" * 2000


async def _pages_with(desk: Desk, officer: Browsing, place: int, text: str) -> list[Any]:
    """Every page of a ticket that holds a text wherever somebody can type one."""
    typed = dict.fromkeys(("company", "industry", "need", "time"), text)
    number = open_ticket(desk, place, **typed, question=f"问{text}", details={"x": text}).number
    tickets = desk.registry.tickets
    talk(desk, place, text, text, {"clause": text, "number": text, "title": text, "quote": text})
    tickets.comment(number, BUREAU, text)
    tickets.note(number, f"{BUREAU} {text}", text)
    tickets.enlist(number, OTHER_BUREAU, BUREAU, text)
    desk.presences.look(number, "other", text, text)
    first = await officer.get(f"/tickets/{number}")
    others = [await officer.get(f"/tickets/{number}{end}") for end in ("/print", "/beside?sequence=0")]
    listed = await officer.get(f"/tickets?{urlencode({'text': text, 'from': text, 'district': text})}")
    refused = await officer.post(f"/tickets/{number}/reply", {"text": text + "长" * 2000, "sequence": sequence(first.text)})
    assert refused.status == 400
    return [parsed(page.text) for page in (first, *others, listed, refused)]


def _structure(tree: Any) -> list[tuple[str, list[str]]]:
    return [(element.tag, sorted(element.attrib)) for element in tree.iter() if isinstance(element.tag, str)]


async def test_the_page_speaks_english(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in("supervisor")
    officer.cookies["desk-language"] = "en"
    text = (await officer.get(f"/tickets/{number}")).text
    for told in ("Waiting", "Sent in the name of 市自然资源局", "Why", "Erase personal information", "Chat page"):
        assert told in text
