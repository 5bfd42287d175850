"""Bureau names: slips, short forms and missing separators."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import PlanError
from knowledge.plan import BureauNames, read_bureau_names


def test_a_missing_separator_does_no_harm(bureaus: BureauNames) -> None:
    assert bureaus.split("市财政局市税务局、市金融局") == ("市财政局", "市税务局", "市金融局")


def test_a_separator_inside_brackets_is_part_of_the_name(bureaus: BureauNames) -> None:
    assert bureaus.split("市科技局、各县（市、区）政府（管委会）") == ("市科技局", "各县（市、区）政府（管委会）")


def test_an_unknown_name_is_given_back(bureaus: BureauNames) -> None:
    with pytest.raises(ValueError, match="市外星局"):
        bureaus.split("市财政局、市外星局")


def test_people_s_short_forms_are_recognised_in_order(bureaus: BureauNames) -> None:
    assert bureaus.mentioned_in("我想找工信局，还有市发改局谈谈") == ("市工业和信息化局", "市发展改革局")
    assert bureaus.mentioned_in("随便找谁都行") == ()


def test_a_longer_name_is_not_also_taken_for_a_shorter_one(bureaus: BureauNames) -> None:
    assert bureaus.mentioned_in("联系市市场监督管理局") == ("市市场监督管理局",)


def test_an_alias_of_two_bureaus_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "bureaus.yml"
    file.write_text("bureaus:\n  - {name: 甲局, aliases: [局]}\n  - {name: 乙局, aliases: [局]}\n", encoding="utf-8")
    with pytest.raises(PlanError, match="局 stands for both 甲局 and 乙局"):
        read_bureau_names(file)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bureaus.yml"
    file.write_text("bureaus: [", encoding="utf-8")
    with pytest.raises(PlanError, match=r"bureaus\.yml: cannot read"):
        read_bureau_names(file)
