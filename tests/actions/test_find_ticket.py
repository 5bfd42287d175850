"""Which ticket is meant, how it stands, and its erasure: over the action endpoint, with real databases."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.erase_ticket import ActionErase
from actions.find_ticket import ActionTellState
from actions.questions.model import conversation_mark
from actions.tickets.last_four import last_four_beside, last_four_in
from actions.tickets.model import NoSuchTicket
from actions.tickets.register import Standing
from actions.tickets.telling import tell_standing
from tests.actions.desk import Desk, a_lead, postgres_desk, sqlite_desk
from tests.actions.lead.offices import shipped_office
from tests.actions.rasa import Conversation, listening

MINE = conversation_mark("a conversation")
ASK = "我的申请到哪了"
ERASE = "删除我的信息"
UNKNOWN = "ZJ-261125-222222"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with sqlite_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[Desk]:
    with postgres_desk(postgres_server) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk over each database."""
    with sqlite_desk(tmp_path) if request.param == "sqlite" else postgres_desk(request.getfixturevalue("postgres_server")) as opened:
        yield opened


def asking(desk: Desk) -> ActionTellState:
    def tell(standing: Standing) -> str:
        return tell_standing(standing, shipped_office(), desk.clock[0])

    return ActionTellState(desk.of_conversation, desk.look_up, tell)


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[Any]:
    async with listening(asking(desk), ActionErase(desk.of_conversation, desk.look_up, desk.erase)) as found:
        yield found


@pytest.fixture
def stranger(client: Any) -> Conversation:
    """Asks from another conversation."""
    return Conversation(client, "state_form", "another conversation")


@pytest.fixture
def eraser(client: Any) -> Conversation:
    return Conversation(client, "erasure_form", "another conversation")


# How it stands.


async def test_in_the_same_conversation_nothing_has_to_be_named(either: Desk) -> None:
    number = either.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    async with listening(asking(either)) as client:
        talk = Conversation(client, "state_form")
        told = await talk.begins(ASK, "ask_ticket_state")
    assert told.startswith(f"{number}：已登记，等待受理。")
    assert not talk.is_active


async def test_several_tickets_are_told_one_by_one_the_newest_first(desk: Desk, client: Any) -> None:
    first = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    second = desk.tickets.open_ticket(a_lead(conversation=MINE, need="想了解贷款", clause="task-11")).ticket.number
    talk = Conversation(client, "state_form")
    await talk.begins(ASK, "ask_ticket_state")
    assert [text[:16] for text in talk.texts] == [second, first]
    await talk.begins(f"{first} 到哪了", "ask_ticket_state")
    assert [text[:16] for text in talk.texts] == [first]


async def test_elsewhere_number_and_last_four_digits_are_asked_for(either: Desk) -> None:
    number = either.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    async with listening(asking(either)) as client:
        stranger = Conversation(client, "state_form", "another conversation")
        assert "工单编号" in await stranger.begins(ASK, "ask_ticket_state")
        assert "后四位" in await stranger.says(number.lower(), "ask_ticket_state", 0.97)
        assert "没有找到" in await stranger.says("1234")
        assert "后四位" in await stranger.says(f"编号是{number}", "ask_ticket_state", 0.97)
        assert (await stranger.says("8000")).startswith(number)
    assert not stranger.is_active


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("{number} 到哪了", ("8000",)),
        ("查一下 {number}，电话后四位8000", ()),
        ("{number} 13800138000", ()),
        ("{number} 8000", ()),
        ("{number}，我2026年登记的", ("8000",)),
    ],
)
async def test_a_number_in_the_first_message_is_not_asked_for_again(
    desk: Desk, stranger: Conversation, first: str, rest: tuple[str, ...]
) -> None:
    number = desk.tickets.open_ticket(a_lead()).ticket.number
    told = await stranger.begins(first.format(number=number), "ask_ticket_state")
    for text in rest:
        assert "后四位" in told
        told = await stranger.says(text)
    assert told.startswith(number)


