from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from actions.lead.form.draft import Draft
from actions.lead.form.outcome import Aside, Asked, Outcome, Ready, Stopped
from actions.lead.form.steps import CONFIRM, CONSENT, WHICH, form_steps
from actions.lead.form.taking import Form
from tests.actions.lead.offices import BEGUN_AT, form_of, fresh, office_with, shipped_industries, shipped_office

NOW = datetime(2026, 11, 25, 8, 5, tzinfo=timezone.utc)
FORM = form_of(shipped_office())
TRACKS = tuple(track.id for track in shipped_office().tracks)

COMPANY, NAME, PHONE, INDUSTRY, NEED = "东莞宏达电子有限公司", "王先生", "13800138000", "小家电", "想了解用地怎么申请"
PERSON = ("同意", COMPANY, NAME, PHONE)
REQUIRED = (*PERSON, INDUSTRY, NEED)
KNOWN: dict[str, str | int] = {"company": COMPANY, "name": NAME, "phone": "+8613800138000", "industry": INDUSTRY, "need": NEED}
OPTIONAL = ("investment_yuan", "land_square_metres", "district", "time")


class Talk:
    """An enquirer who talks with the form."""

    def __init__(self, *said: str, draft: Draft | None = None, form: Form = FORM) -> None:
        self.form = form
        self.outcome: Outcome = form.begin(draft or fresh())
        self.asked: Asked = form.begin(draft or fresh())
        for text in said:
            self.say(text)

    def say(self, text: str, *, small_talk: bool = False) -> Outcome:
        self.outcome = self.form.take(self.asked.draft, text, small_talk, NOW)
        if isinstance(self.outcome, Asked):
            self.asked = self.outcome
        return self.outcome

    @property
    def step(self) -> str:
        return self.asked.draft.step

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.asked.draft.values)

    @property
    def text(self) -> str:
        return self.asked.prompt.text

    @property
    def choices(self) -> tuple[str, ...]:
        return self.asked.prompt.choices


def at(step: str) -> Talk:
    """A talk that has come to a step."""
    way = {
        CONSENT: (),
        "company": ("同意",),
        "name": PERSON[:2],
        "phone": PERSON[:3],
        "industry": PERSON,
        "need": (*PERSON, INDUSTRY),
        "investment_yuan": REQUIRED,
        "land_square_metres": (*REQUIRED, "跳过"),
        "district": (*REQUIRED, "跳过", "跳过"),
        "time": (*REQUIRED, "跳过", "跳过", "跳过"),
        CONFIRM: (*REQUIRED, "其余跳过"),
        WHICH: (*REQUIRED, "其余跳过", "修改"),
    }
    talk = Talk(*way[step])
    assert talk.step == step
    return talk


STEPS = (CONSENT, "company", "name", "phone", "industry", "need", *OPTIONAL, CONFIRM, WHICH)
FIELDS = tuple(step for step in STEPS if step not in (CONSENT, CONFIRM, WHICH))


# Consent.


def test_nothing_is_taken_before_consent() -> None:
    talk = Talk()
    assert shipped_office().consent.text[:20] in talk.text
    assert "365天" in talk.text
    assert talk.choices == ("同意", "不同意")
    talk.say(f"我们是{COMPANY}，联系人{NAME}，电话{PHONE}")
    assert (talk.step, talk.values, talk.asked.draft.consent_version) == (CONSENT, {}, "")
    assert "请先回复“同意”" in talk.text


@pytest.mark.parametrize("text", ["同意", "我同意。", "好的，谢谢", "可以", "OK", "Yes please", "冇问题", "\u202e同\u200b意"])
def test_consent_is_kept_with_its_version_and_time(text: str) -> None:
    talk = Talk(text)
    assert talk.step == "company"
    assert talk.asked.draft.consent_version == shipped_office().consent.version
    assert datetime.fromisoformat(talk.asked.draft.consent_given_at) == NOW


@pytest.mark.parametrize("text", ["不同意", "不", "不要", "拒绝", "唔同意", "no thanks", "I disagree", "算了"])
def test_refused_consent_keeps_nothing_and_is_no_reproach(text: str) -> None:
    outcome = Talk().say(text)
    assert isinstance(outcome, Stopped)
    assert "没有保存任何信息" in outcome.text


@pytest.mark.parametrize(
    "text", ["你们会保存多久", "会给谁看？", "同意吗", "为什么要登记", "what happens to my data?", "好的，你们会保存多久"]
)
def test_a_question_about_consent_is_no_consent(text: str) -> None:
    assert isinstance(Talk().say(text), Aside)


@pytest.mark.parametrize("text", ["同意，但是不要给别人看", "如果免费我就同意", "随便", "<script>同意</script>", "同意" * 500])
def test_doubtful_consent_is_asked_for_again(text: str) -> None:
    talk = Talk(text)
    assert (talk.step, talk.asked.draft.consent_version) == (CONSENT, "")


