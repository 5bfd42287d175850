from __future__ import annotations

import time

import pytest

from actions.lead.fields import Unreadable
from actions.lead.form.answer import read_answer
from actions.lead.form.correction import correction_in, named_step
from actions.lead.form.steps import Step, form_steps
from actions.lead.form.words import Control, agrees, asks, control_in
from tests.actions.lead.offices import shipped_industries, shipped_office

STEPS: tuple[Step, ...] = form_steps(shipped_industries().names, shipped_office().track_by_id["environmental-approval"])
ANY = tuple(Control)


@pytest.mark.parametrize(
    ("control", "texts"),
    [
        (
            Control.STOP,
            "算了|算了吧|还是算了|算啦|不填了|我不填了|不想登记了|我不想登记了|取消|取消吧|我要退出|停止登记|先不弄了|改天再说|不办了",
        ),
        (Control.STOP, "算了，不登记了|不，算了|算了算了，谢谢|唔填啦|唔搞啦|唔使喇|取消登記|Stop.|never mind|forget it|QUIT"),
        (Control.BACK, "上一步|返回|后退|上一項|返回上一步吧|back|go back"),
        (Control.SKIP, "跳过|跳過|先跳过|这项跳过|不清楚|不知道|唔知|下一项|保密|skip|don't know"),
        (Control.NOTHING, "没有|無|暂无|不填|不用了|不要|冇|none|N/A"),
        (Control.SKIP_REST, "其余跳过|其餘跳過|后面都跳过|全部跳过|都不填|skip the rest"),
        (Control.YES, "同意|我同意|好的|好的，谢谢|可以|没问题|是的|對|確認提交|１|冇问题|啱|OK|okay|I agree|yes, please"),
        (Control.NO, "不|不行|不好|不是|唔好|2|no|No, thanks"),
        (Control.REFUSE, "不同意|我不同意|拒绝|唔同意|disagree|I don't agree"),
        (Control.CORRECT, "修改|改一下|我要改|填错了|寫錯了|不对|有误|change|wrong"),
        (Control.CORRECT, "都不对|全都改|全部重填|重填|重新填写|全錯了"),
        (Control.KEEP, "不改了|不用改|保留|就这样|keep"),
        (Control.WITHHOLD, "不填|不想说|不想留|先空着|我不想留电话|不方便透露姓名|唔填|先不填|不愿意提供手机号"),
        (Control.NOT_YET, "先不|再想想|考虑一下|暂时不|我再考虑考虑|let me think"),
        (Control.PERSON, "转人工|人工|人工客服|轉人工吧|真人"),
        (Control.LOST, "有用|没用|没帮助|没听懂|什么意思|睇唔明"),
    ],
)
def test_what_is_said_to_the_form_is_understood(control: Control, texts: str) -> None:
    assert [text for text in texts.split("|") if control_in(text, control) is not control] == []


@pytest.mark.parametrize(
    "text",
    [
        "算了餐饮有限公司",
        "返回科技有限公司",
        "同意科技",
        "好的家具厂",
        "王先生",
        "13800138000",
        "不锈钢制品",
        "取消农业税以后的政策",
        "想办环评",
        "改造厂房",
        "继续教育中心",
        "停车场设备",
        "谢谢",
        "",
        "   ",
        "👍",
        "，。！",
        "同意，但是不要给别人看",
        "好" * 10_000,
    ],
)
def test_what_is_said_into_the_form_is_no_control(text: str) -> None:
    assert control_in(text, *ANY) is None


@pytest.mark.parametrize("text", ["不填了", "不想填了", "不留了", "不想说了", "唔填啦", "不登记", "不提供", "不锈钢", "空调厂", "留学生"])
def test_who_stops_or_answers_does_not_withhold_one_thing(text: str) -> None:
    assert control_in(text, Control.WITHHOLD) is None


def test_a_sign_agrees_where_nothing_contradicts_it() -> None:
    assert all(agrees(text) for text in ("同意", "👍", "👌👌", "👍🏽", "好的👍", "👍 "))
    assert not any(agrees(text) for text in ("", " ", "👎", "不同意👍", "👍但是", "😀"))


def test_marks_that_are_not_seen_change_nothing() -> None:
    assert control_in("\u202e同\u200b意\u2069", Control.YES) is Control.YES
    assert control_in("　算　了　".replace("算　了", "算了"), Control.STOP) is Control.STOP


def test_only_controls_that_mean_something_at_this_point_count() -> None:
    assert control_in("不用了", Control.YES, Control.BACK) is None
    assert control_in("不用了", Control.NOTHING, Control.STOP) is Control.NOTHING, "the first that fits"


