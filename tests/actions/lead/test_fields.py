from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest

from actions.lead.fields import (
    Unreadable,
    is_exact_investment,
    is_exact_land,
    is_left_open,
    is_undecided,
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
from actions.lead.fields.typed import letters, plain, simplified

PLACES = (
    ("廉江市", "廉江市"),
    ("廉江", "廉江市"),
    ("lianjiang", "廉江市"),
    ("遂溪", "遂溪县"),
    ("湛江经开区", "经开区"),
    ("开发区", "经开区"),
)
COMPANY_EXAMPLE = "湛江某某电子有限公司"


def read_place(text: str) -> str:
    return read_district(text, PLACES)


READERS: tuple[Callable[[str], object], ...] = (
    read_company,
    read_contact,
    read_phone,
    read_industry,
    read_need,
    read_investment,
    read_land,
    read_place,
    read_time,
)


def refusal(reader: Callable[[str], object], text: str) -> str:
    with pytest.raises(Unreadable) as refused:
        reader(text)
    return refused.value.message


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("东莞宏达电子有限公司", "东莞宏达电子有限公司"),
        ("我们公司叫宏达电子", "宏达电子"),
        ("叫宏达电子", "宏达电子"),
        ("公司名称：湛江蓝海科技有限公司。", "湛江蓝海科技有限公司"),
        ("公司名称 宏达电子", "宏达电子"),
        ("你好，我们是宏达电子厂", "宏达电子厂"),
        ("我们是东莞宏达电子有限公司，做小家电的", "东莞宏达电子有限公司"),
        ("我是宏达电子有限公司的王经理", "宏达电子有限公司"),
        ("我們公司叫東莞宏達電子有限公司", "東莞宏達電子有限公司"),
        ("公司係宏達集團", "宏達集團"),
        ("我哋公司叫宏達", "宏達"),
        ("We are Dongguan Hongda Electronics Co., Ltd.", "Dongguan Hongda Electronics Co., Ltd."),
        ("ABC Co., Ltd，做家电", "ABC Co., Ltd"),
        ("company name: Foxconn", "Foxconn"),
        ("宏达（东莞）有限公司", "宏达（东莞）有限公司"),
        ("宏达\uff21\uff22\uff23电子", "宏达ABC电子"),
        ("\u202e宏达\u200b电子\x07", "宏达电子"),
        ("  宏达 \t 电子\n公司 ", "宏达 电子 公司"),
        ("美的集团", "美的集团"),
        ("系统集成公司", "系统集成公司"),
        ("华为", "华为"),
        ("58同城", "58同城"),
        ("个人", "个人"),
        ("筹备中", "筹备中"),
        ("人工智能科技", "人工智能科技"),
        ("千亩农场", "千亩农场"),
        ("=宏达电子", "宏达电子"),
    ],
)
def test_the_name_of_a_company_is_read_without_the_words_around_it(typed: str, name: str) -> None:
    assert read_company(typed) == name


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "没有看明白"),
        ("12345", "没有看明白"),
        ("😀😀😀", "没有看明白"),
        ("……！！", "没有看明白"),
        ("哈哈哈哈", "没有看明白"),
        ("宏", "至少写2个字"),
        ("甲乙丙丁" * 20, "60个字以内"),
        ("<script>alert(1)</script>", "请只填公司名称"),
        ("{{宏达}}", "请只填公司名称"),
        ("https://hongda.example", "请只填公司名称"),
        ("www.hongda.example", "请只填公司名称"),
        ("宏达电子13800138000", "请只填公司名称"),
        ("wang@hongda.example", "请只填公司名称"),
        ("不知道", "请填写公司名称"),
        ("没有", "请填写公司名称"),
        ("随便", "请填写公司名称"),
        ("你好", "请填写公司名称"),
        ("公司叫什么", "请填写公司名称"),
        ("一定要填吗？", "请填写公司名称"),
        ("我们公司", "请填写公司名称"),
        ("我们公司是做家电的", "请填写公司名称"),
        ("本公司", "还没有注册的可填“筹备中”，个人请填“个人”"),
        ("我们厂子", "还没有注册的可填“筹备中”，个人请填“个人”"),
        ("转人工", "请填写公司名称"),
        ("没用", "请填写公司名称"),
        ("没听懂", "请填写公司名称"),
        ("什么意思", "请填写公司名称"),
        ("不填", "请填写公司名称"),
        ("先空着", "请填写公司名称"),
        ("50亩", "请填写公司名称"),
        ("三亿元", "请填写公司名称"),
    ],
)
def test_what_is_no_name_of_a_company_is_refused_with_an_example(typed: str, said: str) -> None:
    message = refusal(read_company, typed)
    assert said in message
    assert COMPANY_EXAMPLE in message


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("我姓陈", "陈"),
        ("我姓陳", "陳"),
        ("敝姓陳", "陳"),
        ("免贵姓王", "王"),
        ("我姓欧阳", "欧阳"),
        ("叫我王经理就行", "王经理"),
        ("我姓陈，叫我老陈就行", "老陈"),
        ("我姓陳，叫我陳工就得", "陳工"),
        ("我叫王大明，大家都叫我老王", "老王"),
        ("免贵姓李", "李"),
        ("前台", "前台"),
        ("可以叫我小王", "小王"),
        ("我叫李雷", "李雷"),
        ("我叫李雷，是采购", "李雷"),
        ("联系人：李雷", "李雷"),
        ("联系人是李雷，电话13800138000", "李雷"),
        ("王先生 13800138000", "王先生"),
        ("王经理，电话一三八零零一三八零零零", "王经理"),
        ("我是宏达公司的王经理", "王经理"),
        ("搵陳生", "陳生"),
        ("陈总（采购部）", "陈总（采购部）"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("my name is John Smith", "John Smith"),
        ("I'm Mary O'Neil", "Mary O'Neil"),
        ("Mr. Wang", "Mr. Wang"),
        ("陈", "陈"),
    ],
)
def test_a_contact_is_kept_as_they_call_themselves(typed: str, name: str) -> None:
    assert read_contact(typed) == name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        "😀",
        "保密",
        "不想说",
        "你问这个干嘛",
        "什么？",
        "<b>王</b>",
        "13800138000",
        "王" + "小明" * 20,
        "王先生 440811199001011234",
    ],
)
def test_what_is_no_contact_is_refused_with_an_example(typed: str) -> None:
    assert "例如：陈先生" in refusal(read_contact, typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("\uff11\uff13\uff18\u3000\uff10\uff10\uff11\uff13\u3000\uff18\uff10\uff10\uff10", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("0086-13800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("电话是13800138000，随时打", "+8613800138000"),
        ("Tel.13800138000", "+8613800138000"),
        ("周一13800138000", "+8613800138000"),
        ("电话13800138000（2027年前）", "+8613800138000"),
        ("一三八零零一三八零零零", "+8613800138000"),
        ("幺三八 〇〇幺三 八〇〇〇", "+8613800138000"),
        ("壹叁捌零零壹叁捌零零零", "+8613800138000"),
        ("12345，13800138000，13900139000", "+8613800138000"),
        ("13800138000 13900139000", "+8613800138000"),
        ("13800138000-13900139000", "+8613800138000"),
        ("2027-03-01 13800138000", "+8613800138000"),
        ("+1 650 253 0000 或 13800138000", "+8613800138000"),
        ("0759-1234567转801，手机13900139000", "+8613900139000"),
        ("0759-1234567", "+867591234567"),
        ("（0759）1234567", "+867591234567"),
        ("+86 (0759) 123 4567", "+867591234567"),
        ("打座機 0759 1234567", "+867591234567"),
        ("020-81234567", "+862081234567"),
        ("+852 9123 4567", "+85291234567"),
        ("Tel: (852) 9123-4567", "+85291234567"),
        ("00852 91234567", "+85291234567"),
        ("香港91234567", "+85291234567"),
        ("853 6612 3456", "+85366123456"),
        ("澳門 66123456", "+85366123456"),
        ("香港66123456", "+85266123456"),
        ("13800138000'; DROP TABLE leads;--", "+8613800138000"),
        ("<script>13800138000</script>", "+8613800138000"),
    ],
)
def test_numbers_of_the_mainland_hong_kong_and_macau_are_read(typed: str, number: str) -> None:
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "没有看到有效的电话号码"),
        ("hello", "没有看到有效的电话号码"),
        ("110", "没有看到有效的电话号码"),
        ("138001380001", "没有看到有效的电话号码"),
        ("1234567", "座机请带区号"),
        ("400-800-1234", "没有看到有效的电话号码"),
        ("6222021380013800000", "没有看到有效的电话号码"),
        ("440811199001011234", "没有看到有效的电话号码"),
        ("66123456", "少了区号"),
        ("22881234", "少了区号"),
        ("0759-1234567转801", "分机"),
        ("0759-1234567-801", "分机"),
        ("0759-1234567 ext. 801", "分机"),
        ("+1 650 253 0000", "目前只能登记中国内地、香港和澳门"),
        ("+886 912345678", "目前只能登记中国内地、香港和澳门"),
    ],
)
def test_a_number_that_cannot_be_registered_is_refused_with_the_reason(typed: str, said: str) -> None:
    assert said in refusal(read_phone, typed)


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("3亿", 300_000_000),
        ("\uff13亿", 300_000_000),
        ("3 亿 元", 300_000_000),
        ("3.5个亿", 350_000_000),
        ("一个亿", 100_000_000),
        ("半个亿", 50_000_000),
        ("一个半亿", 150_000_000),
        ("一亿半", 150_000_000),
        ("三亿五", 350_000_000),
        ("三亿五千万", 350_000_000),
        ("三點五億", 350_000_000),
        ("三点二五亿", 325_000_000),
        ("3亿5千万", 350_000_000),
        ("1亿零500万", 105_000_000),
        ("壹亿贰仟万元", 120_000_000),
        ("九千九百九十九亿", 999_900_000_000),
        ("1万亿", 1_000_000_000_000),
        ("5000万", 50_000_000),
        ("12,000万", 120_000_000),
        ("五千万元", 50_000_000),
        ("5千万", 50_000_000),
        ("两千万", 20_000_000),
        ("300萬", 3_000_000),
        ("人民币50,000,000", 50_000_000),
        ("50000000元", 50_000_000),
        ("¥ 20000000", 20_000_000),
        ("RMB 20 million", 20_000_000),
        ("1.2 billion yuan", 1_200_000_000),
        ("3亿左右，2027年到位", 300_000_000),
        ("投3亿5年内到位", 300_000_000),
        ("3亿，要50亩", 300_000_000),
        ("3亿多", 300_000_000),
        ("总投资8亿，一期3亿", 800_000_000),
        ("3亿，厂房2万平方米", 300_000_000),
    ],
)
def test_an_investment_is_read_in_yuan(typed: str, yuan: int) -> None:
    assert read_investment(typed) == yuan


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("约3-5亿", 300_000_000),
        ("3亿到5亿", 300_000_000),
        ("5000万～1亿", 50_000_000),
        ("八千万到一亿", 80_000_000),
        ("3-5千万", 30_000_000),
        ("三到五千万", 30_000_000),
        ("三百到五千万", 3_000_000),
        ("三五个亿", 300_000_000),
        ("两三千万", 20_000_000),
        ("二三十亿", 2_000_000_000),
        ("十几亿", 1_000_000_000),
    ],
)
def test_of_a_range_of_investment_the_lower_bound_is_taken(typed: str, yuan: int) -> None:
    assert read_investment(typed) == yuan


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("5000", "单位是万元还是亿元"),
        ("3个小目标", "单位是万元还是亿元"),
        ("一个小目标", "单位是万元还是亿元"),
        ("两万方", "单位是万元还是亿元"),
        ("2万平方米", "单位是万元还是亿元"),
        ("3000万港币", "人民币"),
        ("3億港幣", "人民币"),
        ("500万美元", "人民币"),
        ("HK$3亿", "人民币"),
        ("USD 5 million", "人民币"),
        ("0", "大于零"),
        ("0亿", "大于零"),
        ("-3亿", "大于零"),
        ("负三亿", "大于零"),
        ("2万亿", "1万亿元以内"),
        ("一期3亿，二期5亿", "总投资额"),
        ("8000-1亿", "没有看明白"),
        ("几千万", "没有看明白"),
        ("几十万", "没有看明白"),
        ("千万不要", "没有看明白"),
        ("", "没有看明白"),
        ("😀", "没有看明白"),
        ("<script>", "没有看明白"),
    ],
)
def test_an_investment_that_is_not_clear_is_asked_for_again(typed: str, said: str) -> None:
    message = refusal(read_investment, typed)
    assert said in message
    assert "例如：3亿元" in message


