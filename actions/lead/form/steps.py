"""The questions of the form: in which order, in which words, and what may be left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from actions.lead.fields import (
    is_exact_investment,
    is_exact_land,
    is_left_open,
    leaves_out_land,
    read_company,
    read_contact,
    read_district,
    read_industry,
    read_investment,
    read_land,
    read_need,
    read_phone,
    read_time,
)
from actions.lead.form.answer import read_answer
from actions.lead.form.draft import DETAILS, Draft
from actions.office.model import Track, TrackField

CONSENT, CONFIRM, WHICH = "consent", "confirm", "which"
"""Steps that are no fields: agreement, the summary, and the choice of what to correct."""

AGREE, DISAGREE = "同意", "不同意"
SUBMIT, CORRECT, STOP = "确认提交", "修改", "不登记了"
SKIP, SKIP_REST = "跳过", "其余跳过"
KEEP, NOTHING = "不改了", "不填"
"""Of a field that has a value already: leave it, or take it away."""
_SQUARE_METRES_A_MU = 10000 / 15
Places = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One field of the form."""

    name: str
    """As in `Draft.values`."""
    title: str
    """As it is headed in the summary."""
    ask: str
    read: Callable[[str], str | int]
    """The value in what was typed. Raises Unreadable."""
    called: tuple[str, ...]
    """Other words by which an enquirer names it: 手机改成…"""
    choices: tuple[str, ...] = ()
    optional: bool = False
    leaves_open: Callable[[str], bool] = is_left_open
    """Whether words that are no value leave an optional field out."""
    is_exact: Callable[[str], bool] = bool
    """Whether a value is what was typed, and need not be shown at once."""

    @property
    def is_track_s(self) -> bool:
        """Whether a track asks it, which may want a yes or a no."""
        return self.name.startswith(DETAILS)

    @property
    def is_free(self) -> bool:
        """Whether any words are an answer."""
        return self.name == "need" or self.is_track_s


def form_steps(places: Places, track: Track | None) -> tuple[Step, ...]:
    """All fields, in the order in which they are asked."""
    own = tuple(_of_track(field) for field in track.fields) if track else ()
    return (
        Step(
            "company",
            "单位名称",
            "请问您单位的全称？个人请填“个人”。",
            read_company,
            ("公司名称", "公司名", "单位", "公司", "企业名称", "名称", "company"),
        ),
        Step("name", "联系人", "请问怎么称呼您？", read_contact, ("联系人", "姓名", "称呼", "名字", "name", "contact")),
        Step(
            "phone",
            "联系电话",
            "请留下联系电话：手机，或带区号的座机；香港、澳门号码请加 852、853。",
            read_phone,
            ("电话", "手机", "手机号", "号码", "电话号码", "phone", "number"),
        ),
        Step(
            "industry",
            "所属行业",
            "贵单位属于什么行业，主要生产什么？",
            read_industry,
            ("行业", "产业", "产品", "industry"),
            ("新能源", "新材料", "电子信息", "装备制造", "轻工纺织"),
        ),
        Step(
            "need",
            "需求",
            "请用一两句话说明您想办的事，例如：想了解厂房用地怎么申请。",
            read_need,
            ("需求", "诉求", "事项", "想办的事", "need"),
        ),
        *own,
        Step(
            "investment_yuan",
            "计划投资",
            "计划投资多少？例如：3 亿、5000 万。",
            read_investment,
            ("投资", "投资额", "金额", "计划投资", "investment"),
            optional=True,
            is_exact=is_exact_investment,
        ),
        Step(
            "land_square_metres",
            "用地需求",
            "大约需要多少用地或厂房面积？例如：50 亩、3 万平方米。",
            read_land,
            ("用地", "土地", "面积", "厂房", "land"),
            optional=True,
            leaves_open=leaves_out_land,
            is_exact=is_exact_land,
        ),
        Step(
            "district",
            "意向地区",
            "想落户哪个县（市、区）？",
            lambda text: read_district(text, places),
            ("地区", "区县", "地点", "落户地", "district"),
            ("主平台", "廉江市", "雷州市", "经开区", "都可以"),
            optional=True,
        ),
        Step(
            "time",
            "计划时间",
            "打算什么时候搬迁或开工？",
            read_time,
            ("时间", "计划时间", "time"),
            ("今年内", "明年", "还没定"),
            optional=True,
        ),
    )


def _of_track(field: TrackField) -> Step:
    name = f"{DETAILS}{field.id}"
    return Step(name, field.name, field.ask, lambda text: read_answer(text, field.name), (field.name,), field.choices, field.optional)


def missing(draft: Draft, steps: Sequence[Step]) -> Step | None:
    """The first field that is neither known nor left out."""
    return next((step for step in steps if step.name not in draft.values and step.name not in draft.skipped), None)


def shown(step: Step, value: str | int) -> str:
    """A value as a person reads it."""
    if step.name == "investment_yuan":
        return shown_yuan(int(value))
    if step.name == "land_square_metres":
        return shown_area(int(value))
    if step.name == "phone":
        return str(value).removeprefix("+86")
    return str(value) or "都可以"


def shown_area(square_metres: int) -> str:
    """An area in the two units that people use."""
    return f"{square_metres} 平方米（约 {square_metres / _SQUARE_METRES_A_MU:.4g} 亩）"


def shown_yuan(amount: int) -> str:
    """An amount of money in the unit that people would say it in."""
    if amount >= 10**8:
        return f"{amount / 10**8:.10g} 亿元"
    return f"{amount / 10**4:.10g} 万元" if amount >= 10**4 else f"{amount} 元"
