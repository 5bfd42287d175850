from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import fields

import pytest

from actions.lead.extract import extract
from actions.lead.model import Lead, Person
from knowledge.plan import read_plan
from knowledge.plan.industries import CLAUSE, IndustryMap, read_industry_map
from knowledge.sources import FOLDER


@pytest.fixture(scope="module")
def industries() -> IndustryMap:
    plan = read_plan(FOLDER / "plan" / "plan.yml")
    return read_industry_map(FOLDER / "plan" / "industries.yml", next(clause for clause in plan.clauses if clause.id == CLAUSE))


@pytest.fixture(scope="module")
def found_in(industries: IndustryMap) -> Callable[[str], dict[str, object]]:
    def products(text: str) -> Sequence[str]:
        return [product.name for product in industries.products_in(text)]

    return lambda text: dict(extract(text, industries.names, products))


Finds = Callable[[str], dict[str, object]]

EVERYTHING = {
    "company": "东莞宏达电子有限公司",
    "name": "王先生",
    "phone": "+8613800138000",
    "industry": "小家电",
    "investment_yuan": 300_000_000,
    "land_square_metres": 33_333,
    "district": "廉江市",
    "time": "明年",
}


def test_one_message_may_say_everything(found_in: Finds) -> None:
    message = "我们是东莞宏达电子有限公司，联系人王先生，电话13800138000，做小家电的，想投3个亿，要50亩地，明年搬到廉江"
    assert found_in(message) == EVERYTHING


def test_the_same_in_cantonese_keeps_the_characters_of_names(found_in: Finds) -> None:
    message = "我哋公司叫東莞宏達電子有限公司，搵王先生，電話一三八零零一三八零零零，做小家電嘅，想投三個億，要五十畝地，聽年搬去廉江"
    assert found_in(message) == EVERYTHING | {"company": "東莞宏達電子有限公司", "time": "聽年"}


def test_the_same_in_english(found_in: Finds) -> None:
    message = (
        "We are Dongguan Hongda Electronics Co., Ltd. Contact: John Smith, phone +852 9123 4567. "
        "We make rice cookers, invest RMB 20 million, need 50 mu, move to Lianjiang next year"
    )
    assert found_in(message) == {
        "company": "Dongguan Hongda Electronics Co., Ltd.",
        "name": "John Smith",
        "phone": "+85291234567",
        "industry": "rice cookers",
        "investment_yuan": 20_000_000,
        "land_square_metres": 33_333,
        "district": "廉江市",
        "time": "next year",
    }


def test_a_form_with_a_field_on_every_line_is_read(found_in: Finds) -> None:
    message = "公司：宏达电子\n联系人：李雷\r\n电话：0759-1234567\n行业：塑料改性\n投资：\uff13亿\n用地：50亩\n区域：廉江\n时间：明年"
    assert found_in(message) == EVERYTHING | {"company": "宏达电子", "name": "李雷", "phone": "+867591234567", "industry": "塑料改性"}


