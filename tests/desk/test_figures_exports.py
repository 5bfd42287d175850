"""What is taken away of the figures."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import openpyxl
import pytest

from actions.office.workdays import local_date
from actions.questions.model import Asked, Status
from actions.questions.register import Questions
from actions.tickets.history import utc_now
from desk.services import Desk
from tests.actions.officers.samples import BUREAU, OTHER_BUREAU, logged
from tests.actions.tickets.samples import DISTRICT
from tests.desk.browsing import Browsing
from tests.desk.conftest import SignIn
from tests.desk.ticket_samples import open_ticket, parsed

FORMULA = "=HYPERLINK(1)"
TODAY = local_date(utc_now())
PERIOD = f"period=own&from={TODAY.year}-01-01&to={TODAY.year}-12-31"


@pytest.fixture
def filled(desk: Desk) -> None:
    """Two questions, two tickets."""
    asked = (Status.ANSWERED, "task-09"), (Status.ABSTAINED, "")
    Questions(desk.registry.database).record([Asked(utc_now(), "m", "web", "x", status, clause, "entry") for status, clause in asked])
    open_ticket(desk, 0)
    open_ticket(desk, 1, industry=FORMULA)


async def table(officer: Browsing, name: str, query: str = PERIOD) -> list[list[str]]:
    page = await officer.get(f"/figures/export/{name}.csv?{query}")
    assert page.status == 200
    assert page.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"), newline="")))


async def test_every_table_of_the_pages_is_taken_away_by_its_link(sign_in: SignIn, filled: None) -> None:
    boss = await sign_in("administrator")
    links = set()
    for path in ("/figures", "/figures/map", "/figures/assessment"):
        links |= set(parsed((await boss.get(f"{path}?{PERIOD}")).text).xpath("//a[contains(@href, '.csv')]/@href"))
    of_questions = {"days", "topics", "channels", "most-asked"}
    of_tickets = {"bureaus", "districts", "industries", "tracks", "sources", "states", "times", "deadlines"}
    names = {link.split("/export/")[1].split(".csv")[0] for link in links}
    assert names == {*of_questions, *of_tickets, "assessment-year", "assessment"}
    for link in links:
        page = await boss.get(link.removeprefix("/desk"))
        assert page.status == 200
        assert page.text.startswith("\ufeff")
        assert len(page.text.splitlines()) > 1, link
        assert page.headers["Content-Disposition"].startswith('attachment; filename="')
    assert (await boss.get("/figures/export/none.csv")).status == 404
    assert (await boss.get("/figures/export/assessment-none.csv")).status == 404


async def test_a_table_has_the_numbers_of_its_page_and_no_formula(sign_in: SignIn, filled: None) -> None:
    boss = await sign_in("administrator")
    assert await table(boss, "industries") == [["行业", "数量"], [f"'{FORMULA}", "1"], ["小家电制造", "1"]]
    heads, first, *_ = await table(boss, "topics")
    assert heads == ["方案条款", "提问", "已答复", "方案未载明", "答复率", "答复率（应计）", "答复率（比例）"]
    assert first[1:] in (["1", "1", "0", "1", "1", "100.0%"], ["1", "0", "1", "0", "1", "0.0%"])
    months = await table(boss, "assessment")
    assert [DISTRICT, f"{TODAY:%Y-%m}", "2", "0"] == next(row for row in months if row[0] == DISTRICT)[:4]


async def test_a_supervisor_takes_away_their_own_bureaus_numbers(sign_in: SignIn, filled: None) -> None:
    chief = await sign_in("supervisor", bureau=DISTRICT)
    assert {row[0] for row in (await table(chief, "bureaus", f"{PERIOD}&bureau={BUREAU}"))[1:]} == {DISTRICT}
    assert {row[0] for row in (await table(chief, "assessment", f"bureau={BUREAU}"))[1:]} == {DISTRICT}
    stranger = await sign_in("supervisor", bureau=OTHER_BUREAU)
    assert await table(stranger, "bureaus", f"{PERIOD}&bureau=") == [["单位", "牵头", "属地", "配合", "合计"]]


async def test_the_workbook_has_all_tables_with_typed_cells_and_chinese_names(sign_in: SignIn, filled: None) -> None:
    boss = await sign_in("administrator")
    cookie = "; ".join(f"{name}={value}" for name, value in boss.cookies.items())
    async with boss.client.get(f"/desk/figures/export.xlsx?{PERIOD}", headers={"Cookie": cookie}) as response:
        assert response.status == 200
        assert response.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        book = openpyxl.load_workbook(io.BytesIO(await response.read()))
    assert book.sheetnames[:3] == ["说明", "主要指标", "提问数量"]
    assert book.sheetnames[-3:] == ["考核表：各单位全年", "考核表：各单位逐月", "考核表：逐月满意度"]
    about = {row[0]: row[1] for row in book["说明"].iter_rows(min_row=2, values_only=True)}
    assert about["起"] == datetime(TODAY.year, 1, 1)
    assert about["单位"] == "全部单位"
    (day,) = book["提问数量"].iter_rows(min_row=2, values_only=True)
    assert day == (datetime(TODAY.year, TODAY.month, TODAY.day), 2, 1, 0, 1, 0)
    indicators = {row[0]: row[1:4] for row in book["主要指标"].iter_rows(min_row=2, values_only=True)}
    assert indicators["答复率"] == (1, 2, 0.5)
    assert indicators["登记工单"][0] == 2
    assert indicators["满意度"] == (None, None, None)
    assert (book["工单按行业"]["A2"].value, book["工单按行业"]["A2"].data_type) == (FORMULA, "s")


async def test_each_export_is_on_record_with_what_it_was_and_whose_numbers(sign_in: SignIn, filled: None, desk: Desk) -> None:
    boss, chief = await sign_in("administrator", login="boss1"), await sign_in("supervisor", login="chief1", bureau=DISTRICT)
    before = len(logged(desk.officers))
    await boss.get("/figures")
    await boss.get(f"/figures/export/days.csv?{PERIOD}")
    await chief.get("/figures/export.xlsx?period=this-year")
    await boss.get("/figures/export/none.csv")
    rows = [(row["officer"], row["action"], row["subject"], row["bureau"]) for row in logged(desk.officers)[before:]]
    assert rows == [
        ("boss1", "figures.exported", f"days-{TODAY.year}-01-01-{TODAY.year}-12-31.csv", ""),
        ("chief1", "figures.exported", f"figures-{TODAY.year}-01-01-{TODAY}.xlsx", DISTRICT),
    ]
