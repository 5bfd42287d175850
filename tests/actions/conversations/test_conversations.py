"""Turns are kept, an officer takes the bot's place and gives it back, and one who vanishes is noticed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from actions.conversations.model import Author, NoSuchConversation, NotTaken, Said, TakenByAnother, Takeover, Turn
from actions.conversations.register import Conversations
from actions.officers.model import Officer, Role
from actions.questions.model import conversation_mark
from actions.tickets.database import Database
from actions.tickets.personal import PersonalKey
from actions.tickets.register import Tickets
from tests.actions.tickets.samples import OTHER, PRINCIPAL, Clock, lead, together, values

ID = "an-unguessable-conversation-id-of-43-characters"
MARK = conversation_mark(ID)
CHEN = Officer(1, "chen", "陈霞", PRINCIPAL, Role.OFFICER, True, False, False)
LI = Officer(2, "li", "李明", PRINCIPAL, Role.OFFICER, True, False, False)
ANSWER = {"status": "answered", "citations": [], "bureaus": {"principal": [PRINCIPAL], "supporting": []}, "score": 0.9}


def _nothing(*_: object) -> None:
    """No record is asked for here."""


def _turn(clock: Clock, text: str = "用地怎么保障", conversation_id: str = ID, answer: dict[str, Any] | None = ANSWER) -> Turn:
    return Turn(conversation_id, "web", clock(), (Said(Author.ENQUIRER, text), Said(Author.BOT, "应保尽保", answer=answer)))


@pytest.fixture
def begun(conversations: Conversations, clock: Clock) -> Conversations:
    conversations.record([_turn(clock)])
    return conversations


def test_a_turn_is_kept_with_the_answers_citations_and_its_bureau(begun: Conversations) -> None:
    asked, answered = begun.transcript(MARK)
    assert (asked.said.author, asked.said.text) == (Author.ENQUIRER, "用地怎么保障")
    assert answered.said.answer == ANSWER
    assert begun.conversation(MARK).bureau == PRINCIPAL
    assert begun.identity(MARK) == ID


def test_a_later_turn_without_a_bureau_leaves_the_bureau_as_it_was(begun: Conversations, clock: Clock) -> None:
    clock.passes(minutes=1)
    begun.record([_turn(clock, "谢谢", answer=None)])
    assert begun.conversation(MARK).bureau == PRINCIPAL
    assert begun.conversation(MARK).last_at == clock()


def test_neither_words_nor_the_id_stand_in_the_database_and_phones_not_even_encrypted(
    conversations: Conversations, clock: Clock, database: Database, key: PersonalKey
) -> None:
    conversations.record([_turn(clock, "我的电话13800138000，工厂在厚街")])
    assert not any(secret in value for value in values(database) for secret in (ID, "厚街", "13800138000"))
    assert conversations.transcript(MARK)[0].said.text == "我的电话[电话]，工厂在厚街"


def test_an_officer_speaks_in_the_bots_place_until_giving_it_back(begun: Conversations, clock: Clock) -> None:
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    assert begun.takeovers() == (Takeover(MARK, "chen", PRINCIPAL, "", clock()),)
    clock.passes(seconds=5)
    heard = begun.hear(ID, "请问什么时候答复")
    assert heard is not None
    assert begun.conversation(MARK).waiting_since == clock()
    clock.passes(seconds=5)
    begun.say(MARK, CHEN, "请致电0759-1234567", _nothing)
    assert begun.conversation(MARK).waiting_since is None
    begun.hand_back(MARK, CHEN, _nothing)
    assert begun.takeovers() == ()
    assert begun.hear(ID, "还在吗") is None
    told = [(each.said.author, each.said.text) for each in begun.transcript(MARK)[2:]]
    assert told == [
        (Author.SYSTEM, f"现在由{PRINCIPAL}工作人员为您服务，智能助手暂停回复。"),
        (Author.ENQUIRER, "请问什么时候答复"),
        (Author.OFFICER, "请致电0759-1234567"),
        (Author.SYSTEM, f"{PRINCIPAL}工作人员已结束本次服务，现由智能助手继续为您解答。"),
    ]


def test_the_officers_name_is_told_only_if_they_chose_so(begun: Conversations) -> None:
    begun.take_over(MARK, CHEN, PRINCIPAL, True, _nothing)
    utterance = begun.say(MARK, CHEN, "您好", _nothing)
    assert utterance.said.name == "陈霞"
    assert "陈霞" in begun.transcript(MARK)[2].said.text


def test_only_one_officer_speaks_and_a_second_is_told_who_does(begun: Conversations) -> None:
    outcomes = together([partial(begun.take_over, MARK, who, PRINCIPAL, False, _nothing) for who in (CHEN, LI)])
    (taken,) = [outcome for outcome in outcomes if isinstance(outcome, Takeover)]
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, TakenByAnother)]
    assert refused.takeover == taken
    other = LI if taken.login == "chen" else CHEN
    for work in (lambda: begun.say(MARK, other, "x", _nothing), lambda: begun.hand_back(MARK, other, _nothing)):
        with pytest.raises(NotTaken):
            work()
    assert [each.said.author for each in begun.transcript(MARK)].count(Author.SYSTEM) == 1


def test_taking_over_twice_says_it_once(begun: Conversations) -> None:
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    assert len(begun.transcript(MARK)) == 3


@pytest.mark.parametrize("why", ["unseen", "unanswered"])
def test_an_officer_who_vanishes_or_does_not_answer_gives_way_to_the_bot(begun: Conversations, clock: Clock, why: str) -> None:
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    begun.hear(ID, "在吗")
    recorded: list[str] = []

    def end() -> tuple[Takeover, ...]:
        return begun.end_vanished(timedelta(seconds=60), timedelta(minutes=10), lambda connection, taken: recorded.append(taken.login))

    if why == "unseen":
        clock.passes(seconds=59)
        assert end() == ()
        begun.seen(MARK, "chen")
        clock.passes(seconds=61)
    else:
        for _ in range(12):
            assert end() == ()
            clock.passes(seconds=50)
            begun.seen(MARK, "chen")
        clock.passes(seconds=1)
    assert [taken.login for taken in end()] == ["chen"]
    assert recorded == ["chen"]
    assert end() == ()
    assert begun.transcript(MARK)[-1].said.text.startswith("抱歉")
    with pytest.raises(NotTaken):
        begun.say(MARK, CHEN, "我回来了", _nothing)


def test_what_an_officer_does_and_its_record_are_kept_together_or_not_at_all(begun: Conversations) -> None:
    def failing(connection: Connection) -> None:
        raise RuntimeError("no record")

    with pytest.raises(RuntimeError):
        begun.take_over(MARK, CHEN, PRINCIPAL, False, failing)
    assert begun.takeovers() == ()
    assert len(begun.transcript(MARK)) == 2


def test_a_conversation_that_is_none_is_refused(conversations: Conversations) -> None:
    for work in (
        lambda: conversations.conversation("0" * 16),
        lambda: conversations.identity("0" * 16),
        lambda: conversations.take_over("0" * 16, CHEN, PRINCIPAL, False, _nothing),
        lambda: conversations.say("0" * 16, CHEN, "x", _nothing),
    ):
        with pytest.raises(NoSuchConversation):
            work()
    assert conversations.hear("unknown", "x") is None
    assert conversations.transcript("0" * 16) == ()


def test_the_list_holds_what_concerns_the_bureau_by_answer_or_by_ticket(begun: Conversations, tickets: Tickets, clock: Clock) -> None:
    begun.record([_turn(clock, conversation_id="other", answer=None)])
    within = timedelta(hours=1)
    assert [one.mark for one in begun.live(within, PRINCIPAL)] == [MARK]
    assert begun.live(within, OTHER) == ()
    assert len(begun.live(within)) == 2
    number = tickets.open_ticket(lead(conversation=conversation_mark("other"))).ticket.number
    assert {one.mark for one in begun.live(within, PRINCIPAL)} == {MARK, conversation_mark("other")}
    assert PRINCIPAL in begun.bureaus(conversation_mark("other"))
    tickets.reassign(number, OTHER, "陈", "x")
    assert [one.mark for one in begun.live(within, OTHER)] == [conversation_mark("other")]
    clock.passes(hours=2)
    assert begun.live(within) == ()


def test_the_list_is_told_what_was_said_last_in_each(begun: Conversations, clock: Clock) -> None:
    begun.record([_turn(clock, "第二句"), _turn(clock, conversation_id="other", answer=None)])
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    begun.say(MARK, CHEN, "请讲", _nothing)
    last = begun.last_said([MARK, conversation_mark("other"), "0" * 16])
    assert {mark: each.said.text for mark, each in last.items()} == {MARK: "请讲", conversation_mark("other"): "应保尽保"}
    assert begun.last_said([]) == {}


def test_a_bureaus_word_on_a_ticket_appears_in_its_conversation(begun: Conversations, tickets: Tickets) -> None:
    before = begun.latest_id()
    number = tickets.open_ticket(lead(conversation=MARK)).ticket.number
    tickets.comment(number, PRINCIPAL, "请补充材料")
    (said,) = begun.transcript(MARK, after=before)
    assert (said.said.author, said.said.bureau, said.said.text) == (Author.OFFICER, PRINCIPAL, f"{number}：请补充材料")
    assert begun.marks_spoken_to(before) == {MARK}


def test_erasing_a_ticket_erases_the_words_of_its_conversation(begun: Conversations, tickets: Tickets) -> None:
    number = tickets.open_ticket(lead(conversation=MARK)).ticket.number
    tickets.comment(number, PRINCIPAL, "请补充材料")
    tickets.erase(number)
    assert begun.transcript(MARK) == ()


def test_words_are_forgotten_in_time_and_a_conversation_with_an_officer_in_it_stays(begun: Conversations, clock: Clock) -> None:
    begun.take_over(MARK, CHEN, PRINCIPAL, False, _nothing)
    clock.passes(days=91)
    assert begun.forget_before(clock() - timedelta(days=90)) == 3
    assert begun.transcript(MARK) == ()
    begun.hand_back(MARK, CHEN, _nothing)
    begun.forget_before(clock() + timedelta(seconds=1))
    with pytest.raises(NoSuchConversation):
        begun.conversation(MARK)


def test_two_processes_that_begin_a_conversation_at_once_make_one(conversations: Conversations, clock: Clock) -> None:
    outcomes = together([lambda: conversations.record([_turn(clock)]) for _ in range(4)])
    assert outcomes == [None] * 4
    assert len(conversations.live(timedelta(hours=1))) == 1
    assert len(conversations.transcript(MARK)) == 8
