"""The lead form over the action endpoint: what Rasa sends in, what it keeps, and what is submitted to real databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from actions.lead.form.taking import Form
from actions.lead.heard import heard, need_of
from actions.lead.model import Lead
from actions.questions.model import conversation_mark
from actions.take_lead import NOTHING_TAKEN, ActionTakeLead
from actions.tickets.number import number_in
from actions.tickets.register import Opened
from actions.tickets.telling import tell_opened
from knowledge import Context
from knowledge.plan import BureauNames
from tests.actions.desk import Desk, postgres_desk, sqlite_desk
from tests.actions.lead.offices import form_of, office_with, shipped_industries, shipped_office
from tests.actions.rasa import Conversation, listening

MINE = conversation_mark("a conversation")
PERSON = ("同意", "东莞宏达电子有限公司", "王先生", "13800138000")
ALL = (*PERSON, "小家电", "想了解用地怎么申请", "其余跳过")
LAND = Context("用地怎么保障", "land", "task-09", True, "land", "", ("应保尽保",))


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 8, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with sqlite_desk(tmp_path) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk over each database."""
    with sqlite_desk(tmp_path) if request.param == "sqlite" else postgres_desk(request.getfixturevalue("postgres_server")) as opened:
        yield opened


@asynccontextmanager
async def talking(desk: Desk, names: BureauNames, clock: Clock, forms: list[Form] | None = None) -> AsyncIterator[Conversation]:
    """A conversation over a desk; `forms[0]` is the form in use."""

    async def submit(lead: Lead) -> Opened:
        return desk.tickets.open_ticket(lead)

    def tell(opened: Opened) -> str:
        return tell_opened(opened, shipped_office())

    in_use = forms or [form_of(shipped_office())]
    async with listening(ActionTakeLead(lambda: in_use[0], submit, tell, lambda: names, clock)) as client:
        yield Conversation(client, "lead_form")


@pytest.fixture
async def talk(desk: Desk, bureaus: BureauNames, clock: Clock) -> AsyncIterator[Conversation]:
    async with talking(desk, bureaus, clock) as conversation:
        yield conversation


async def to_summary(talk: Conversation, text: str = "我要登记") -> str:
    await talk.begins(text)
    told = ""
    for said in ALL:
        told = await talk.says(said)
    assert "请核对" in told
    return told


async def test_the_whole_talk_ends_with_a_ticket(either: Desk, bureaus: BureauNames, clock: Clock) -> None:
    async with talking(either, bureaus, clock) as talk:
        assert "您同意登记吗" in await talk.begins("我要登记")
        assert talk.choices == ["同意", "不同意"]
        assert talk.slots["requested_slot"] == "consent"
        for said in ALL:
            told = await talk.says(said)
        assert talk.choices == ["确认提交", "修改", "不登记了"]
        told = await talk.says("确认提交", "ask_ticket_state", 0.86)
    number = number_in(told)
    assert number
    ticket = either.tickets.standing(number).ticket
    assert (ticket.company, ticket.need, ticket.channel, ticket.conversation) == (PERSON[1], ALL[5], "web", MINE)
    assert ticket.person is not None
    assert (ticket.person.name, ticket.person.phone) == ("王先生", "+8613800138000")
    assert (talk.is_active, talk.slots["lead_draft"], talk.slots["requested_slot"]) == (False, None, None)


async def test_before_it_is_confirmed_nothing_is_stored(desk: Desk, talk: Conversation) -> None:
    await to_summary(talk)
    assert desk.tickets.latest() == ()
    assert "没有保存任何信息" in await talk.says("算了")
    assert (talk.is_active, talk.slots["lead_draft"]) == (False, None)
    assert desk.tickets.latest() == ()


async def test_submitting_twice_gives_the_same_ticket(either: Desk, bureaus: BureauNames, clock: Clock) -> None:
    async with talking(either, bureaus, clock) as talk:
        await to_summary(talk)
        before = dict(talk.slots)
        first = await talk.says("确认提交")
        talk.slots = before  # as if the answer had been lost on its way
        assert await talk.says("确认提交") == first
    assert len(either.tickets.latest()) == 1


async def test_what_was_changed_after_a_lost_answer_is_submitted_all_the_same(desk: Desk, talk: Conversation) -> None:
    await to_summary(talk)
    before = dict(talk.slots)
    number = number_in(await talk.says("确认提交"))
    talk.slots = before
    await talk.says("联系人改为李小姐")
    assert number_in(await talk.says("确认提交")) == number, "the same person and need"
    (ticket,) = desk.tickets.latest()
    assert ticket.person is not None
    assert ticket.person.name == "李小姐"


