"""The pages of figures."""

from __future__ import annotations

import re

import pytest

from actions.lead.model import Person
from actions.office.workdays import local_date
from actions.tickets.history import utc_now
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU
from tests.actions.tickets.samples import DISTRICT, SUPPORTING
from tests.desk.conftest import SignIn
from tests.desk.figures_samples import HOSTILE, fill, numbers_of, rows_of
from tests.desk.ticket_samples import open_ticket, parsed, words

PAGES = ("/figures", "/figures/map", "/figures/assessment")


@pytest.fixture
def filled(desk: Desk) -> list[str]:
    """The numbers of the tickets."""
    return fill(desk)


@pytest.mark.parametrize("path", PAGES)
async def test_without_data_a_page_says_so_and_draws_nothing(sign_in: SignIn, path: str) -> None:
    page = await (await sign_in("supervisor")).get(path)
    assert page.status == 200
    assert "这段时间没有" in page.text or "这一年没有" in page.text
    assert not parsed(page.text).xpath("//svg[@role]")
    assert not parsed(page.text).xpath("//dl")


async def test_the_main_numbers_say_what_they_are_numbers_of(sign_in: SignIn, filled: list[str]) -> None:
    page = parsed((await (await sign_in("administrator")).get("/figures")).text)
    assert numbers_of(page) == {
        "提问": ("12", "条，含与业务无关的"),
        "答复率": ("70.0%", "业务咨询 10 条，答复 7 条"),
        "方案未载明": ("3", "条未能答复，已指明可咨询的单位或相近条款"),
        "与业务无关": ("2", "条，已婉拒"),
        "满意度": ("80.0%", "评价 5 次，有帮助 4 次"),
        "登记工单": ("3", "件；收到线索 3 条，其中 0 条重复，已并入原工单"),
        "期间办结": ("1", "件，不论何时登记"),
        "首次回应（中位数）": ("0.0 小时", "已回应 1 件，九成不超过 0.0 小时；2 件尚未回应"),
        "办结用时（中位数）": ("0.0 小时", "已办结 1 件，九成不超过 0.0 小时；2 件尚未办结"),
        "按期办结率": ("0.0%", "有时限且已办结或已到期 1 件，按期 0 件"),
        "当前逾期": ("1", "件未办结，不论何时登记"),
    }


async def test_each_table_shows_what_was_counted(sign_in: SignIn, filled: list[str], desk: Desk) -> None:
    page = parsed((await (await sign_in("administrator")).get("/figures")).text)
    clauses = {
        clause: f"{desk.registry.plan.by_id[clause].number} {desk.registry.plan.by_id[clause].title}" for clause in ("task-09", "task-12")
    }
    assert rows_of(page, "topics") == [[clauses["task-09"], "7", "7", "0", "100.0% 7/7"], [clauses["task-12"], "3", "0", "3", "0.0% 0/3"]]
    assert rows_of(page, "channels") == [["网页", "12", "7", "3", "2", "70.0% 7/10"]]
    assert rows_of(page, "most-asked") == [["land", "7"], [HOSTILE, "3"]]
    assert rows_of(page, "satisfaction") == [["有帮助", "80.0% 4/5"], ["没帮助", "20.0% 1/5"]]
    assert [BUREAU, "3", "0", "0", "3"] in rows_of(page, "bureaus")
    assert [DISTRICT, "0", "2", "0", "2"] in rows_of(page, "bureaus")
    assert rows_of(page, "districts") == [["廉江市", "2"], ["（未填写）", "1"]]
    assert rows_of(page, "outcomes") == [["（未注明）", "1"]]
    assert rows_of(page, "times")[0] == ["登记到首次回应", "1", "2", "0.0", "0.0"]
    assert rows_of(page, "deadlines") == [
        ["按期办结", "0.0% 0/1"],
        ["逾期（含到期未办结）", "100.0% 1/1"],
        ["未办结、未到期", "0"],
        ["没有时限", "2"],
    ]


async def test_the_chart_has_a_column_a_day_with_words_for_each_and_a_table_below(sign_in: SignIn, filled: list[str]) -> None:
    today = local_date(utc_now())
    officer = await sign_in("administrator")
    page = parsed((await officer.get("/figures?period=this-year")).text)
    (drawing,) = page.xpath("//svg[@role='img']")
    told = [drawing.xpath(f"./*[@id='{part}']")[0].text_content() for part in drawing.get("aria-labelledby").split()]
    assert told[0] == "提问数量"
    assert "已答复 7，方案未载明 3，与业务无关 2" in drawing.text_content()
    assert [row[1:] for row in rows_of(page, "days")] == [["12", "7", "1", "3", "2"]]
    last = parsed((await officer.get(f"/figures?period=own&from={today.year - 8}-01-01&to={today.year + 1}-01-01")).text)
    assert len(last.xpath("//svg[@role='img']/g")) == 9 * 12 + 1


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_enquirers_wrote_is_shown_as_text_in_either_language(
    sign_in: SignIn, filled: list[str], path: str, language: str
) -> None:
    boss = await sign_in("administrator")
    boss.cookies["desk-language"] = language
    page = await boss.get(path)
    assert page.status == 200
    assert "<script>alert" not in page.text
    assert "{{7*7}}" in page.text or "7*7" not in page.text
    assert " style=" not in page.text


