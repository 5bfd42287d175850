"""What officers do to a ticket."""

from __future__ import annotations

from actions.routing import Role
from actions.tickets.model import EventKind, Outcome, State
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU, logged
from tests.actions.tickets.samples import SUPPORTING
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import done, open_ticket, parsed, send, standing, words


async def test_a_ticket_goes_its_way_from_accepting_to_closing_and_back(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    before = len(logged(desk.officers))
    assert await done(officer, number, "accept", text="我们明天联系您") == f"/desk/tickets/{number}"
    await done(officer, number, "reply", text="请准备营业执照\r\n和申请表")
    await done(officer, number, "close", outcome="settled", text="已办好")
    closed = standing(desk, number)
    assert (closed.ticket.state, closed.ticket.outcome) == (State.CLOSED, Outcome.SETTLED)
    assert [(reply.bureau, reply.text) for reply in closed.replies] == [
        (BUREAU, "我们明天联系您"),
        (BUREAU, "请准备营业执照\n和申请表"),
        (BUREAU, "已办好"),
    ]
    await done(officer, number, "reopen", reason="企业来电")
    assert standing(desk, number).ticket.state is State.REOPENED
    rows = logged(desk.officers)[before:]
    assert [(row["action"], row["detail"]) for row in rows] == [
        ("ticket.accepted", ""),
        ("ticket.answered", ""),
        ("ticket.closed", "settled"),
        ("ticket.reopened", ""),
    ]
    assert {(row["officer"], row["subject"], row["bureau"]) for row in rows} == {(officer.officer.login, number, BUREAU)}


async def test_what_was_done_is_said_once_on_the_next_page(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    page = await send(officer, number, "accept")
    cookie = page.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
    officer.cookies["desk-notice"] = cookie.strip('"')
    assert words(parsed((await officer.get(f"/tickets/{number}")).text), "//p[@role='status' and contains(@class, 'notice-ok')]") == [
        "已受理。"
    ]


async def test_the_outbox_is_looked_at_after_a_form(sign_in: SignIn, desk: Desk) -> None:
    poked: list[bool] = []
    object.__setattr__(desk, "poke", lambda: poked.append(True))
    await done(await sign_in(), open_ticket(desk).number, "accept")
    assert poked == [True]


async def test_a_note_stays_inside_and_names_its_writer(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    officer = await sign_in()
    await done(officer, number, "note", text="企业资金紧张")
    assert standing(desk, number).replies == ()
    page = parsed((await officer.get(f"/tickets/{number}")).text)
    notes = words(page, "//section[@aria-labelledby='notes']")[0]
    assert "企业资金紧张" in notes
    assert f"{BUREAU} {officer.officer.name}" in notes
    assert "不会给咨询人看" in notes
    assert "企业资金紧张" not in words(page, "//section[@aria-labelledby='history']")[0]


async def test_a_supporting_bureau_is_added_with_a_reason(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    await done(await sign_in(), number, "enlist", bureau=OTHER_BUREAU, reason="请核对税收")
    added = standing(desk, number).ticket.route.assignments[-1]
    assert (added.bureau, added.role, added.reason) == (OTHER_BUREAU, Role.SUPPORTING, "请核对税收")
    colleague = await sign_in(bureau=OTHER_BUREAU)
    assert (await colleague.get(f"/tickets/{number}")).status == 200
    assert logged(desk.officers)[-1]["action"] != "person.seen"


async def test_a_supervisor_hands_a_ticket_to_another_bureau_and_is_led_back_to_the_list(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    supervisor = await sign_in("supervisor")
    assert await done(supervisor, number, "reassign", bureau=OTHER_BUREAU, reason="属于税收") == "/desk/tickets"
    assert standing(desk, number).ticket.route.bureaus(Role.PRINCIPAL) == (OTHER_BUREAU,)
    assert (await supervisor.get(f"/tickets/{number}")).status == 404
    row = logged(desk.officers)[-1]
    assert (row["action"], row["bureau"], row["detail"]) == ("ticket.reassigned", BUREAU, OTHER_BUREAU)
    administrator = await sign_in("administrator", bureau="")
    assert await done(administrator, number, "reassign", bureau=BUREAU, reason="还是用地") == f"/desk/tickets/{number}"


async def test_steps_of_the_checklist_are_ticked_and_unticked(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk, clause="task-12", track="environmental-approval").number
    officer = await sign_in(bureau="市生态环境局")
    step = desk.registry.office.current.track_by_id["environmental-approval"].steps[0].name
    checked = "//button[@role='checkbox']/@aria-checked"
    assert parsed((await officer.get(f"/tickets/{number}")).text).xpath(checked) == ["false"] * 4
    assert await done(officer, number, "steps", step=step, done="1") == f"/desk/tickets/{number}#steps"
    assert parsed((await officer.get(f"/tickets/{number}")).text).xpath(checked) == ["true", "false", "false", "false"]
    await done(officer, number, "steps", step=step, done="")
    assert desk.registry.tickets.steps(number) == frozenset()
    assert [row["action"] for row in logged(desk.officers)[-2:]] == ["ticket.step-done", "ticket.step-undone"]
    assert (await send(officer, number, "steps", step="别的步骤", done="1")).status == 400


async def test_erasing_takes_the_number_typed_again(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    supervisor = await sign_in("supervisor")
    refused = await send(supervisor, number, "erase", number="ZJ-261125-222222")
    assert refused.status == 400
    assert standing(desk, number).ticket.person is not None
    await done(supervisor, number, "erase", number=number.lower())
    erased = standing(desk, number)
    assert (erased.ticket.person, erased.ticket.need) == (None, "")
    assert (erased.events[-1].kind, erased.events[-1].by) == (EventKind.ERASED, BUREAU)
    assert logged(desk.officers)[-1]["action"] == "ticket.erased"


async def test_an_administrator_speaks_for_the_principal_bureau(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    administrator = await sign_in("administrator", bureau="")
    page = (await administrator.get(f"/tickets/{number}")).text
    assert f"以“{BUREAU}”的名义发出" in page
    await done(administrator, number, "reply", text="请带材料")
    assert standing(desk, number).replies[0].bureau == BUREAU


async def test_a_supporting_bureau_answers_in_its_own_name(sign_in: SignIn, desk: Desk) -> None:
    number = open_ticket(desk).number
    await done(await sign_in(bureau=SUPPORTING), number, "reply", text="补贴另行申请")
    assert standing(desk, number).replies[0].bureau == SUPPORTING
