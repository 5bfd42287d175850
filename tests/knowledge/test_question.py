"""How a message is read before anything is looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import PlanError
from knowledge.question.concepts import Concepts, read_concepts
from knowledge.question.follow_up import FollowUp, FollowUpKind, read_follow_up
from knowledge.question.parts import Way, split_parts
from knowledge.question.years import one_year_each, without_years, years_in
from knowledge.sources import Sources
from knowledge.terms import TermReader


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("找哪个部门", FollowUpKind.BUREAU),
        ("边个部门管㗎", FollowUpKind.BUREAU),
        ("那我该找谁谈？", FollowUpKind.BUREAU),
        ("who is in charge of this?", FollowUpKind.BUREAU),
        ("原文是什么", FollowUpKind.QUOTE),
        ("把那段贴出来我看看", FollowUpKind.QUOTE),
        ("还有呢", FollowUpKind.MORE),
        ("仲有冇", FollowUpKind.MORE),
        ("能说详细点吗", FollowUpKind.DETAIL),
        ("这个怎么办", FollowUpKind.HOW),
        ("how do i apply", FollowUpKind.HOW),
        ("那要多少钱", FollowUpKind.ATTRIBUTE),
        ("几天能办好", FollowUpKind.ATTRIBUTE),
    ],
)
def test_what_a_message_follows_up_with_is_seen(text: str, kind: FollowUpKind) -> None:
    assert read_follow_up(TermReader().normalise(text)) == FollowUp(kind)


@pytest.mark.parametrize(("text", "subject"), [("那廉江呢", "廉江"), ("咁贷款呢", "贷款"), ("what about talent?", "talent")])
def test_another_subject_is_read_out(text: str, subject: str) -> None:
    assert read_follow_up(text) == FollowUp(FollowUpKind.INSTEAD, subject)


@pytest.mark.parametrize("text", ["用地找哪个部门", "贷款的原文怎么写", "环评怎么办理", "廉江主要承接什么产业", "孩子上学怎么安排"])
def test_a_message_with_a_subject_of_its_own_is_no_follow_up(text: str) -> None:
    assert read_follow_up(text) is None


def test_hardly_a_wording_of_the_library_is_taken_for_a_follow_up(sources: Sources) -> None:
    terms = TermReader()
    sure = {FollowUpKind.BUREAU, FollowUpKind.QUOTE, FollowUpKind.MORE, FollowUpKind.DETAIL, FollowUpKind.HOW}
    wordings = [wording for entry in sources.entries for wording in entry.wordings]
    taken = [words for words in wordings if (read := read_follow_up(terms.normalise(words))) and read.kind in sure]
    assert len(taken) <= len(wordings) / 500, taken


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("用地怎么保障,还有娃上学怎么办", Way(("用地怎么保障", "娃上学怎么办"), True)),
        ("税收有什么优惠,顺便问下高铁通了没", Way(("税收有什么优惠", "高铁通了没"), True)),
        ("税收有什么优惠?孩子上学怎么安排?", Way(("税收有什么优惠", "孩子上学怎么安排"), True)),
        ("用地和贷款有什么支持", Way(("用地有什么支持", "贷款有什么支持"), True)),
        ("我们是小厂,能不能贷款,孩子能上学吗", Way(("我们是小厂，能不能贷款", "孩子能上学吗"), False)),
        ("旅游业态 农产品牌", Way(("旅游业态", "农产品牌"), False)),
        ("请分别说明2023年税收目标以及告知承诺制的适用对象", Way(("请分别说明2023年税收目标", "告知承诺制的适用对象"), True)),
        ("铁路进港做不做,还有跨海的那条通道", Way(("铁路进港做不做", "跨海的那条通道"), True)),
        ("我做家具,带一百人。贷款好办吗?娃能上学吗?", Way(("我做家具,带一百人，贷款好办吗", "娃能上学吗"), True)),
    ],
)
def test_a_message_of_two_questions_can_be_read_as_two(text: str, way: Way) -> None:
    assert way in split_parts(text)


@pytest.mark.parametrize(
    "text",
    [
        "用地指标",
        "主平台制造业项目的用地指标怎么保障",
        "我们是做锁的,想搬过去",
        "我在中山做灯饰二十年。房东年年涨价，工人也难请。那边有没有只租不卖的厂房？",
        "签完约有人跑手续吗？我很急。",
        "还有",
        "？",
        "",
    ],
)
def test_a_message_of_one_question_is_not_split(text: str) -> None:
    assert split_parts(text) == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2027年和2035年的目标", {2027, 2035}),
        ("27年呢", {2027}),
        ("二零二三年", {2023}),
        ("三五年那会儿", {2035}),
        ("by 2027", {2027}),
        ("用地80平方公里,20年产权", set()),
        ("电话12345", set()),
    ],
)
def test_years_are_found_as_people_write_them(text: str, years: set[int]) -> None:
    assert years_in(text) == years


def test_a_text_of_two_years_becomes_one_text_a_year() -> None:
    first, second = one_year_each("2023年和2027年的投资", {2023, 2027})
    assert years_in(first) == {2023}
    assert years_in(second) == {2027}
    assert without_years("到2027年的投资目标") == "的投资目标"


def test_everyday_words_lead_to_the_plan_s() -> None:
    concepts = read_concepts()
    assert {"子女", "入学"} <= set(concepts.of("娃读书咋办"))
    assert "子女" in concepts.of("schools for my kids")
    assert Concepts({}).of("娃读书") == ()


def test_a_word_of_two_concepts_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "concepts.yml"
    file.write_text("子女: [娃]\n入学: [娃]\n", encoding="utf-8")
    with pytest.raises(PlanError, match="娃"):
        read_concepts(file)


def test_products_and_places_are_named_in_the_plan_s_words(sources: Sources) -> None:
    industries = sources.industries
    assert [product.name for product in industries.products_in("我们做电饭煲和锂电池")] == ["电饭煲", "锂电池"]
    assert industries.places_in("廉江和遂溪") == ("廉江市", "遂溪县")
    assert [seat.place for seat in industries.seats_of(("智能家电",))] == ["主平台", "廉江市"]
    clause = sources.plan.by_id["task-05"].text
    assert all(seat.quote in clause for seat in industries.seats)
