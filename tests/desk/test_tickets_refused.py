"""Forms that cannot be taken: nothing is done, the page says why, and what was typed is kept."""

from __future__ import annotations

import pytest

from actions.tickets.model import State
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU, logged
from tests.actions.tickets.samples import DISTRICT, SUPPORTING
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import open_ticket, parsed, send, sequence, standing, words


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("accept", {"text": "我们来办"}),
        ("reply", {"text": "请带材料"}),
        ("note", {"text": "备注"}),
        ("enlist", {"bureau": OTHER_BUREAU, "reason": "税收"}),
        ("close", {"outcome": "other", "text": "好了"}),
        ("reassign", {"bureau": OTHER_BUREAU, "reason": "税收"}),
    ],
)
async def test_a_form_of_an_older_state_does_nothing_tells_what_happened_and_keeps_what_was_typed(
    sign_in: SignIn, desk: Desk, act: str, fields: dict[str, str]
) -> None:
    number = open_ticket(desk).number
    supervisor = await sign_in("supervisor")
    seen = sequence((await supervisor.get(f"/tickets/{number}")).text)
    desk.registry.tickets.enlist(number, "市统计局", DISTRICT, "请提供数据")
    before, rows = standing(desk, number), len(logged(desk.officers))
    page = await supervisor.post(f"/tickets/{number}/{act}", {**fields, "sequence": seen})
    assert page.status == 409
    assert standing(desk, number) == before
    assert len(logged(desk.officers)) == rows
    tree = parsed(page.text)
    told = words(tree, "//div[@id='not-done']")[0]
    assert "没有保存" in told
    assert f"{DISTRICT}：增加配合单位" in told
    form = f"//form[contains(@action, '/{act}')]"
    for name, value in fields.items():
        kept = tree.xpath(f"{form}//textarea[@name='{name}']/text() | {form}//input[@name='{name}']/@value")
        kept += [option.get("value", option.text) for option in tree.xpath(f"{form}//select[@name='{name}']/option[@selected]")]
        assert kept == [value], name
    assert (await supervisor.post(f"/tickets/{number}/{act}", {**fields, "sequence": sequence(page.text)})).status == 303


async def test_a_form_sent_twice_is_done_once(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    fields = {"text": "请带材料", "sequence": sequence((await officer.get(f"/tickets/{number}")).text)}
    assert [(await officer.post(f"/tickets/{number}/reply", fields)).status for _ in range(2)] == [303, 409]
    assert len(standing(desk, number).replies) == 1


async def test_words_to_a_ticket_that_was_closed_meanwhile_are_shown_again_to_be_copied(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    seen = sequence((await officer.get(f"/tickets/{number}")).text)
    desk.registry.tickets.close(number, BUREAU)
    page = await officer.post(f"/tickets/{number}/reply", {"text": "请带材料", "sequence": seen})
    assert page.status == 409
    (unsent,) = parsed(page.text).xpath("//textarea[@readonly]")
    assert unsent.text == "请带材料"


async def test_what_the_state_does_not_allow_is_refused_with_words(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    desk.registry.tickets.close(number, BUREAU)
    page = await send(await sign_in(), number, "reply", text="请带材料")
    assert page.status == 409
    assert "已办结" in words(parsed(page.text), "//div[@id='not-done']")[0]


@pytest.mark.parametrize(
    ("act", "fields", "told"),
    [
        ("reply", {"text": " \n "}, "空的"),
        ("reply", {}, "空的"),
        ("reply", {"text": "长" * 2001}, "最多2000个字，现在有2001个字"),
        ("note", {"text": "\0"}, "空的"),
        ("enlist", {"bureau": "市外星局", "reason": "税收"}, "没有这个单位"),
        ("enlist", {"bureau": SUPPORTING, "reason": "再来"}, "已经参与"),
        ("enlist", {"bureau": OTHER_BUREAU, "reason": "长" * 201}, "最多200个字"),
        ("reassign", {"bureau": BUREAU, "reason": "不变"}, "已是牵头单位"),
        ("reassign", {"bureau": OTHER_BUREAU, "reason": ""}, "空的"),
        ("close", {"outcome": "", "text": "好了"}, "请选择办理结果"),
        ("close", {"outcome": "<script>"}, "请选择办理结果"),
    ],
)
async def test_what_cannot_be_used_is_told_at_once_and_changes_nothing(
    sign_in: SignIn, desk: Desk, act: str, fields: dict[str, str], told: str
) -> None:
    number = open_ticket(desk).number
    before = standing(desk, number)
    page = await send(await sign_in("supervisor"), number, act, **fields)
    assert page.status == 400
    assert told in words(parsed(page.text), "//div[@id='not-done']")[0]
    assert standing(desk, number) == before


@pytest.mark.parametrize("seen", ["", "x", "-1", "1" * 20, "٣"])
async def test_a_form_without_a_sequence_is_refused(sign_in: SignIn, desk: Desk, seen: str) -> None:
    number = open_ticket(desk).number
    assert (await (await sign_in()).post(f"/tickets/{number}/accept", {"sequence": seen})).status == 400
    assert standing(desk, number).ticket.state is State.NEW


@pytest.mark.parametrize(
    ("role", "bureau", "act"),
    [
        ("officer", BUREAU, "reassign"),
        ("officer", BUREAU, "erase"),
        ("supervisor", SUPPORTING, "reassign"),
        ("supervisor", SUPPORTING, "erase"),
        ("officer", SUPPORTING, "accept"),
        ("officer", SUPPORTING, "close"),
        ("supervisor", DISTRICT, "reassign"),
    ],
)
async def test_who_may_not_is_refused(sign_in: SignIn, desk: Desk, role: str, bureau: str, act: str) -> None:
    number = open_ticket(desk).number
    before = standing(desk, number)
    fields = {"bureau": OTHER_BUREAU, "reason": "税收", "number": number, "outcome": "other", "text": "好"}
    assert (await send(await sign_in(role, bureau=bureau), number, act, **fields)).status == 403
    assert standing(desk, number) == before