def test_consent_and_more_in_one_message_are_both_taken() -> None:
    talk = Talk(f"同意，我们是{COMPANY}，联系人{NAME}，电话{PHONE}")
    assert talk.step == "industry"
    assert talk.values == {"company": COMPANY, "name": NAME, "phone": "+8613800138000"}


@pytest.mark.parametrize("step", FIELDS)
@pytest.mark.parametrize("text", ["不同意", "拒绝"])
def test_consent_can_be_withdrawn_at_any_step(step: str, text: str) -> None:
    assert isinstance(at(step).say(text), Stopped)


# The way through.


def test_the_whole_way_ends_with_a_lead_that_is_what_the_summary_showed() -> None:
    talk = Talk(*REQUIRED, "3亿", "50亩", "廉江", "明年")
    assert talk.step == CONFIRM
    assert talk.text == (
        "请核对：\n单位名称：东莞宏达电子有限公司\n联系人：王先生\n联系电话：13800138000\n所属行业：小家电\n需求：想了解用地怎么申请\n"
        "计划投资：3 亿元\n用地需求：33333 平方米（约 50 亩）\n意向地区：廉江市\n计划时间：明年\n核对无误后提交。"
    )
    assert talk.choices == ("确认提交", "修改", "不登记了")
    outcome = talk.say("确认提交")
    assert isinstance(outcome, Ready)
    lead = outcome.draft.as_lead("web", "mark")
    assert (lead.company, lead.person.name, lead.person.phone, lead.industry, lead.need) == (
        COMPANY,
        NAME,
        "+8613800138000",
        INDUSTRY,
        NEED,
    )
    assert (lead.investment_yuan, lead.land_square_metres, lead.district, lead.time) == (300_000_000, 33_333, "廉江市", "明年")
    assert (lead.consent.version, lead.consent.given_at) == (shipped_office().consent.version, NOW)
    assert (lead.channel, lead.conversation, lead.idempotency_key) == ("web", "mark", "draft")


@pytest.mark.parametrize(
    ("step", "text", "value"),
    [
        ("company", "我们是佛山市顺德区大良百家好家具厂", "佛山市顺德区大良百家好家具厂"),
        ("company", "个人", "个人"),
        ("name", "我姓陈", "陈"),
        ("phone", "１３８００１３８０００", "+8613800138000"),
        ("phone", "一三八零零一三八零零零", "+8613800138000"),
        ("phone", "852 6123 4567", "+85261234567"),
        ("phone", "+853 6612 3456", "+85366123456"),
        ("phone", "0759-3123456", "+867593123456"),
        ("industry", "新能源", "新能源"),
        ("need", "贷款有什么政策吗？", "贷款有什么政策吗？"),
        ("investment_yuan", "三亿五千万", 350_000_000),
        ("investment_yuan", "５０００万", 50_000_000),
        ("land_square_metres", "五十亩", 33_333),
        ("district", "雷州", "雷州市"),
        ("district", "都可以", ""),
        ("time", "还没定", "还没定"),
    ],
)
def test_each_field_is_read_from_what_people_write(step: str, text: str, value: str | int) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.values[step] == value
    assert talk.step not in (step, CONSENT)


def test_one_message_may_tell_everything() -> None:
    talk = Talk("同意", f"我们是{COMPANY}，联系人{NAME}，电话{PHONE}，做小家电的，想投3个亿，要50亩地，明年搬到廉江")
    assert talk.step == "need", "all that is left"
    talk.say(NEED)
    assert talk.step == CONFIRM


@pytest.mark.parametrize(
    ("step", "text", "known", "then"),
    [
        (
            "company",
            "宏达电子厂，联系人王先生，电话13800138000",
            {"company": "宏达电子厂", "name": NAME, "phone": "+8613800138000"},
            "industry",
        ),
        ("name", "小明 13800138000", {"name": "小明", "phone": "+8613800138000"}, "industry"),
        ("need", "需要50亩地，投资3亿，怎么申请", {"land_square_metres": 33_333, "investment_yuan": 300_000_000}, "district"),
        ("company", "联系人王先生，电话13800138000", {"name": NAME, "phone": "+8613800138000"}, "company"),
        ("industry", "13900139000", {"phone": "+8613900139000"}, "industry"),
    ],
)
def test_what_is_told_beside_the_answer_is_not_asked_again(step: str, text: str, known: dict[str, str | int], then: str) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.step == then
    assert known.items() <= talk.values.items()