@pytest.mark.parametrize(
    "digits",
    [
        "8000",
        "后四位是8000",
        "８０００",
        "八零零零",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "一三八零零一三八零零零",
        "8000。谢谢",
    ],
)
async def test_the_last_four_digits_are_read_from_what_people_write(desk: Desk, stranger: Conversation, digits: str) -> None:
    number = desk.tickets.open_ticket(a_lead()).ticket.number
    await stranger.begins(number, "ask_ticket_state")
    assert (await stranger.says(digits)).startswith(number)


async def test_wrong_number_and_wrong_digits_are_told_alike(desk: Desk, stranger: Conversation) -> None:
    number = desk.tickets.open_ticket(a_lead()).ticket.number
    told = []
    for tried, digits in ((number, "1234"), (UNKNOWN, "8000")):
        await stranger.begins(tried, "ask_ticket_state")
        told.append(await stranger.says(digits))
    assert told[0] == told[1]


async def test_after_some_wrong_guesses_even_the_right_one_has_to_wait(either: Desk) -> None:
    number = either.tickets.open_ticket(a_lead()).ticket.number
    async with listening(asking(either)) as client:
        stranger = Conversation(client, "state_form", "another conversation")
        await stranger.begins(number, "ask_ticket_state")
        for guess in ("1111", "2222", "3333", "4444", "5555"):
            assert "没有找到" in await stranger.says(guess)
            await stranger.says(number, "ask_ticket_state", 0.97)
        assert "一小时后再试" in await stranger.says("8000")
        assert not stranger.is_active
        other = Conversation(client, "state_form", "a third conversation")
        assert "一小时后再试" in await other.begins(f"{number} 8000", "ask_ticket_state"), "another conversation does not help"
        mine = Conversation(client, "state_form")
        assert number not in await mine.begins(ASK, "ask_ticket_state"), "it is not of this conversation"
        either.passes(hours=1, seconds=1)
        assert (await other.begins(f"{number} 8000", "ask_ticket_state")).startswith(number)


async def test_what_is_no_number_is_said_once_and_then_left(stranger: Conversation) -> None:
    await stranger.begins(ASK, "ask_ticket_state")
    assert "不像工单编号" in await stranger.says("ZJ-261125-7K3QX")
    assert "没有编号就查不到工单" in await stranger.says("abc")
    assert not stranger.is_active


@pytest.mark.parametrize("text", ["编号忘了", "我忘了编号怎么办", "没有编号", "找不到了", "I lost it"])
async def test_whoever_has_no_number_is_told_what_to_do(stranger: Conversation, eraser: Conversation, text: str) -> None:
    await stranger.begins(ASK, "ask_ticket_state")
    assert f"对我说“{ASK}”" in await stranger.says(text)
    await eraser.begins(ERASE, "erase_my_information")
    assert f"对我说“{ERASE}”" in await eraser.says(text)


async def test_what_tells_no_four_digits_is_no_guess(desk: Desk, stranger: Conversation) -> None:
    number = desk.tickets.open_ticket(a_lead()).ticket.number
    await stranger.begins(number, "ask_ticket_state")
    for nonsense in ("80", "😀", "<script>", "12345", "1234 5678 9012 3456 7890", "8000 或者 8001", "9" * 10_000):
        assert "没有看到 4 位数字" in await stranger.says(nonsense)
    assert (await stranger.says("8000")).startswith(number)


async def test_a_question_in_between_is_answered_and_the_form_goes_on(desk: Desk, stranger: Conversation) -> None:
    number = desk.tickets.open_ticket(a_lead()).ticket.number
    await stranger.begins(ASK, "ask_ticket_state")
    assert await stranger.says("贷款有什么政策", "ask", 0.97) == ""
    assert "工单编号" in await stranger.comes_back("贷款有什么政策")
    await stranger.says(number, "ask_ticket_state", 0.97)
    assert await stranger.says("你好", "greet", 0.99) == ""
    assert "后四位" in await stranger.comes_back("你好", "utter_greet")
    assert (await stranger.says("8000")).startswith(number)


