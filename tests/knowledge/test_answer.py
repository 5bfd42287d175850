"""What is said: the answer first, where it stands, who is in charge; or plainly that the plan does not say."""

from __future__ import annotations

import pytest

from knowledge.answer import FALLBACK_BUREAU, Reason
from knowledge.library import Entry, Quote
from knowledge.plan import Plan
from knowledge.sources import Sources
from knowledge.telling.composer import Composer

QUOTE = Quote("task-09", "主平台的制造业项目用地由市指标保障，应保尽保。")
LAND = Entry("land", "land", "用地？", (), "由市指标保障，应保尽保。", (QUOTE,), (), None)


@pytest.fixture
def composer(sources: Sources) -> Composer:
    """Over the real plan."""
    return Composer(sources)


def test_an_answer_says_where_it_stands_that_it_is_a_draft_and_who_is_in_charge(composer: Composer) -> None:
    told = composer.answer(LAND, 0.9)
    assert told.text == "由市指标保障，应保尽保。（依据：《实施方案》征求意见稿 二（三）9）\n这项工作由市自然资源局牵头。"
    assert told.bureaus.principal == ("市自然资源局",)
    assert told.bureaus.supporting == ("市财政局", "市投资促进局")


def test_a_clause_without_bureaus_is_answered_without_one(composer: Composer, plan: Plan) -> None:
    quote = Quote("overview-3", plan.by_id["overview-3"].sentences[0].text)
    told = composer.answer(Entry("t", "targets", "目标？", (), "见方案。", (quote,), (), None), 0.9)
    assert told.bureaus.principal == ()
    assert "牵头" not in told.text


def test_several_clauses_are_each_named_once(composer: Composer) -> None:
    other = Quote("task-11", "开通信贷“绿色通道”")
    told = composer.answer(Entry("two", "t", "?", (), "答。", (QUOTE, other, QUOTE), (), None), 0.9)
    assert "二（三）9、二（三）11）" in told.text
    assert [citation.clause for citation in told.citations] == ["task-09", "task-11"]


def test_a_quote_is_told_with_its_whole_sentence(composer: Composer, plan: Plan) -> None:
    part = Quote("task-11", "对符合条件的金融机构在湛江落户给予奖励")
    (citation,) = composer.answer(Entry("b", "t", "?", (), "答。", (part,), (), None), 0.9).citations
    assert citation.quote == "鼓励持牌金融机构在湛江设立分支机构，对符合条件的金融机构在湛江落户给予奖励。"
    assert citation.quote in plan.by_id["task-11"].text


def test_a_very_long_sentence_is_not_told_whole(composer: Composer, plan: Plan) -> None:
    part = Quote("overview-1", "以推动高质量发展为主题")
    (citation,) = composer.answer(Entry("g", "t", "?", (), "答。", (part,), (), None), 0.9).citations
    assert citation.quote == part.text
    assert len(plan.by_id["overview-1"].sentences[0].text) > 180


def test_an_entry_may_name_a_better_bureau_than_its_clause_s(composer: Composer) -> None:
    told = composer.answer(Entry("tax", "tax", "?", (), "答。", (QUOTE,), ("市财政局",), None), 0.9)
    assert told.bureaus.principal == ("市财政局",)
    assert "市财政局" not in told.bureaus.supporting


def test_what_is_not_stated_names_who_would_know(composer: Composer) -> None:
    told = composer.boundary(Entry("b", "money", "多少钱", (), "方案没有写明。", (), (), "task-09"), 0.9)
    assert (told.reason, told.bureaus.principal) == (Reason.UNSTATED, ("市自然资源局",))
    assert told.text == "方案没有写明。\n具体情况建议向市自然资源局咨询。"


def test_without_a_boundary_of_its_own_the_nearest_clause_is_pointed_to(composer: Composer) -> None:
    told = composer.unstated(LAND, 0.9)
    assert "方案没有写明您问的这一点" in told.text
    assert "二（三）9“加强用地用林保障”" in told.text
    assert told.bureaus.principal == ("市自然资源局",)


def test_where_the_clause_names_no_bureau_the_one_for_enquiries_is_named(composer: Composer, plan: Plan) -> None:
    quote = Quote("overview-3", plan.by_id["overview-3"].sentences[0].text)
    assert composer.unstated(Entry("t", "t", "?", (), "答", (quote,), (), None), 0.9).bureaus.principal == (FALLBACK_BUREAU,)


def test_off_topic_names_nobody(composer: Composer) -> None:
    told = composer.boundary(Entry("w", "off", "天气", (), "不在范围内。", (), (), None), 0.9)
    assert (told.reason, told.bureaus.principal) == (Reason.OFF_TOPIC, ())


def test_every_entry_of_the_library_reads_well_within_500_characters(composer: Composer, sources: Sources) -> None:
    for entry in sources.entries:
        told = composer.boundary(entry, 1.0) if entry.is_boundary else composer.answer(entry, 1.0)
        assert 0 < len(told.text) <= 500, entry.id
        assert "\n\n" not in told.text
        if not entry.is_boundary:
            for citation in composer.answer(entry, 1.0).citations:
                assert citation.quote in sources.plan.by_id[citation.clause].text