@pytest.mark.parametrize(
    ("typed", "square_metres"),
    [
        ("50亩", 33_333),
        ("\uff15\uff10亩", 33_333),
        ("五十亩", 33_333),
        ("五十畝地", 33_333),
        ("一百二十畝", 80_000),
        ("1,200亩", 800_000),
        ("200多亩", 133_333),
        ("30亩", 20_000),
        ("半亩", 333),
        ("10万亩", 66_666_667),
        ("3.3万平方米", 33_000),
        ("两万五千平方米", 25_000),
        ("33000㎡", 33_000),
        ("33000 m2", 33_000),
        ("33000平米", 33_000),
        ("三万平方", 30_000),
        ("两万方", 20_000),
        ("2万方左右", 20_000),
        ("要两万方的地", 20_000),
        ("2公顷", 20_000),
        ("2公頃", 20_000),
        ("2 hectares", 20_000),
        ("50 mu", 33_333),
        ("1平方公里", 1_000_000),
        ("50亩（33333平方米）", 33_333),
        ("共80亩，一期30亩", 53_333),
        ("30-50亩", 20_000),
        ("3亩到6亩", 2_000),
        ("三五十亩", 20_000),
        ("三到五百亩", 200_000),
    ],
)
def test_an_area_of_land_is_read_in_square_metres(typed: str, square_metres: int) -> None:
    assert read_land(typed) == square_metres


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("50", "亩还是平方米"),
        ("2万方案", "亩还是平方米"),
        ("20万亩", "10万亩以内"),
        ("0亩", "大于零"),
        ("-5亩", "大于零"),
        ("5万呎", "请按亩或平方米"),
        ("5万平方英尺", "请按亩或平方米"),
        ("10 acres", "请按亩或平方米"),
        ("一期30亩，二期50亩", "总用地面积"),
        ("几十亩", "没有看明白"),
        ("不知道", "没有看明白"),
        ("' OR 1=1", "亩还是平方米"),
        ("", "没有看明白"),
    ],
)
def test_an_area_that_is_not_clear_is_asked_for_again(typed: str, said: str) -> None:
    message = refusal(read_land, typed)
    assert said in message
    assert "例如：50亩" in message