@pytest.mark.parametrize("intent", ["ask_for_person", "erase_my_information"])
async def test_another_wish_leads_out_of_it(stranger: Conversation, intent: str) -> None:
    await stranger.begins(ASK, "ask_ticket_state")
    assert await stranger.says("那就转人工吧" if intent == "ask_for_person" else ERASE, intent, 0.95) == ""


async def test_it_can_be_stopped(stranger: Conversation) -> None:
    await stranger.begins(ASK, "ask_ticket_state")
    assert await stranger.says("算了吧") == "好的。需要时可以随时再问我。"
    assert not stranger.is_active


async def test_a_database_that_cannot_be_used_is_told_of(postgres: Desk) -> None:
    number = postgres.tickets.open_ticket(a_lead()).ticket.number
    async with listening(asking(postgres)) as client:
        stranger = Conversation(client, "state_form", "another conversation")
        await stranger.begins(number, "ask_ticket_state")
        with postgres.locked():
            assert "现在查不到工单" in await stranger.says("1234")
        assert not stranger.is_active


# Erasure.


async def test_erasure_is_confirmed_first(either: Desk) -> None:
    number = either.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    async with listening(ActionErase(either.of_conversation, either.look_up, either.erase)) as client:
        talk = Conversation(client, "erasure_form")
        assert "不能恢复" in await talk.begins(ERASE, "erase_my_information")
        assert talk.choices == ["确认删除", "不删除"]
        assert either.tickets.standing(number).ticket.person is not None
        assert await talk.says("确认删除", "erase_my_information", 0.83) == (
            f"已删除工单 {number} 里的个人信息和需求，并通知收到过的单位删除。"
        )
    erased = either.tickets.standing(number).ticket
    assert (erased.person, erased.company, erased.need) == (None, "", "")


async def test_a_stranger_has_to_show_that_it_is_theirs(desk: Desk, eraser: Conversation) -> None:
    number = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    assert "工单编号" in await eraser.begins(ERASE, "erase_my_information")
    assert "后四位" in await eraser.says(number, "ask_ticket_state", 0.97), "a bare number asks for nothing else here"
    assert "没有找到" in await eraser.says("1234")
    assert "后四位" in await eraser.says(f"单号 {number}", "ask_ticket_state", 1.0)
    assert "确认删除" in await eraser.says("8000")
    assert "已删除" in await eraser.says("确认删除")


@pytest.mark.parametrize("text", ["不删除", "不刪除", "不", "不要", "算了", "别删", "先不删了", "唔好", "no", "上一步"])
async def test_erasure_that_is_not_wanted_after_all_changes_nothing(desk: Desk, client: Any, text: str) -> None:
    number = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    talk = Conversation(client, "erasure_form")
    await talk.begins(ERASE, "erase_my_information")
    assert await talk.says(text) == "好的，没有删除任何信息。"
    assert desk.tickets.standing(number).ticket.person is not None
    assert not talk.is_active


@pytest.mark.parametrize("text", ["确认删除。", "確認刪除", "确定删除", "是的，删除", "DELETE"])
async def test_confirmation_is_understood_in_other_words(desk: Desk, client: Any, text: str) -> None:
    number = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    talk = Conversation(client, "erasure_form")
    await talk.begins(ERASE, "erase_my_information")
    assert "已删除" in await talk.says(text)
    assert desk.tickets.standing(number).ticket.person is None


@pytest.mark.parametrize("text", ["好的", "嗯", "8000", "确认提交", "😀", "不确认删除", "如果确认删除会怎样"])
async def test_anything_doubtful_erases_nothing(desk: Desk, client: Any, text: str) -> None:
    number = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    talk = Conversation(client, "erasure_form")
    await talk.begins(ERASE, "erase_my_information")
    await talk.says(text)
    assert desk.tickets.standing(number).ticket.person is not None


async def test_a_question_before_confirming_erases_nothing_and_is_come_back_from(desk: Desk, client: Any) -> None:
    desk.tickets.open_ticket(a_lead(conversation=MINE))
    talk = Conversation(client, "erasure_form")
    asked = await talk.begins(ERASE, "erase_my_information")
    assert await talk.says("删除后还能办吗", "ask", 0.9) == ""
    assert await talk.comes_back("删除后还能办吗") == asked
    assert talk.choices == ["确认删除", "不删除"]