def test_what_the_conversation_told_is_shown_and_not_asked() -> None:
    talk = Talk(draft=fresh(need="每亩地多少钱", industry="小家电", district="廉江市"))
    assert "已按前面的对话填好：所属行业“小家电”、需求“每亩地多少钱”、意向地区“廉江市”。" in talk.text
    for text in PERSON:
        talk.say(text)
    assert talk.step == "investment_yuan"
    talk.say("其余跳过")
    assert "意向地区：廉江市" in talk.text


def test_the_summary_shows_all_that_is_submitted() -> None:
    draft = replace(fresh(), values=KNOWN | {"district": ""}, question="每亩地多少钱", bureau="市自然资源局")
    talk = Talk("同意", "其余跳过", draft=draft)
    assert "意向地区：都可以" in talk.text
    assert "希望联系：市自然资源局" in talk.text
    assert "此前提问：每亩地多少钱" in talk.text
    same = Talk("同意", "其余跳过", draft=replace(draft, question=NEED))
    assert "此前提问" not in same.text, "the need says it already"


# Going back, leaving out, correcting.


def test_going_back_shows_what_was_answered() -> None:
    talk = at("phone")
    talk.say("上一步")
    assert (talk.step, talk.text) == ("name", "请问怎么称呼您？\n现在填的是：王先生")
    talk.say("上一步")
    assert talk.step == "company"
    talk.say("上一步")
    assert talk.text.startswith("已经是第一步。")
    talk.say("深圳宏达有限公司")
    assert (talk.step, talk.values["company"], talk.values["name"]) == ("phone", "深圳宏达有限公司", NAME)


def test_going_back_leads_through_what_was_skipped_too() -> None:
    talk = at(CONFIRM)
    for step in reversed(FIELDS):
        talk.say("上一步")
        assert talk.step == step
    talk.say("返回")
    assert talk.step == "company"
    talk.say("不改了")
    assert talk.step == CONFIRM


def test_going_back_from_the_choice_leads_to_the_summary() -> None:
    talk = at(WHICH)
    talk.say("上一步")
    assert talk.step == CONFIRM