@pytest.mark.parametrize(
    ("typed", "industry"),
    [
        ("小家电", "小家电"),
        ("做小家电的", "小家电"),
        ("搞五金冲压的，顺便做点电镀", "五金冲压，顺便做点电镀"),
        ("我们公司是做家电的", "家电"),
        ("我们主要生产电饭煲", "电饭煲"),
        ("行业是塑料改性", "塑料改性"),
        ("行业：電子", "電子"),
        ("我哋做衫嘅", "做衫"),
        ("造纸", "造纸"),
        ("制造业", "制造业"),
        ("We make rice cookers", "rice cookers"),
    ],
)
def test_an_industry_is_read_without_the_words_around_it(typed: str, industry: str) -> None:
    assert read_industry(typed) == industry


@pytest.mark.parametrize("typed", ["", "电", "12345", "😀😀", "不知道", "<i>电子</i>", "电子13800138000", "要填什么", "家电电子" * 20])
def test_what_is_no_industry_is_refused_with_an_example(typed: str) -> None:
    assert "例如：小家电制造" in refusal(read_industry, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "想要50亩地，最好靠近港口",
        "怎么申请？",
        "<script>alert(1)</script>",
        "'; DROP TABLE leads;--",
        "要五十畝地起廠房",
        "We need land near the port.",
    ],
)
def test_a_need_is_kept_in_its_own_words(typed: str) -> None:
    assert read_need(typed) == typed