async def test_a_database_that_fails_is_told_of_and_the_form_stays(either: Desk, bureaus: BureauNames, clock: Clock) -> None:
    async with talking(either, bureaus, clock) as talk:
        await to_summary(talk)
        draft = talk.slots["lead_draft"]
        with either.locked():
            assert await talk.says("确认提交") == NOTHING_TAKEN
        assert talk.choices == ["确认提交", "不登记了"]
        assert (talk.is_active, talk.slots["requested_slot"], talk.slots["lead_draft"]) == (True, "confirm", draft)
        assert either.tickets.latest() == ()
        assert number_in(await talk.says("确认提交", "ask_ticket_state", 0.86))
    assert len(either.tickets.latest()) == 1


# What is not for the form.


async def test_a_question_in_between_comes_back_to_the_same_field(talk: Conversation) -> None:
    await talk.begins("我要登记")
    for said in PERSON[:2]:
        await talk.says(said)
    slots = dict(talk.slots)
    assert await talk.says("贷款有绿色通道吗", "ask", 0.97) == ""
    assert talk.slots == slots
    assert (await talk.comes_back("贷款有绿色通道吗")).endswith("请问怎么称呼您？")
    await talk.says("王先生")
    assert talk.slots["requested_slot"] == "phone"


@pytest.mark.parametrize(("intent", "after"), [("greet", "utter_greet"), ("thanks", "utter_thanks"), ("who_are_you", "utter_who_are_you")])
async def test_small_talk_is_answered_by_rasa_only_where_it_is_sure(talk: Conversation, intent: str, after: str) -> None:
    await talk.begins("我要登记")
    await talk.says("同意")
    assert await talk.says("你好呀", intent, 0.9) == ""
    assert "全称" in await talk.comes_back("你好呀", after)
    await talk.says("你好科技", intent, 0.5)
    assert talk.slots["requested_slot"] == "name"


@pytest.mark.parametrize(("text", "intent"), [("我的申请到哪了", "ask_ticket_state"), ("删除我的信息", "erase_my_information")])
async def test_another_wish_leads_out_of_the_form_and_it_can_be_come_back_to(talk: Conversation, text: str, intent: str) -> None:
    await talk.begins("我要登记")
    for said in PERSON[:3]:
        await talk.says(said)
    assert await talk.says(text, intent, 0.97) == ""
    told = await talk.begins("我要登记")
    assert told.startswith("您上次填写的内容还在，接着填。")
    assert talk.slots["requested_slot"] == "phone"


@pytest.mark.parametrize("text", ["确认提交", "不清楚", "已开展", "算了"])
async def test_what_the_form_offers_is_never_taken_for_another_wish(talk: Conversation, text: str) -> None:
    await talk.begins("我要申请环评绿色通道")
    for said in (*PERSON, "小家电", "年产50万台", "跳过"):
        await talk.says(said)
    assert talk.slots["requested_slot"] == "details.planning-assessment"
    assert await talk.says(text, "ask_ticket_state", 0.99) != ""


# What the conversation told already.


async def test_what_could_not_be_answered_becomes_the_need(talk: Conversation) -> None:
    context = replace(LAND, question="每亩地多少钱", answered=False)
    talk.slots = {
        "asked_about": context.as_fields(),
        "unanswered": "每亩地多少钱",
        "bureaus_in_charge": ["市自然资源局"],
        "heard": {"industry": "小家电"},
    }
    told = await talk.begins("联系")
    assert "已按前面的对话填好：所属行业“小家电”、需求“每亩地多少钱”。" in told
    for said in (*PERSON, "其余跳过"):
        told = await talk.says(said)
    assert "希望联系：市自然资源局" in told
    assert "市自然资源局（牵头）" in await talk.says("确认提交")
    assert talk.slots["unanswered"] is None, "it is with the bureau now"


async def test_the_bureau_that_is_named_is_the_one_that_is_wanted(desk: Desk, talk: Conversation) -> None:
    talk.slots = {"asked_about": LAND.as_fields(), "bureaus_in_charge": ["市自然资源局"]}
    await to_summary(talk, "联系市金融局")
    await talk.says("确认提交")
    (ticket,) = desk.tickets.latest()
    assert ticket.route.assignments[0].bureau == "市金融局"
    assert ticket.clause == "task-09"


async def test_a_group_of_bureaus_is_nobody_to_be_contacted(talk: Conversation) -> None:
    talk.slots = {"bureaus_in_charge": ["各县（市、区）政府（管委会）"], "asked_about": replace(LAND, answered=False).as_fields()}
    await talk.begins("联系")
    assert talk.slots["lead_draft"]["bureau"] == ""


async def test_whoever_asks_for_a_track_gets_it_as_their_need(talk: Conversation) -> None:
    talk.slots = {"unanswered": "每亩地多少钱"}
    told = await talk.begins("我要申请环评绿色通道")
    assert "您要办的是环评审批“绿色通道”。" in told
    draft = talk.slots["lead_draft"]
    assert (draft["track"], draft["clause"], draft["values"]["need"]) == ("environmental-approval", "task-12", "申请环评审批“绿色通道”")