async def test_two_tickets_are_erased_together(desk: Desk, client: Any) -> None:
    first = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    second = desk.tickets.open_ticket(a_lead(conversation=MINE, need="想了解贷款", clause="task-11")).ticket.number
    talk = Conversation(client, "erasure_form")
    assert f"{second}、{first}" in await talk.begins(ERASE, "erase_my_information")
    assert f"已删除工单 {second}、{first} " in await talk.says("确认删除")
    assert desk.tickets.of_conversation(MINE) == ()


async def test_a_database_that_fails_between_two_tickets_leaves_the_second_to_be_confirmed_again(desk: Desk) -> None:
    first = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    second = desk.tickets.open_ticket(a_lead(conversation=MINE, need="想了解贷款", clause="task-11")).ticket.number
    let_go: list[Callable[[], None]] = []

    async def erase(number: str) -> None:
        await desk.erase(number)
        if not let_go:
            let_go.append(desk.lock())

    async with listening(ActionErase(desk.of_conversation, desk.look_up, erase)) as client:
        talk = Conversation(client, "erasure_form")
        await talk.begins(ERASE, "erase_my_information")
        told = await talk.says("确认删除")
        let_go[0]()
        assert f"已删除工单 {second} " in told
        assert f"工单 {first} 没有删除" in told
        assert talk.choices == ["确认删除", "不删除"]
        assert desk.tickets.standing(first).ticket.person is not None
        assert f"已删除工单 {first} " in await talk.says("确认删除")
    assert desk.tickets.standing(first).ticket.person is None


async def test_a_ticket_that_is_gone_meanwhile_counts_as_erased(desk: Desk) -> None:
    desk.tickets.open_ticket(a_lead(conversation=MINE))

    async def gone(number: str) -> None:
        raise NoSuchTicket(number)

    async with listening(ActionErase(desk.of_conversation, desk.look_up, gone)) as client:
        talk = Conversation(client, "erasure_form")
        await talk.begins(ERASE, "erase_my_information")
        assert "已删除" in await talk.says("确认删除")


async def test_what_was_erased_is_found_no_more(desk: Desk, client: Any, stranger: Conversation) -> None:
    number = desk.tickets.open_ticket(a_lead(conversation=MINE)).ticket.number
    desk.tickets.erase(number)
    assert "工单编号" in await Conversation(client, "state_form").begins(ASK, "ask_ticket_state")
    assert "没有找到" in await stranger.begins(f"{number} 8000", "ask_ticket_state")


async def test_a_lead_that_is_being_filled_in_is_dropped_at_once(client: Any) -> None:
    talk = Conversation(client, "erasure_form", slots={"lead_draft": {"values": {"name": "王先生"}}})
    told = await talk.begins(ERASE, "erase_my_information")
    assert talk.slots["lead_draft"] is None
    assert told.startswith("正在填写、还没有提交的内容已清除。\n请告诉我工单编号")
    assert "正在填写" not in await talk.begins(ERASE, "erase_my_information"), "there is none any more"


# Digits.


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("8000", "8000"),
        ("尾号 8000", "8000"),
        ("852 6123 4567", "4567"),
        ("0759-3123456", "3456"),
        ("3123456", "3456"),
        ("80", None),
        ("12345", None),
        ("1234或5678", None),
        ("ZJ8000", None),
        ("", None),
        ("字" * 10_000, None),
    ],
)
def test_last_four_digits(text: str, digits: str | None) -> None:
    assert last_four_in(text) == digits


def test_digits_beside_a_number_are_taken_only_where_they_are_told_as_such() -> None:
    number = "ZJ-261125-7K3QXM"
    assert last_four_beside(number, f"{number} 2026年登记") is None
    assert last_four_beside(number, f"{number}") is None
    assert last_four_beside(number, "zj 261125 7k3qxm 后四位 8000") == "8000"
    assert last_four_beside(number, f"{number}，8000") == "8000"