def test_a_need_loses_what_cannot_be_seen_and_its_line_breaks() -> None:
    assert read_need("想要\u200b地\u202e\n\n\uff15\uff10亩\x00。") == "想要地 50亩。"


@pytest.mark.parametrize(
    ("typed", "said"), [("好", "至少写2个字"), ("想要土地" * 126, "500个字以内"), ("12345", "没有看明白"), ("ok", "请填写具体需求")]
)
def test_a_need_that_says_nothing_is_asked_for_again(typed: str, said: str) -> None:
    assert said in refusal(read_need, typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("廉江", "廉江市"),
        ("想去廉江市吧", "廉江市"),
        ("Lianjiang please", "廉江市"),
        ("遂溪縣", "遂溪县"),
        ("湛江经开区", "经开区"),
        ("廉江就可以", "廉江市"),
        ("不去遂溪，改去廉江", "廉江市"),
        ("不是遂溪是廉江", "廉江市"),
        ("廉江，不要遂溪", "廉江市"),
        ("东海岛", "经开区"),
        ("Donghai island", "经开区"),
        ("都可以", ""),
        ("沒想好", ""),
        ("随便", ""),
        ("都得", ""),
        ("any", ""),
        ("湛江", ""),
    ],
)
def test_a_district_is_read_as_the_plan_writes_it(typed: str, name: str) -> None:
    assert read_place(typed) == name


