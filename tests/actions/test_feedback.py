"""Remarks: masked before they are kept, found again, forgotten in time."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from actions.feedback import Kind, Remark, open_remarks
from actions.feedback.masking import masked

NOW = datetime(2026, 11, 1, 8, 30, tzinfo=timezone.utc)


def _remark(question: str, kind: Kind = Kind.DOWN, at: datetime = NOW) -> Remark:
    return Remark(kind, at, "abc", question, "评语", "land", 0.5)


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


def test_remarks_are_kept_masked_and_found_newest_first(tmp_path: Path) -> None:
    remarks = open_remarks(tmp_path / "new" / "feedback.sqlite")
    remarks.add(_remark("第一问，电话13800138000"))
    remarks.add(_remark("第二问", Kind.UP))
    assert [remark.question for remark in remarks.latest()] == ["第二问", "第一问,电话[电话]"]
    assert remarks.latest([Kind.UP]) == [_remark("第二问", Kind.UP)]
    remarks.close()
    assert b"13800138000" not in b"".join(file.read_bytes() for file in (tmp_path / "new").iterdir())


def test_remarks_outlive_a_restart_and_are_forgotten_when_they_are_old(tmp_path: Path) -> None:
    file = tmp_path / "feedback.sqlite"
    first = open_remarks(file)
    first.add(_remark("旧", at=NOW - timedelta(days=181)))
    first.add(_remark("新"))
    first.close()
    again = open_remarks(file)
    assert again.drop_before(NOW - timedelta(days=180)) == 1
    assert [remark.question for remark in again.latest()] == ["新"]
    again.close()


def test_several_threads_may_remark_at_once(tmp_path: Path) -> None:
    remarks = open_remarks(tmp_path / "feedback.sqlite")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(remarks.add, [_remark(f"问题{number}") for number in range(40)]))
    assert len(remarks.latest()) == 40
    remarks.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "feedback.sqlite"
    file.write_text("这不是数据库，这不是数据库，这不是数据库。" * 40, encoding="utf-8")
    with pytest.raises((SQLAlchemyError, sqlite3.DatabaseError)):
        open_remarks(file).add(_remark("问题"))