@pytest.mark.parametrize(
    "text",
    [
        "用地有指标吗",
        "用地有指标吗？谢谢",
        "用地有指標嗎",
        "有没有补贴",
        "怎么搬",
        "补贴多少",
        "请问你们几点上班",
        "用地指标谁负责",
        "为什么要留电话",
        "有冇补贴",
        "点样申请",
        "What is the green channel",
        "can I skip this",
        "想了解补贴",
    ],
)
def test_a_question_is_told(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "东莞宏达电子有限公司",
        "我行吗有限公司",
        "王先生",
        "明年",
        "什么时候都可以",
        "哪里都行",
        "没有",
        "还没定",
        "3亿",
        "咩咩羊毛制品厂",
        "",
    ],
)
def test_a_statement_is_no_question(text: str) -> None:
    assert not asks(text)


CORRECTIONS = [
    ("电话改成13900139000", "phone", "13900139000"),
    ("電話改成13900139000", "phone", "13900139000"),
    ("手机号应该是13900139000", "phone", "13900139000"),
    ("请帮我把联系电话改为 13900139000。", "phone", "13900139000"),
    ("手机写错了，应该是13900139000", "phone", "13900139000"),
    ("电话不是13800138000，是13900139000", "phone", "13900139000"),
    ("change my phone to 13900139000", "phone", "13900139000"),
    ("联系人写错了", "name", ""),
    ("联系人写错了，是李小姐", "name", "李小姐"),
    ("联系人换成李小姐", "name", "李小姐"),
    ("不好意思，单位名称错了", "company", ""),
    ("我哋公司名寫錯咗", "company", ""),
    ("公司改成深圳什么都有有限公司", "company", "深圳什么都有有限公司"),
    ("改电话", "phone", ""),
    ("我想修改联系电话", "phone", ""),
    ("电话改一下", "phone", ""),
    ("电话改成", "phone", ""),
    ("投资改成5亿", "investment_yuan", "5亿"),
    ("用地需求改为50亩", "land_square_metres", "50亩"),
    ("需求改成想了解补贴", "need", "想了解补贴"),
    ("项目名称与建设内容改成年产50万台", "details.project", "年产50万台"),
]


@pytest.mark.parametrize(("text", "field", "words"), CORRECTIONS, ids=[text for text, _, _ in CORRECTIONS])
def test_a_correction_names_its_field(text: str, field: str, words: str) -> None:
    found = correction_in(text, STEPS)
    assert found is not None
    assert (found.step.name, found.words) == (field, words)


@pytest.mark.parametrize(
    "text",
    [
        "想把工业用地改成商住用地",
        "想把厂房用途变更为仓储",
        "公司名称要变更",
        "电话是多少",
        "投资",
        "13900139000",
        "想改善用地条件",
        "我们公司做家电",
        "改革开放促进中心",
        "换电池的公司",
        "变更登记怎么办",
        "电话" + "改" * 10_000,
        "",
    ],
)
def test_what_somebody_wants_is_no_correction(text: str) -> None:
    assert correction_in(text, STEPS) is None


def test_every_title_names_its_own_field() -> None:
    places = shipped_industries().names
    for track in (None, *shipped_office().tracks):
        steps = form_steps(places, track)
        assert [named_step(step.title, steps) for step in steps] == list(steps)


def test_what_is_asked_by_a_track_may_be_answered_in_any_words() -> None:
    assert read_answer(" ５００万元\n", "拟融资金额") == "500万元"
    assert read_answer("是", "是否已签约") == "是"
    for nonsense in ("😀😀", "", "？！", "\u202e"):
        with pytest.raises(Unreadable, match="拟融资金额"):
            read_answer(nonsense, "拟融资金额")
    with pytest.raises(Unreadable, match="500个字以内"):
        read_answer("长" * 501, "拟融资金额")


def test_hostile_length_is_looked_at_in_no_time() -> None:
    began = time.perf_counter()
    for text in (
        "改" * 10_000,
        "电话" * 150,
        "请把我的" * 75,
        "算了，" * 3_000,
        "不" * 40,
        "想" * 39,
        "不想方便便" * 8,
        "不填你们您手机号" * 5,
        "👍" * 10_000,
        "什么" * 5_000,
        " " * 300,
        "我们的" * 100 + "公司",
    ):
        control_in(text, *ANY)
        agrees(text)
        asks(text)
        correction_in(text, STEPS)
    assert time.perf_counter() - began < 2