@pytest.mark.parametrize(
    "typed", ["深圳", "市区的厂房", "不要廉江", "不去遂溪和廉江", "不要遂溪廉江", "除了廉江都行", "12345", "", "<script>", "many"]
)
def test_an_unknown_or_refused_district_is_answered_with_the_list(typed: str) -> None:
    assert "廉江市、遂溪县、经开区" in refusal(read_place, typed)


def test_of_two_districts_one_is_asked_for() -> None:
    assert "只选一个" in refusal(read_place, "廉江或者遂溪")


@pytest.mark.parametrize(
    "typed", ["明年上半年", "2027年3月", "2027-03", "三个月内", "聽年", "年尾", "尽快", "过完年", "Q3", "next year", "还没定", "随便"]
)
def test_a_time_is_kept_as_it_was_said(typed: str) -> None:
    assert read_time(typed) == typed


@pytest.mark.parametrize("typed", ["", "哈哈", "12345", "😀", "' OR 1=1", "<b>明年</b>", "明年13800138000", "明年" * 40])
def test_what_speaks_of_no_time_is_refused_with_an_example(typed: str) -> None:
    assert "例如：明年上半年" in refusal(read_time, typed)


@pytest.mark.parametrize(
    ("typed", "undecided"),
    [
        ("没想好", True),
        ("都得", True),
        ("无", True),
        ("Any", True),
        ("仲未諗好", True),
        ("廉江", False),
        ("明年", False),
        ("没有污染的电子厂", False),
    ],
)
def test_who_has_not_decided_is_told_from_who_has(typed: str, undecided: bool) -> None:
    assert is_undecided(typed) is undecided


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [
        ("面议", True),
        ("价格面议吧", True),
        ("我们还没定呢", True),
        ("老板说了算", True),
        ("冇所谓", True),
        ("待定，看情况", True),
        ("到时候再说", True),
        ("唔知", True),
        ("not sure yet", True),
        ("都可以", False),
        ("老板", False),
        ("廉江再说", False),
        ("随便建几栋厂房", False),
        ("3亿", False),
        ("", False),
        ("再说" * 1000, False),
    ],
)
def test_what_is_left_open_says_nothing_else(typed: str, is_open: bool) -> None:
    assert is_left_open(typed) is is_open


