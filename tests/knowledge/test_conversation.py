"""What a message means after another: follow-ups, new topics, several questions at once, years and places."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.settings import Settings
from knowledge import Answer, Context, NoAnswer, Reason, Reply
from knowledge.artefacts import Places
from knowledge.knowledge import Knowledge
from knowledge.opening import open_knowledge

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def knowledge(built: Settings) -> Knowledge:
    """As `make run` builds it."""
    return open_knowledge(Places(built.index_folder, built.encoder_folder))


def _talk(knowledge: Knowledge, *messages: str) -> Reply:
    """The reply to the last message; the context goes through JSON, as it does in Rasa."""
    context: Context | None = None
    for message in messages:
        reply = knowledge.reply(message, context)
        context = Context.of_fields(json.loads(json.dumps(reply.context.as_fields()))) if reply.context else None
        assert context == reply.context
    return reply


def _clauses(reply: Reply) -> list[str]:
    assert isinstance(reply.told, Answer), reply.told.text
    return list(dict.fromkeys(citation.clause for citation in reply.told.citations))


@pytest.mark.parametrize(
    ("messages", "clause", "words"),
    [
        (("廉江主要承接什么产业", "那遂溪呢"), "task-05", "生物医药"),
        (("廉江主要承接什么产业", "what about Xuwen?"), "task-05", "徐闻县"),
        (("主平台用地指标怎么保障", "找哪个部门"), "task-09", "市自然资源局"),
        (("主平台用地指标怎么保障", "边个部门管㗎"), "task-09", "市自然资源局"),
        (("主平台用地指标怎么保障", "原文是什么？"), "task-09", "应保尽保"),
        (("主平台用地指标怎么保障", "还有呢"), "task-09", "60%"),
        (("主平台用地指标怎么保障", "能说详细点吗"), "task-09", "60%"),
        (("主平台用地指标怎么保障", "这个怎么办"), "task-09", "没有写"),
        (("到2027年规上工业产值要到多少", "2023年呢"), "overview-3", "62亿元"),
    ],
)
def test_a_follow_up_is_understood_from_the_last_question(knowledge: Knowledge, messages: tuple[str, ...], clause: str, words: str) -> None:
    reply = _talk(knowledge, *messages)
    assert _clauses(reply) == [clause]
    assert words in reply.told.text


def test_what_else_there_is_comes_to_an_end(knowledge: Knowledge) -> None:
    reply = _talk(knowledge, "主平台用地指标怎么保障", *["还有呢"] * 6)
    assert "已经都告诉您了" in reply.told.text


def test_after_silence_there_is_no_wording_but_a_bureau(knowledge: Knowledge) -> None:
    for message in ("原文是什么", "还有呢", "找哪个部门", "怎么办理"):
        told = _talk(knowledge, "贷款利率是多少", message).told
        assert isinstance(told, NoAnswer)
        assert told.bureaus.principal == ("市金融局",)


def test_what_the_plan_does_not_say_of_the_last_answer_is_not_said(knowledge: Knowledge) -> None:
    told = _talk(knowledge, "主平台用地指标怎么保障", "那每亩要多少钱").told
    assert isinstance(told, NoAnswer)
    assert told.bureaus.principal == ("市自然资源局",)


@pytest.mark.parametrize("message", ["你说的有没有出处", "聊天记录会保存吗", "can I write in English"])
def test_what_is_asked_about_the_assistant_is_answered_without_a_clause(knowledge: Knowledge, message: str) -> None:
    told = knowledge.ask(message)
    assert isinstance(told, Answer)
    assert (told.citations, told.bureaus.principal) == ((), ())


def test_a_question_about_the_assistant_leaves_the_subject_as_it_was(knowledge: Knowledge) -> None:
    assert "市自然资源局" in _talk(knowledge, "主平台用地指标怎么保障", "聊天记录会保存吗", "找哪个部门").told.text


@pytest.mark.parametrize("message", ["孩子上学怎么安排", "没有抵押物能不能贷款", "营业执照要不要换地方重新办"])
def test_a_new_topic_is_new(knowledge: Knowledge, message: str) -> None:
    assert _talk(knowledge, "廉江主要承接什么产业", message).told == knowledge.ask(message)


def test_an_off_topic_message_leaves_the_topic_where_it_was(knowledge: Knowledge) -> None:
    about = _talk(knowledge, "廉江主要承接什么产业").context
    reply = _talk(knowledge, "廉江主要承接什么产业", "今天天气怎么样")
    assert isinstance(reply.told, NoAnswer)
    assert reply.told.reason is Reason.OFF_TOPIC
    assert reply.context == about
    assert about is not None
    assert about.district == "廉江市"


def test_a_context_of_an_earlier_library_does_no_harm(knowledge: Knowledge) -> None:
    about = _talk(knowledge, "廉江主要承接什么产业").context
    assert about is not None
    for stale in (replace(about, clause="gone", entry="gone"), replace(about, told=("gone",), entry="gone")):
        for message in ("还有呢", "原文是什么", "找哪个部门", "这个怎么办", "那遂溪呢", "要多少钱"):
            assert knowledge.reply(message, stale).told.text


@pytest.mark.parametrize("stored", [None, [], {}, {"question": "a"}, "廉江", {"question": 1, "entry": "", "clause": "", "answered": 1}])
def test_anything_else_in_the_slot_is_no_context(stored: object) -> None:
    assert Context.of_fields(stored) is None


@pytest.mark.parametrize(
    ("message", "clauses"),
    [
        ("用地和贷款有什么支持", ["task-09", "task-11"]),
        ("税收有什么优惠？孩子上学怎么安排？", ["task-10", "task-13"]),
    ],
)
def test_two_questions_in_one_message_are_both_answered(knowledge: Knowledge, message: str, clauses: list[str]) -> None:
    assert _clauses(_talk(knowledge, message)) == clauses


def test_the_half_that_the_plan_does_not_answer_is_said_to_be_so(knowledge: Knowledge) -> None:
    reply = _talk(knowledge, "税收有什么优惠？还有高铁通了没有？")
    assert _clauses(reply) == ["task-10"]
    assert "没有写明通车时间" in reply.told.text


@pytest.mark.parametrize(
    ("message", "places"),
    [
        ("做锂电池的适合去哪个区", ["主平台", "雷州市"]),
        ("我们做空调的，放哪里好", ["主平台", "廉江市"]),
        ("服装厂搬去边度好", ["主平台"]),
        ("where should a maker of auto parts go", ["主平台", "奋勇高新区"]),
    ],
)
def test_a_product_leads_to_the_places_that_take_it_and_says_why(knowledge: Knowledge, message: str, places: list[str]) -> None:
    reply = _talk(knowledge, message)
    assert _clauses(reply) == ["task-05"]
    assert all(place in reply.told.text for place in places)


def test_two_districts_are_set_side_by_side(knowledge: Knowledge) -> None:
    reply = _talk(knowledge, "廉江和遂溪主要承接的产业有什么不同")
    assert _clauses(reply) == ["task-05"]
    assert "智能家电" in reply.told.text
    assert "生物医药" in reply.told.text


@pytest.mark.parametrize(("year", "figure"), [("2023年", "62亿元"), ("2027年", "2500亿元")])
def test_goals_of_different_years_are_not_mixed_up(knowledge: Knowledge, year: str, figure: str) -> None:
    told = _talk(knowledge, f"{year}规上工业产值的目标是多少").told
    assert figure in told.text
    assert sum(figure in told.text for figure in ("62亿元", "2500亿元")) == 1


def test_goals_of_two_years_are_both_told(knowledge: Knowledge) -> None:
    text = _talk(knowledge, "2023年和2027年的工业投资目标分别是多少").told.text
    assert "130亿元" in text
    assert "2500亿元" in text


def test_a_year_without_goals_has_none(knowledge: Knowledge) -> None:
    told = _talk(knowledge, "到2031年规上工业产值目标多少").told
    assert isinstance(told, NoAnswer)
    assert "2031年" in told.text or "没有写明" in told.text