@pytest.mark.parametrize("step", ["company", "name", "phone", "industry", "need"])
@pytest.mark.parametrize("text", ["跳过", "没有", "不清楚", "保密", "其余跳过", "skip"])
def test_what_is_needed_cannot_be_left_out(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.step == step
    assert step not in talk.values
    assert "是必填的" in talk.text


def test_everything_else_can_be_left_out_at_once_even_at_a_needed_field() -> None:
    talk = at("company")
    talk.say("其余跳过")
    for text in REQUIRED[1:]:
        talk.say(text)
    assert talk.step == CONFIRM


@pytest.mark.parametrize("step", OPTIONAL)
@pytest.mark.parametrize("text", ["跳过", "不用了", "不要了", "没有", "不填", "冇", "no"])
def test_what_is_not_needed_can_be_left_out_in_any_words(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.step != step
    assert step not in talk.values


def test_a_field_that_is_looked_at_again_can_be_left_as_it_is_or_emptied() -> None:
    for text, left in (("不改了", 300_000_000), ("跳过", 300_000_000), ("对", 300_000_000), ("不填", None), ("没有", None)):
        talk = Talk(*REQUIRED, "3亿", "其余跳过", "修改", "计划投资")
        assert talk.choices == ("不改了", "不填")
        talk.say(text)
        assert (talk.step, talk.values.get("investment_yuan")) == (CONFIRM, left), text


@pytest.mark.parametrize(
    ("step", "text", "field", "value", "then"),
    [
        ("need", "电话改成13900139000", "phone", "+8613900139000", "need"),
        ("need", "联系人写错了，是李小姐", "name", "李小姐", "need"),
        ("industry", "change my phone to 13900139000", "phone", "+8613900139000", "industry"),
        ("name", "公司名應該係深圳宏達有限公司", "company", "深圳宏達有限公司", "name"),
        ("company", "投资改成5亿", "investment_yuan", 500_000_000, "company"),
        (CONFIRM, "手机号应该是13900139000", "phone", "+8613900139000", CONFIRM),
        (CONFIRM, "电话13900139000", "phone", "+8613900139000", CONFIRM),
        (CONFIRM, "需求改成想了解补贴", "need", "想了解补贴", CONFIRM),
        (WHICH, "联系人改为李小姐", "name", "李小姐", CONFIRM),
    ],
)
def test_a_correction_says_all_at_once(step: str, text: str, field: str, value: str | int, then: str) -> None:
    talk = at(step)
    talk.say(text)
    assert (talk.step, talk.values[field]) == (then, value)
    if then not in (CONFIRM, field):
        assert talk.text.startswith("已记下"), "or nobody sees that it was taken"


@pytest.mark.parametrize("step", ["industry", "need", *OPTIONAL, CONFIRM, WHICH])
def test_a_correction_in_two_steps_comes_back_to_where_it_was(step: str) -> None:
    talk = at(step)
    talk.say("联系人写错了")
    assert (talk.step, talk.text) == ("name", "请问怎么称呼您？\n现在填的是：王先生")
    talk.say("李小姐")
    assert (talk.step, talk.values["name"]) == (CONFIRM if step == WHICH else step, "李小姐")


def test_a_correction_by_choices() -> None:
    talk = at(CONFIRM)
    talk.say("修改")
    assert talk.choices == (*(step.title for step in form_steps((), None)), "不改了")
    talk.say("联系电话")
    talk.say("13900139000")
    assert (talk.step, talk.values["phone"]) == (CONFIRM, "+8613900139000")


def test_a_faulty_correction_changes_nothing() -> None:
    talk = at(CONFIRM)
    talk.say("电话改成123")
    assert talk.step == "phone"
    assert "没有看到有效的电话号码" in talk.text
    talk.say("不改了")
    assert (talk.step, talk.values["phone"]) == (CONFIRM, "+8613800138000")


@pytest.mark.parametrize(
    "text", ["想把工业用地改成商住用地", "公司名称要变更", "用地要改一下", "用地改成商业用途", "我们公司其实是做家电的，想转型"]
)
def test_a_need_that_speaks_of_changing_is_a_need(text: str) -> None:
    talk = at("need")
    talk.say(text)
    assert talk.values["need"] == text
    assert talk.values["company"] == COMPANY


# Stopping, and what is not for the form.


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("text", ["算了", "算了吧", "不登记了", "我不想登记了", "唔搞啦", "取消登記", "stop"])
def test_the_form_can_be_stopped_at_every_step_and_keeps_nothing(step: str, text: str) -> None:
    outcome = at(step).say(text)
    assert isinstance(outcome, Stopped)
    assert "没有保存任何信息" in outcome.text


@pytest.mark.parametrize("step", [step for step in STEPS if step != "need"])
@pytest.mark.parametrize("text", ["贷款有绿色通道吗", "用地指标谁负责？谢谢", "廉江有地嗎", "有冇补贴", "how much is the land"])
def test_a_question_in_between_is_left_to_the_knowledge(step: str, text: str) -> None:
    assert isinstance(at(step).say(text), Aside)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("text", ["你好", "谢谢你", "你是谁", "再见"])
def test_small_talk_is_left_to_rasa(step: str, text: str) -> None:
    assert isinstance(at(step).say(text, small_talk=True), Aside)


@pytest.mark.parametrize("step", [step for step in STEPS if step not in (CONSENT, CONFIRM, WHICH)])
@pytest.mark.parametrize("text", ["同意", "确认提交", "好的"])
def test_a_choice_of_an_older_message_is_no_answer(step: str, text: str) -> None:
    talk = at(step)
    before = talk.asked
    talk.say(text)
    assert talk.asked == before


@pytest.mark.parametrize(
    "company",
    [
        "我行吗有限公司",
        "什么都卖贸易有限公司",
        "怎么办文化传播有限公司",
        "如何科技有限公司",
        "算了餐饮有限公司",
        "返回科技有限公司",
        "同意科技有限公司",
        "跳过电子（深圳）有限公司",
        "咩咩羊毛制品厂",
        "东莞市不锈钢制品厂",
        "改革机械有限公司",
        "Can Do Electronics Co., Ltd.",
    ],
)
def test_odd_names_of_companies_are_names(company: str) -> None:
    talk = at("company")
    talk.say(company)
    assert (talk.step, talk.values.get("company")) == ("name", company)


@pytest.mark.parametrize("text", ["怎么注册有限公司", "你们是什么公司", "哪里有工厂", "有没有物流公司"])
def test_questions_about_companies_are_none(text: str) -> None:
    assert isinstance(at("company").say(text), Aside)


def test_a_company_called_by_small_talk_is_taken_all_the_same() -> None:
    talk = at("company")
    talk.say("谢谢餐饮有限公司", small_talk=True)
    assert talk.values["company"] == "谢谢餐饮有限公司"


def test_after_an_interruption_the_same_is_asked_again() -> None:
    for step in STEPS:
        talk = at(step)
        assert FORM.again(talk.asked.draft).draft == talk.asked.draft
        assert FORM.again(talk.asked.draft).prompt.choices == talk.choices


# Words that strangers said.


@pytest.mark.parametrize("step", ["company", "name", "phone", "industry", "need"])
@pytest.mark.parametrize("text", ["不填", "不想说", "不想留", "先空着", "我不想填", "唔填", "不方便透露"])
def test_who_withholds_what_is_needed_is_told_so_and_how_to_stop(step: str, text: str) -> None:
    talk = at(step)
    assert isinstance(talk.say(text), Asked)
    assert (talk.step, step in talk.values) == (step, False)
    assert "是必填的" in talk.text
    assert "不想登记可以说“不登记了”" in talk.text


@pytest.mark.parametrize("step", ["company", "phone"])
def test_what_is_needed_and_known_is_not_taken_away(step: str) -> None:
    talk = at(CONFIRM)
    before = talk.values
    talk.say("电话写错了" if step == "phone" else "单位名称写错了")
    talk.say("不填")
    assert (talk.step, talk.values) == (step, before)
    assert "是必填的" in talk.text


@pytest.mark.parametrize("step", [CONFIRM, WHICH])
def test_the_whole_form_is_not_stopped_by_leaving_one_thing_out(step: str) -> None:
    talk = at(step)
    assert isinstance(talk.say("不填"), Asked)
    assert talk.step == step


@pytest.mark.parametrize("step", OPTIONAL)
@pytest.mark.parametrize("text", ["不想说", "不想留", "先空着"])
def test_who_withholds_what_is_not_needed_is_asked_the_next(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert (talk.step != step, step in talk.values) == (True, False)


@pytest.mark.parametrize(
    ("step", "text", "noted"),
    [
        ("investment_yuan", "三五千万", "已记为 3000 万元，可随时更正。"),
        ("investment_yuan", "五千万到八千万", "已记为 5000 万元，可随时更正。"),
        ("investment_yuan", "十几亿", "已记为 10 亿元，可随时更正。"),
        ("investment_yuan", "不超过1亿", "已记为 1 亿元，可随时更正。"),
        ("investment_yuan", "投资改成三五千万", "已记为 3000 万元，可随时更正。"),
        ("land_square_metres", "50-80亩", "已记为 33333 平方米（约 50 亩），可随时更正。"),
        ("land_square_metres", "十来亩", "已记为 6667 平方米（约 10 亩），可随时更正。"),
        ("need", "想投三五千万，要十几亩地", "已记为 3000 万元、6667 平方米（约 10 亩），可随时更正。"),
        (CONFIRM, "投资大概三五千万", "已记为 3000 万元，可随时更正。"),
    ],
)
def test_what_was_made_of_a_vague_figure_is_said_at_once(step: str, text: str, noted: str) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.step != step or step == CONFIRM
    assert talk.text.startswith(f"{noted}\n")


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("investment_yuan", "5000万"),
        ("investment_yuan", "投资三亿五千万元"),
        ("investment_yuan", "3亿，要50亩"),
        ("land_square_metres", "50亩"),
    ],
)
def test_of_an_exact_figure_nothing_is_said(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert talk.step != step
    assert "已记" not in talk.text


def test_a_vague_figure_and_a_track_are_both_told() -> None:
    talk = Talk(*PERSON, INDUSTRY, "想办环评，投资三五千万")
    assert talk.text.startswith("已记为 3000 万元，可随时更正。\n按环评审批“绿色通道”登记，还要问几项。\n")


@pytest.mark.parametrize(
    ("text", "industry"),
    [
        ("搞五金冲压的，顺便做点电镀", "五金冲压，顺便做点电镀"),
        ("五金冲压，也做电镀", "五金冲压，也做电镀"),
        ("做小家電嘅", "小家電"),
        ("你好，我们主要生产电饭煲和空气炸锅，出口为主", "电饭煲和空气炸锅，出口为主"),
        ("电话13900139000，做小家电的，想投3亿", "小家电"),
        ("我们是东莞宏达电子有限公司做小家电的", "小家电"),
        ("做小家电的" + "，出口东南亚各国" * 20, "小家电"),
    ],
)
def test_an_industry_is_kept_in_the_words_of_the_enquirer(text: str, industry: str) -> None:
    talk = at("industry")
    talk.say(text)
    assert talk.values["industry"] == industry


@pytest.mark.parametrize("step", ["company", "name", "industry", "need"])
@pytest.mark.parametrize("text", ["转人工", "人工", "有用", "没用", "没帮助", "没听懂", "什么意思"])
def test_what_is_said_to_the_assistant_is_no_name(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert (talk.step, step in talk.values) == (step, False)
    assert ("12345" if "人工" in text else "不想登记可以说“不登记了”") in talk.text


@pytest.mark.parametrize("text", ["我们厂", "本公司", "我司", "咱们厂子"])
def test_who_has_no_name_of_a_company_is_told_what_else_may_be_filled_in(text: str) -> None:
    talk = at("company")
    talk.say(text)
    talk.say(text)
    assert talk.step == "company"
    assert "还没有注册的可填“筹备中”，个人请填“个人”" in talk.text
    talk.say("筹备中")
    assert talk.values["company"] == "筹备中"


UNDECIDED = ("面议", "还没定", "随便", "老板说了算", "听老板的", "冇所谓", "看情况", "待定", "再说", "以后再说", "not sure")


@pytest.mark.parametrize("step", ["investment_yuan", "land_square_metres", "district"])
@pytest.mark.parametrize("text", UNDECIDED)
def test_what_is_not_decided_is_left_out(step: str, text: str) -> None:
    talk = at(step)
    talk.say(text)
    assert (talk.step != step, step in talk.values) == (True, False)


@pytest.mark.parametrize("text", UNDECIDED)
def test_a_time_that_is_not_decided_holds_nobody_up(text: str) -> None:
    talk = at("time")
    talk.say(text)
    assert (talk.step, talk.values.get("time", text)) == (CONFIRM, text), "as they said it, or not at all"


@pytest.mark.parametrize("text", ["不要地", "不用地", "租厂房就行", "租", "不买地", "不买地，租厂房就行", "我们只租厂房"])
def test_who_wants_no_land_is_asked_no_more_of_it(text: str) -> None:
    talk = at("land_square_metres")
    talk.say(text)
    assert (talk.step, "land_square_metres" in talk.values) == ("district", False)


def test_a_small_aim_is_no_amount() -> None:
    talk = at("investment_yuan")
    talk.say("一个小目标")
    assert talk.text.startswith("请写明单位是万元还是亿元")


@pytest.mark.parametrize(
    ("step", "text", "told", "noted"),
    [
        ("investment_yuan", "50亩", {"land_square_metres": 33_333}, "已记下用地需求。"),
        ("investment_yuan", "两万方", {"land_square_metres": 20_000}, "已记下用地需求。"),
        ("investment_yuan", "雷州", {"district": "雷州市"}, "已记下意向地区。"),
        (
            "investment_yuan",
            "50-80亩",
            {"land_square_metres": 33_333},
            "已记下用地需求：33333 平方米（约 50 亩），可随时更正。",
        ),
        ("phone", "雷州", {"district": "雷州市"}, "已记下意向地区。"),
        ("company", "3亿", {"investment_yuan": 300_000_000}, "已记下计划投资。"),
        ("district", "50亩", {"land_square_metres": 33_333}, "已记下用地需求。"),
    ],
)
def test_an_answer_to_another_question_is_taken_for_that_one(step: str, text: str, told: dict[str, str | int], noted: str) -> None:
    talk = at(step)
    before, question = talk.values, talk.text.splitlines()[-1]
    talk.say(text)
    assert (talk.step, talk.values) == (step, before | told)
    assert talk.text == f"{noted}\n{question}"


def test_an_answer_out_of_turn_changes_nothing_that_is_known_already() -> None:
    talk = Talk(*REQUIRED, "3亿", "50亩")
    talk.say("5亿")
    assert (talk.step, talk.values["investment_yuan"]) == ("district", 300_000_000)


@pytest.mark.parametrize("text", ["50亩，雷州", "我们之前在雷州有一个老厂房是租别人的后来搬走了", "深圳", "500"])
def test_what_may_be_two_answers_or_none_is_not_guessed(text: str) -> None:
    talk = at("investment_yuan")
    before = talk.values
    talk.say(text)
    assert (talk.step, talk.values) == ("investment_yuan", before)


@pytest.mark.parametrize("text", ["yes i agree", "I do", "yes please", "👌", "👍", "👍🏻", "好的👍", "好的同意", "可以同意", "同意的"])
def test_consent_is_given_in_many_ways(text: str) -> None:
    assert FORM.expects(Talk().asked.draft, text)
    assert Talk(text).step == "company"


@pytest.mark.parametrize("text", ["先不", "再想想", "考虑一下", "暂时不", "我再考虑一下", "不想留", "不填", "不同意的"])
def test_who_hesitates_gives_no_consent_and_nothing_is_kept(text: str) -> None:
    outcome = Talk().say(text)
    assert isinstance(outcome, Stopped)
    assert "没有保存任何信息" in outcome.text


@pytest.mark.parametrize("text", ["不同意👍", "👎", "👍但是别给别人看"])
def test_a_sign_beside_doubtful_words_is_no_consent(text: str) -> None:
    assert Talk(text).asked.draft.consent_version == ""


@pytest.mark.parametrize("text", ["都不对", "全都改", "全部重填", "重填"])
def test_who_wants_all_anew_is_asked_which_item_first(text: str) -> None:
    talk = at(CONFIRM)
    talk.say(text)
    assert (talk.step, talk.text) == (WHICH, "要改哪一项？")


@pytest.mark.parametrize(("text", "name"), [("我姓陈，叫我老陈就行", "老陈"), ("免贵姓李", "李"), ("前台", "前台")])
def test_a_contact_is_called_as_they_want(text: str, name: str) -> None:
    talk = at("name")
    talk.say(text)
    assert talk.values["name"] == name


@pytest.mark.parametrize("step", ["district", CONFIRM])
def test_a_place_that_is_given_up_gives_way_to_the_one_that_is_wanted(step: str) -> None:
    talk = at(step)
    talk.say("不去雷州，改去廉江")
    assert talk.values["district"] == "廉江市"


def test_the_island_is_part_of_its_zone_and_the_city_is_no_district() -> None:
    talk = at("district")
    talk.say("市区")
    assert "请在以下区域中选择" in talk.text
    assert talk.text.count("经开区") == 1
    talk.say("东海岛那边")
    assert talk.values["district"] == "经开区"


# Bad input.

NONSENSE = {
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE tickets; --",
    "long": "字" * 10_000,
    "emoji": "😀😀😀",
    "right to left": "\u202e\u2066\u200f",
    "blank": " \u3000\n",
    "marks": "？！。，",
}


# Any letters are a name, an industry or a need: such a one is kept as the words that it is, see the fields' own tests.
WORDS_LIKE_OTHERS = {("need", "script"), *((step, "sql") for step in ("company", "name", "industry", "need"))}


@pytest.mark.parametrize(("step", "kind"), [(s, k) for s in FIELDS for k in NONSENSE if (s, k) not in WORDS_LIKE_OTHERS])
def test_nonsense_is_refused_politely_and_not_echoed(step: str, kind: str) -> None:
    talk = at(step)
    before = talk.values
    outcome = talk.say(NONSENSE[kind])
    assert isinstance(outcome, (Asked, Aside))
    assert (talk.step, talk.values) == (step, before)
    assert len(talk.text) < 300
    assert "<script" not in talk.text


def test_a_need_with_markup_is_kept_as_words() -> None:
    talk = at("need")
    talk.say("<b>厂房</b>怎么租\u202e")
    assert talk.values["need"] == "<b>厂房</b>怎么租"


@pytest.mark.parametrize(
    "talk",
    [
        Talk("同意", "東莞宏達電子有限公司", "王先生", "13800138000", "小家電", "想了解用地點申請", "其餘跳過"),
        Talk(
            "好呀",
            "我哋公司叫東莞宏達電子有限公司",
            "搵王先生",
            "一三八零零一三八零零零",
            "做小家電嘅",
            "想問下有冇補貼",
            "三億",
            "五十畝",
            "廉江",
            "聽年",
        ),
        Talk("I agree", "Hongda Electronics Ltd", "John Smith", "+852 6123 4567", "rice cookers", "We need a plot", "skip the rest"),
    ],
    ids=["traditional", "Cantonese", "English"],
)
def test_the_form_is_gone_through_in_other_scripts_and_languages(talk: Talk) -> None:
    assert talk.step == CONFIRM
    assert isinstance(talk.say("確認提交"), Ready)


# Tracks.


def test_a_track_asks_its_own_questions_and_its_answers_go_along() -> None:
    talk = Talk(*PERSON, INDUSTRY, "想办环评")
    assert talk.step == "details.project"
    assert talk.text.startswith("按环评审批“绿色通道”登记，还要问几项。")
    talk.say("年产50万台小家电生产线，投资3亿")
    assert talk.values["investment_yuan"] == 300_000_000, "told in passing"
    talk.say("还没有")
    talk.say("不清楚")
    assert talk.values["details.planning-assessment"] == "不清楚", "a choice, though it would skip elsewhere"
    talk.say("其余跳过")
    assert talk.text.startswith("请核对：\n办理事项：环评审批“绿色通道”\n")
    outcome = talk.say("确认提交")
    assert isinstance(outcome, Ready)
    lead = outcome.draft.as_lead("web", "")
    assert (lead.track, lead.clause) == ("environmental-approval", "task-12")
    assert lead.details == {"project": "年产50万台小家电生产线，投资3亿", "park": "还没有", "planning-assessment": "不清楚"}


def test_a_track_that_comes_from_the_need_goes_with_it() -> None:
    talk = Talk(*PERSON, INDUSTRY, "想办环评", "需求改成想申请贷款")
    assert talk.asked.draft.track == "credit"
    talk.say("需求改成想了解厂房租金")
    assert (talk.asked.draft.track, talk.step) == ("", "investment_yuan")
    talk.say("其余跳过")
    outcome = talk.say("确认提交")
    assert isinstance(outcome, Ready)
    assert (outcome.draft.clause, outcome.draft.as_lead("web", "").details) == ("", {})


def test_a_track_that_was_asked_for_stays_when_the_need_is_worded_anew() -> None:
    talk = Talk(*PERSON, INDUSTRY, draft=fresh("environmental-approval"))
    assert "您要办的是环评审批“绿色通道”。" in FORM.begin(fresh("environmental-approval")).prompt.text
    talk.say("项目要在明年开工")
    assert (talk.asked.draft.track, talk.step) == ("environmental-approval", "details.project")


def test_a_question_about_a_track_s_business_wants_no_track() -> None:
    talk = Talk(*PERSON, draft=fresh(industry=INDUSTRY, need="环评批文要多久"))
    assert talk.asked.draft.track == ""


def test_a_clause_of_the_conversation_gives_way_to_the_track_s() -> None:
    draft = replace(fresh(), values=KNOWN, clause="task-09", bureau="市自然资源局")
    talk = Talk("同意", "需求改成办环评", draft=draft)
    for text in ("年产50万台", "其余跳过"):
        talk.say(text)
    outcome = talk.say("提交")
    assert isinstance(outcome, Ready)
    assert (outcome.draft.clause, outcome.draft.bureau) == ("task-12", "")


@pytest.mark.parametrize("track", ["", *TRACKS])
def test_every_choice_that_is_ever_offered_is_taken(track: str) -> None:
    """Press everything everywhere, breadth first, typing only where nothing is offered that goes on."""
    typed = {"company": COMPANY, "name": NAME, "phone": PHONE, "industry": INDUSTRY, "need": NEED}
    waiting: deque[Asked] = deque([FORM.begin(fresh(track))])
    seen: set[tuple[object, ...]] = set()
    ends: set[type] = set()
    while waiting:
        asked = waiting.popleft()
        where = (asked.draft.step, frozenset(asked.draft.values), frozenset(asked.draft.skipped))
        if where in seen:
            continue
        seen.add(where)
        step = asked.draft.step
        words = typed.get(step) or ("建厂房和买设备" if step.startswith("details.") and not asked.prompt.choices[:-1] else None)
        for text in (*asked.prompt.choices, *([words] if words else [])):
            assert FORM.expects(asked.draft, text) or text == words
            outcome = FORM.take(asked.draft, text, False, NOW)
            ends.add(type(outcome))
            assert not isinstance(outcome, Aside), (step, text)
            if isinstance(outcome, Asked):
                assert outcome.draft != asked.draft, f"{text} did nothing at {step}"
                waiting.append(outcome)
    assert {Asked, Ready, Stopped} == ends
    assert {CONSENT, CONFIRM, WHICH, *FIELDS} <= {step for step, *_ in seen}


# Drafts that are kept between the turns.


def test_a_draft_is_kept_as_json_fields() -> None:
    draft = Talk(*REQUIRED, "跳过", "50亩").asked.draft
    assert Draft.of_fields(draft.as_fields()) == draft


@pytest.mark.parametrize(
    "change",
    [
        {"values": None},
        {"skipped": "time"},
        {"step": 1},
        {"begun_at": "yesterday"},
        {"begun_at": "2026-11-25T08:00:00"},
        {"track_from_need": "yes"},
        {"unknown": ""},
    ],
    ids=str,
)
def test_what_is_no_draft_begins_anew(change: dict[str, Any]) -> None:
    assert Draft.of_fields(fresh().as_fields() | change) is None


@pytest.mark.parametrize("stored", [None, "", [], {}, 1])
def test_anything_else_is_no_draft(stored: object) -> None:
    assert Draft.of_fields(stored) is None


def test_a_draft_is_forgotten_after_a_day() -> None:
    begun = datetime.fromisoformat(BEGUN_AT)
    assert not fresh().is_stale(begun + timedelta(hours=2))
    assert fresh().is_stale(begun + timedelta(hours=25))


def test_a_track_that_officers_took_away_is_asked_no_more_and_submitted_no_more() -> None:
    draft = Talk(*PERSON, INDUSTRY, "想办环评", "年产50万台").asked.draft
    assert draft.step == "details.park"
    without = form_of(office_with())
    outcome = without.take(draft, "廉江产业园", False, NOW)
    assert isinstance(outcome, Asked)
    assert (outcome.draft.step, outcome.draft.track) == ("investment_yuan", ""), "and the answer is not taken for another one"
    assert not any(name.startswith("details.") for name in outcome.draft.values)
    assert without.again(draft).draft.step == "investment_yuan"


def test_a_question_that_officers_added_is_asked_before_submitting() -> None:
    confirm = Talk(*PERSON, INDUSTRY, "想办环评", "年产50万台", "其余跳过").asked.draft
    assert confirm.step == CONFIRM
    (track,) = [track for track in shipped_office().tracks if track.id == "environmental-approval"]
    more = replace(track, fields=(*track.fields, replace(track.fields[0], id="scale", name="占地规模", ask="占地多大？")))
    outcome = form_of(office_with(more)).take(confirm, "确认提交", False, NOW)
    assert isinstance(outcome, Asked)
    assert outcome.draft.step == "details.scale"


def test_the_places_offered_are_places_of_the_plan() -> None:
    places: Sequence[tuple[str, str]] = shipped_industries().names
    (district,) = [step for step in form_steps(places, None) if step.name == "district"]
    assert {district.read(choice) for choice in district.choices} <= {name for _, name in places} | {""}