def test_every_field_is_one_of_a_lead_or_a_person() -> None:
    assert set(EVERYTHING) <= {field.name for model in (Lead, Person) for field in fields(model)}


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("我是王经理，13800138000", {"name": "王经理", "phone": "+8613800138000"}),
        ("我姓陈，想了解一下用地", {"name": "陈"}),
        ("我叫李雷，做电饭煲的", {"name": "李雷", "industry": "电饭煲"}),
        ("我们是美的集团", {"company": "美的集团"}),
        ("美的集团股份有限公司，预算5000万", {"company": "美的集团股份有限公司", "investment_yuan": 50_000_000}),
        ("我们是东莞市宏达电子厂", {"company": "东莞市宏达电子厂"}),
        ("我是宏达电子有限公司的王经理", {"company": "宏达电子有限公司", "name": "王经理"}),
        ("我想咨询一下我们东莞宏达电子有限公司能不能搬到廉江", {"company": "东莞宏达电子有限公司"}),
        ("廉江市宏达电器有限公司有什么优惠", {"company": "廉江市宏达电器有限公司"}),
        ("我们是小家电厂", {"industry": "小家电"}),
        ("我们是做家电的公司，想搬去遂溪", {"industry": "家电", "district": "遂溪县"}),
        ("总投资8亿", {"investment_yuan": 800_000_000}),
        ("投资3-5亿", {"investment_yuan": 300_000_000}),
        ("我们去年产值3亿，投资5000万", {"investment_yuan": 50_000_000}),
        ("我们现有厂房5000平方米，需要50亩地", {"land_square_metres": 33_333}),
        ("2015年成立，计划2027年3月投产", {"time": "2027年3月"}),
        ("香港电话91234567", {"phone": "+85291234567"}),
        ("电话91234567", {}),
        ("我姓陈，叫我老陈就行", {"name": "老陈"}),
        ("投资3亿，需要两万方的地", {"investment_yuan": 300_000_000, "land_square_metres": 20_000}),
        ("不去雷州，改去廉江", {"district": "廉江市"}),
        ("想搬到东海岛", {"district": "经开区"}),
    ],
)
def test_what_is_certain_is_found(found_in: Finds, message: str, found: dict[str, object]) -> None:
    assert found_in(message) == found


@pytest.mark.parametrize(
    "message",
    [
        "",
        "你好",
        "想要两万方案",
        "投资2万平方米厂房",
        "南三岛到东海岛的跨海通道",
        "湛江有什么补贴",
        "廉江承接什么产业？",
        "投资3亿能拿多少补贴",
        "投资超过3亿的项目有什么奖励",
        "投资3亿以上的项目",
        "申请扶持资金300万",
        "注册资本5000万",
        "投资500万美元",
        "一期投资3亿，二期投资5亿",
        "每亩投资强度300万",
        "投产后年产值3亿",
        "我们现有厂房5000平方米",
        "一期要30亩，二期要50亩",
        "给华为技术有限公司供货",
        "和王总谈过",
        "我叫你查一下",
        "联系人是谁",
        "我们公司",
        "我们是一家外资公司",
        "我们是东莞的公司",
        "我们不做小家电",
        "小家电的上游在哪里",
        "客户是做家电的",
        "我们不想搬到廉江",
        "搬到廉江或者搬到遂溪",
        "我们在廉江",
        "编号91234567",
        "2027-03-01",
        "方案的目标到2027年是什么",
        "2025年的政策",
        "我们是记账公司",
        "我是人大代表也办厂",
        "链上企业名册谁在管",
        "一人公司和有限公司老板责任差在哪",
        "领导小组 成员单位名单 联络员",
        "各区招商联系人名单发一份",
        "毕业生就业",
        "招生就业处的号码",
        "家里四亩甘蔗地",
        "主平台砍桉树，一平方要交恢复费",
        "落户主平台的工厂怕轮不上批地",
        "东盟产业园落在雷州还是经开区",
        "嗰一百三十億投資包埋定制廠房",
        "去巴厘岛，预算两万",
        "今年新建标准厂房的计划面积",
        "'; DROP TABLE leads;--",
        "<script>alert('有限公司')</script>",
        "😀" * 50,
    ],
)
def test_what_is_not_certain_is_left_to_the_questions(found_in: Finds, message: str) -> None:
    assert found_in(message) == {}


@pytest.mark.parametrize("unit", ["x", "公司", "我们是", "3亿", "3-5亿-", "13800138000 ", "联系人", "搬到廉江", "明年", "A ", "零", "("])
def test_ten_thousand_characters_cost_no_time(found_in: Finds, unit: str) -> None:
    started = time.perf_counter()
    found_in(unit * (10_000 // len(unit)))
    assert time.perf_counter() - started < 1


def test_only_the_beginning_of_a_very_long_message_is_read(found_in: Finds) -> None:
    assert found_in("我姓陈，" + "，" * 10_000 + "电话13800138000") == {"name": "陈"}