@pytest.mark.parametrize("path", PAGES)
async def test_on_an_english_page_what_is_chinese_is_marked_as_such(sign_in: SignIn, filled: list[str], path: str) -> None:
    boss = await sign_in("administrator", bureau="")
    boss.cookies["desk-language"] = "en"
    page = parsed((await boss.get(path)).text)
    unmarked = [text for text in page.xpath("//main//text()[not(ancestor::*[@lang='zh-Hans'])]") if re.search("[\u4e00-\u9fff]", text)]
    assert unmarked == []
    assert page.xpath("//main//*[@lang='zh-Hans']")


async def test_a_supervisor_sees_their_own_bureaus_tickets_whatever_they_ask_for(sign_in: SignIn, filled: list[str]) -> None:
    for asked in ("", f"?bureau={OTHER_BUREAU}", "?bureau="):
        own = parsed((await (await sign_in("supervisor", bureau=DISTRICT)).get(f"/figures{asked}")).text)
        assert numbers_of(own)["登记工单"][0] == "2"
        assert [row[0] for row in rows_of(own, "bureaus")] == [DISTRICT]
        assert not own.xpath("//select[@name='bureau']")
        sheet = parsed((await (await sign_in("supervisor", bureau=DISTRICT)).get(f"/figures/assessment{asked}")).text)
        assert words(sheet, "//section[starts-with(@aria-labelledby, 'bureau-')]/h2") == [DISTRICT]
    stranger = parsed((await (await sign_in("supervisor", bureau=OTHER_BUREAU)).get("/figures")).text)
    assert "登记工单" not in numbers_of(stranger)
    assert numbers_of(stranger)["提问"][0] == "12"


async def test_an_administrator_chooses_a_bureau_by_any_of_its_names(sign_in: SignIn, filled: list[str]) -> None:
    boss = await sign_in("administrator")
    by_alias = parsed((await boss.get("/figures?bureau=廉江市人民政府")).text)
    assert by_alias.xpath("//option[@selected and ../@name='bureau']/text()") == [DISTRICT]
    assert numbers_of(by_alias)["登记工单"][0] == "2"
    supporting = parsed((await boss.get(f"/figures/assessment?bureau={SUPPORTING}")).text)
    assert "这一年没有须由单位办理的工单。" in supporting.text_content()
    assert numbers_of(parsed((await boss.get("/figures?bureau=火星局")).text))["登记工单"][0] == "3"


async def test_officers_see_no_figures(sign_in: SignIn) -> None:
    officer = await sign_in("officer")
    for path in (*PAGES, "/figures/export/days.csv", "/figures/export.xlsx"):
        assert (await officer.get(path)).status == 403


@pytest.mark.parametrize(
    "query",
    [
        "period=own&from=x&to=y",
        "period=own&from=2026-02-01&to=2026-01-01",
        "period=own&from=2001-01-01&to=2026-01-01",
        "period=own&from=0001-01-01&to=0001-01-02",
        "period=own&from=2026-13-01&to=2026-13-01",
        "period=own&from=٢٠٢٦-01-01&to=2026-01-02",
        "period=own",
    ],
)
async def test_days_that_cannot_be_used_are_said_to_be_so_and_this_month_is_shown(sign_in: SignIn, query: str) -> None:
    page = parsed((await (await sign_in("administrator")).get(f"/figures?{query}")).text)
    assert words(page, "//p[@role='alert']")[0].startswith("起止日期无效，以下为本月数据。")
    assert f"{local_date(utc_now()):%Y-%m}-01 至" in words(page, "//p[@class='about']")[0]
    assert page.xpath("//input[@aria-invalid='true']/@aria-describedby") == ["bad-days", "bad-days"]


async def test_a_period_or_a_year_that_is_none_is_the_present_one(sign_in: SignIn) -> None:
    boss = await sign_in("administrator")
    assert "-01 至" in (await boss.get("/figures?period=never")).text
    for year in ("1999", "9999", "٢٠٢٦", "x", ""):
        title = words(parsed((await boss.get(f"/figures/assessment?year={year}")).text), "//h1")[0]
        assert re.fullmatch(r"20\d\d 年度承接产业转移咨询服务考核表", title)


async def test_the_map_leads_to_the_tickets_that_it_counts(sign_in: SignIn, filled: list[str]) -> None:
    boss = await sign_in("administrator")
    page = parsed((await boss.get("/figures/map?period=this-year")).text)
    (drawing,) = page.xpath("//svg[@class='map']")
    (tile,) = drawing.xpath(".//a")
    assert tile.get("aria-label") == "廉江市：2 件"
    assert "徐闻县：0 件" in drawing.xpath(".//g/@aria-label")
    listed = parsed((await boss.get(tile.get("href").removeprefix("/desk"))).text)
    assert len(listed.xpath("//tbody/tr")) == 2
    assert "另有 1 件未填写地区或填写了其他地方" in page.text_content()
    assert rows_of(page, "districts") == [["廉江市", "2"], ["（未填写）", "1"]]


async def test_nobody_who_asked_is_in_the_figures(sign_in: SignIn, filled: list[str], desk: Desk) -> None:
    open_ticket(desk, 3, person=Person("司马青衫", "+8613911112222"))
    boss = await sign_in("administrator")
    for path in PAGES:
        page = (await boss.get(path)).text
        for hidden in ("司马青衫", "13911112222", "第3号企业"):
            assert hidden not in page
