"""What tells who asked is masked, and nothing else."""

from __future__ import annotations

import pytest

from actions.questions.masking import masked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我电话13800138000，请回复", "我电话[电话],请回复"),
        ("手机138 0013 8000", "手机[电话]"),
        ("手机138-0013-8000", "手机[电话]"),
        ("+86 13800138000", "[电话]"),
        ("全角１３８００１３８０００", "全角[电话]"),
        ("座机0759-3181234", "座机[电话]"),
        ("座机 020 8312 3456", "座机 [电话]"),
        ("香港 +852 9123 4567", "香港 [电话]"),
        ("澳门电话66123456", "澳门电话[电话]"),
        ("身份证440802199003071234可以吗", "身份证[证件号]可以吗"),
        ("身份证 440802 19900307 123X", "身份证 [证件号]"),
        ("卡号6222020200112233445", "卡号[卡号]"),
        ("发到 wang.li@example.com 吧", "发到 [邮箱] 吧"),
        ("加微信：wangli_2020", "加微信:[账号]"),
    ],
)
def test_what_tells_who_asked_is_masked(text: str, kept: str) -> None:
    assert masked(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "到2027年规上工业产值超2500亿元",
        "用地80平方公里",
        "投资12345678元能拿地吗",
        "20260131前能办好吗",
        "500家、1000亩、130亿",
        "RCEP和5G",
    ],
)
def test_figures_of_the_plan_are_left_alone(text: str) -> None:
    assert masked(text) == text
