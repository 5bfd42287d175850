"""What is told before anything is taken down."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.office.consent import read_consent, worded
from bot.settings import PROJECT
from knowledge.errors import LibraryError

GOOD = 'version: "2026-11"\ntext: 办结{days}天后删除。\n'


def _write(folder: Path, text: str) -> Path:
    file = folder / "consent.yml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_offices_text_tells_all_that_the_law_asks_for() -> None:
    consent = read_consent(PROJECT / "actions" / "consent.yml")
    told = worded(consent, 90)
    assert len(told) <= 220
    assert "{" not in told
    for part in (
        "湛江产业转移咨询助手及承办责任单位",
        "单位名称、联系人、电话和需求",
        "由湛江产业转移咨询助手及承办责任单位保存",
        "交给承办的责任单位",
        "意向落户地政府",
        "请责任单位与您联系",
        "办结90天后删除",
        "删除我的信息",
        "不同意也不影响您继续提问",
    ):
        assert part in told
    assert consent.version == "2026-11"


@pytest.mark.parametrize(
    ("text", "code", "line", "told"),
    [
        (GOOD.replace("{days}", "90"), "no-days", 2, "{days}"),
        (GOOD.replace("办结", "由{company}办结"), "unknown-placeholder", 2, "{company}"),
        (GOOD.replace("办结", "办结}"), "unknown-placeholder", 2, "不认识 }"),
        ('version: "2026-11"\ntext: ""\n', "shape", 2, "text"),
        (GOOD.splitlines()[1], "missing-key", 1, "version"),
        (GOOD.replace('"2026-11"', "2026"), "type", 1, "加英文引号"),
        (GOOD.replace('"2026-11"', '" "'), "shape", 1, "version"),
        (GOOD + "days: 3\n", "unknown-key", 3, "days"),
        (GOOD.replace("办结", "长" * 220), "too-long", 2, "最多 220"),
        ("", "type", 1, "键值对"),
        ("version: [", "yaml", 2, "YAML"),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(tmp_path: Path, text: str, code: str, line: int, told: str) -> None:
    with pytest.raises(LibraryError) as raised:
        read_consent(_write(tmp_path, text))
    (fault,) = raised.value.faults
    assert (fault.code, fault.line) == (code, line)
    assert told in str(fault)


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="文件打不开"):
        read_consent(tmp_path / "consent.yml")


def test_white_space_around_the_text_is_dropped(tmp_path: Path) -> None:
    consent = read_consent(_write(tmp_path, 'version: " 2026-11 "\ntext: |\n  办结{days}天后删除。\n'))
    assert (consent.version, worded(consent, 30)) == ("2026-11", "办结30天后删除。")
