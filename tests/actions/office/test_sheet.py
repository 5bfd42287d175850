"""The printed service sheet, as a browser would read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone

import lxml.html  # type: ignore[import-untyped]
import pytest

from actions.office.model import TrackStep
from actions.office.sheet import ServiceSheet, SheetPolicy, masked_name, render_sheet
from actions.office.tracks import read_tracks
from actions.office.workdays import steps_due
from bot.settings import PROJECT
from knowledge.plan import BureauNames, Plan


@pytest.fixture(scope="module")
def sheet(plan: Plan, bureaus: BureauNames) -> ServiceSheet:
    (track,) = [track for track in read_tracks(PROJECT / "actions" / "tracks", plan, bureaus) if track.has_sheet]
    return ServiceSheet(
        ticket="ZJ-261125-7K3QXM",
        issued=date(2026, 11, 25),
        company="东莞宏达电子有限公司",
        contact="王小明",
        project=(("项目名称与建设内容", "年产50万台小家电（一期），计划投资3亿元"), ("拟落户园区", "")),
        policies=tuple(SheetPolicy(plan.by_id[track.clause].number, sentence) for sentence in track.policies),
        source="《实施方案》征求意见稿",
        bureau="市生态环境局",
        officer="",
        hours="工作日 8:30-12:00、14:30-17:30",
        measures=track.service_measures,
        steps=steps_due(track, datetime(2026, 11, 25, 2, 0, tzinfo=timezone.utc)),
    )


def _page(sheet: ServiceSheet) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(render_sheet(sheet, "/desk/static/sheet.css"))


def _text(sheet: ServiceSheet) -> str:
    return str(_page(sheet).text_content())


def test_it_states_what_the_plan_asks_for(sheet: ServiceSheet) -> None:
    page = _page(sheet)
    headings = [heading.text_content() for heading in page.iter("h2")]
    assert headings == ["一、项目信息", "二、环评政策", "三、对接联系人", "四、服务措施", "五、办理步骤"]
    text = page.text_content()
    for part in (
        "环评审批服务单",
        "ZJ-261125-7K3QXM",
        "2026年11月25日",
        "东莞宏达电子有限公司",
        "年产50万台小家电（一期），计划投资3亿元",
        "市生态环境局",
        "工作日 8:30-12:00、14:30-17:30",
        *sheet.measures,
        *(policy.sentence for policy in sheet.policies),
        "（《实施方案》征求意见稿二（三）12）",
    ):
        assert part in text


def test_deadlines_are_headed_as_the_offices_own(sheet: ServiceSheet) -> None:
    table = _page(sheet).find_class("sheet__steps")[0]
    assert "经办单位安排（方案未规定时限）" in table.text_content()
    rows = [[cell.text_content() for cell in row.iter("td")] for row in table.iter("tr")][1:]
    assert rows[0] == ["联系企业，了解项目情况", "市生态环境局", "2026年11月27日"]
    assert len(rows) == len(sheet.steps)


def test_a_step_without_deadline_and_an_estimated_one_are_told_as_such(sheet: ServiceSheet) -> None:
    assert "推算" not in _text(sheet)
    steps = ((TrackStep("跟进", "市生态环境局"), None), (TrackStep("回访", "市生态环境局", 9), date(2040, 1, 3)))
    text = _text(replace(sheet, steps=steps))
    assert "未设时限" in text
    assert "2040年1月3日（推算）" in text
    assert "以国务院办公厅公布的安排为准" in text


def test_what_is_not_known_is_said(sheet: ServiceSheet) -> None:
    assert "待指派" in _text(sheet)
    assert "未填写" in _text(sheet)
    named = _text(replace(sheet, officer="陈科长"))
    assert "陈科长" in named
    assert "待指派" not in named


def test_neither_name_nor_phone_of_the_enterprise_is_printed(sheet: ServiceSheet) -> None:
    free = "找王小明，打138 0013 8000或0759-2345678，微信:wxm_12345"
    text = _text(replace(sheet, project=(("需求", free),)))
    assert "王**" in text
    for secret in ("王小明", "138", "8000", "2345678", "wxm"):
        assert secret not in text


@pytest.mark.parametrize(("name", "shown"), [("王小明", "王**"), ("李", "李**"), (" 欧阳先生", "欧**"), ("John Smith", "J**"), ("", "**")])
def test_a_name_is_masked_whatever_its_length(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_what_was_typed_cannot_become_markup(sheet: ServiceSheet) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    texts = replace(
        sheet,
        ticket=attack,
        title=attack,
        company=attack,
        contact="<script>",
        project=((attack, attack),),
        policies=(SheetPolicy(attack, attack),),
        source=attack,
        bureau=attack,
        officer=attack,
        hours=attack,
        measures=(attack,),
        steps=((TrackStep(attack, attack), None),),
    )
    source = render_sheet(texts, attack)
    page = lxml.html.fromstring(source)
    assert "<script" not in source
    assert not list(page.iter("script", "img"))
    assert page.text_content().count("<script>alert(1)</script>") >= 12
    (link,) = page.iter("link")
    assert link.get("href") == attack


def test_the_sites_policy_lets_it_through(sheet: ServiceSheet) -> None:
    page = _page(sheet)
    assert not list(page.iter("script", "style"))
    assert not page.xpath("//@style | //@*[starts-with(name(), 'on')]")
    assert page.xpath("//link/@href") == ["/desk/static/sheet.css"]


def test_its_styles_are_for_a4_and_fit_its_classes(sheet: ServiceSheet) -> None:
    styles = (PROJECT / "actions" / "office" / "sheet.css").read_text(encoding="utf-8")
    assert "size: A4" in styles
    for name in {name for names in _page(sheet).xpath("//@class") for name in names.split()}:
        assert f".{name}" in styles