@pytest.mark.parametrize(
    ("typed", "leaves_out"),
    [
        ("不要地", True),
        ("不用地", True),
        ("唔使地", True),
        ("不买地，租厂房就行", True),
        ("我们先租个标准厂房就行", True),
        ("租", True),
        ("待定", True),
        ("买地", False),
        ("租地50亩", False),
        ("不要廉江的地", False),
        ("", False),
        ("租" * 3000, False),
    ],
)
def test_who_wants_no_land_is_told_from_who_does(typed: str, leaves_out: bool) -> None:
    assert leaves_out_land(typed) is leaves_out


@pytest.mark.parametrize(
    ("typed", "is_exact"),
    [
        ("3亿", True),
        ("投资三亿五千万元", True),
        ("RMB 20 million", True),
        ("12,000万", True),
        ("大约明年，投3亿", True),
        ("搬到廉江投资3亿", True),
        ("5000万下半年到位", True),
        ("3亿，要几十亩地", True),
        ("约3亿", False),
        ("around RMB 20 million", False),
        ("3亿左右", False),
        ("3亿以上", False),
        ("3亿多", False),
        ("不到3亿", False),
        ("不超过3亿", False),
        ("三五千万", False),
        ("十几亿", False),
        ("3-5亿", False),
        ("三亿到五亿", False),
        ("总投资8亿，一期3亿", False),
    ],
)
def test_one_exact_amount_is_told_from_a_vague_one(typed: str, is_exact: bool) -> None:
    assert is_exact_investment(typed) is is_exact


@pytest.mark.parametrize(
    ("typed", "is_exact"),
    [
        ("50亩", True),
        ("50亩，约3亿", True),
        ("2万方", True),
        ("50-80亩", False),
        ("十来亩", False),
        ("200多亩", False),
        ("约50亩", False),
        ("50亩上下", False),
    ],
)
def test_one_exact_area_is_told_from_a_vague_one(typed: str, is_exact: bool) -> None:
    assert is_exact_land(typed) is is_exact


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("typed", ["秘密" * 5000, "暗号zqx" * 30, "{{暗号zqx}}" * 40])
def test_no_refusal_echoes_what_was_typed(reader: Callable[[str], object], typed: str) -> None:
    if reader is read_need and len(typed) <= 500:
        assert reader(typed) == typed
        return
    message = refusal(reader, typed)
    assert "秘密" not in message
    assert "zqx" not in message
    assert len(message) < 200


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("unit", ["叫", "一", "1-", "(", "公司", "联系人", "3-5亿-", "A ", "\u0301", "13800138000 ", "\ufdfa"])
def test_a_long_nonsense_costs_no_time(reader: Callable[[str], object], unit: str) -> None:
    started = time.perf_counter()
    with contextlib.suppress(Unreadable):
        reader(unit * (2000 // len(unit)))
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize("reader", [is_left_open, leaves_out_land, is_exact_investment, is_exact_land])
@pytest.mark.parametrize("unit", ["，", "我们", "还没", "先再", "不要用地", "租个", "3亿", "50亩", "约", "老板定"])
def test_what_is_asked_of_a_message_besides_costs_no_time(reader: Callable[[str], object], unit: str) -> None:
    started = time.perf_counter()
    for length in (29, 39, 2000):
        reader((unit * length)[:length])
    assert time.perf_counter() - started < 1


def test_simplified_text_keeps_every_position() -> None:
    traditional = "我們想投資三億、要五十畝地，聯絡陳總A😀"
    assert simplified(traditional) == "我们想投资三亿、要五十亩地，联络陈总A😀"
    assert len(simplified(traditional)) == len(traditional)


def test_plain_text_keeps_chinese_punctuation_and_drops_lone_surrogates() -> None:
    assert plain("要地，（\uff15\uff10亩）？\ud800\ufeff") == "要地，（50亩）？"


def test_digits_and_emoji_are_no_letters() -> None:
    assert letters("12😀，é中") == 2