async def test_another_wish_while_a_draft_waits_is_what_counts(talk: Conversation) -> None:
    await talk.begins("我要登记")
    for said in PERSON:
        await talk.says(said)
    await talk.begins("我要申请环评绿色通道")
    draft = talk.slots["lead_draft"]
    assert (draft["track"], draft["values"]["company"]) == ("environmental-approval", PERSON[1])


async def test_nothing_that_tells_who_they_are_is_kept_before_consent() -> None:
    industries = shipped_industries()

    def products(text: str) -> list[str]:
        return [product.name for product in industries.products_in(text)]

    said = "我们是东莞宏达电子有限公司，联系人王先生，电话13800138000，做小家电的，想投3亿，搬到廉江"
    known = heard(said, industries.names, products, {"district": "雷州市"})
    assert known == {"industry": "小家电", "district": "廉江市", "investment_yuan": 300_000_000}
    assert heard("廉江有地吗", industries.names, products, known) == known
    assert need_of("每亩地多少钱？") == "每亩地多少钱？"
    assert (need_of("？"), need_of(""), need_of("长" * 600)) == ("", "", "")


# Drafts that were left.


@pytest.mark.parametrize(("hours", "goes_on"), [(2, True), (23.9, True), (25, False), (72, False)])
async def test_a_draft_goes_on_for_a_day(talk: Conversation, clock: Clock, hours: float, goes_on: bool) -> None:
    await talk.begins("我要登记")
    for said in PERSON[:3]:
        await talk.says(said)
    clock.now += timedelta(hours=hours)
    told = await talk.begins("我要登记")
    assert ("接着填" in told) is goes_on
    assert (talk.slots["requested_slot"] == "phone") is goes_on
    assert ("王先生" in str(talk.slots["lead_draft"])) is goes_on
    if not goes_on:
        assert told.startswith("您上次填写的内容已超过一天，没有保留，请重新登记。")


async def test_a_form_that_was_left_open_for_days_begins_anew_too(talk: Conversation, clock: Clock) -> None:
    await to_summary(talk)
    clock.now += timedelta(days=3)
    assert "请重新登记" in await talk.says("确认提交")
    assert talk.slots["requested_slot"] == "consent"


async def test_a_draft_without_consent_begins_anew(talk: Conversation) -> None:
    first = await talk.begins("我要登记")
    assert await talk.begins("我要登记") == first


@pytest.mark.parametrize("stored", ["nonsense", {"id": "x"}, [1], 7])
async def test_a_draft_of_another_version_begins_anew(talk: Conversation, stored: object) -> None:
    await talk.begins("我要登记")
    talk.slots["lead_draft"] = stored
    assert "您同意登记吗" in await talk.says("13800138000")


async def test_officers_may_change_tracks_between_two_turns(desk: Desk, bureaus: BureauNames, clock: Clock) -> None:
    forms = [form_of(shipped_office())]
    async with talking(desk, bureaus, clock, forms) as talk:
        await talk.begins("我要申请环评绿色通道")
        for said in (*PERSON, "小家电"):
            await talk.says(said)
        assert talk.slots["requested_slot"] == "details.project"
        forms[0] = form_of(office_with())
        assert "计划投资多少" in await talk.says("年产50万台")
        await talk.says("其余跳过")
        assert number_in(await talk.says("确认提交"))
    (ticket,) = desk.tickets.latest()
    assert (ticket.track, dict(ticket.details)) == ("", {})


async def test_two_tabs_of_one_conversation_submit_one_lead(desk: Desk, talk: Conversation) -> None:
    await to_summary(talk)
    other = replace(talk, slots=dict(talk.slots))
    numbers = {number_in(await tab.says("确认提交")) for tab in (talk, other)}
    assert len(numbers) == 1
    assert len(desk.tickets.latest()) == 1


async def test_asking_for_a_person_again_is_told_that_it_is_being_arranged(talk: Conversation) -> None:
    await talk.begins("联系")
    for said in PERSON[:1]:
        await talk.says(said)
    told = await talk.says("有人能帮我办吗", "ask_for_person", 0.97)
    assert told.startswith("登记后由责任单位的工作人员与您联系"), "a message that only this form is for must not be handed back"


async def test_asking_how_to_submit_is_no_wish_to_see_another_ticket(talk: Conversation) -> None:
    await talk.begins("联系")
    for said in (*PERSON, "小家电", "想要地", "其余跳过"):
        await talk.says(said)
    told = await talk.says("怎么提交", "ask_ticket_state", 0.97)
    assert told.startswith("还没有提交。")
    assert talk.slots["requested_slot"] == "confirm"


async def test_what_the_first_message_tells_is_not_asked_again(talk: Conversation) -> None:
    await talk.begins("我们是东莞市宏达电器有限公司，联系人王小明，电话13800138000，请安排对接")
    values = talk.slots["lead_draft"]["values"]
    assert (values["company"], values["name"], values["phone"]) == ("东莞市宏达电器有限公司", "王小明", "+8613800138000")
    assert not talk.slots["lead_draft"]["consent_given_at"], "it goes nowhere before they agree"
