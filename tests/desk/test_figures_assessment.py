"""The page of the assessment sheet."""

from __future__ import annotations

import pytest

from actions.office.workdays import local_date
from actions.tickets.history import utc_now
from desk.pages.figures.views import CLAUSE
from desk.services import Desk
from tests.actions.officers.samples import BUREAU
from tests.actions.tickets.samples import DISTRICT
from tests.desk.conftest import SignIn
from tests.desk.figures_samples import fill, rows_of
from tests.desk.ticket_samples import parsed, words


@pytest.fixture
def filled(desk: Desk) -> list[str]:
    """The numbers of the tickets."""
    return fill(desk)


async def test_the_sheet_quotes_the_plan_and_says_whose_the_indicators_are(sign_in: SignIn, filled: list[str], desk: Desk) -> None:
    page = parsed((await (await sign_in("administrator")).get("/figures/assessment")).text)
    basis = page.xpath("//section[@aria-labelledby='basis']")[0]
    clause = desk.registry.plan.by_id[CLAUSE]
    quoted = "".join(basis.xpath(".//blockquote/text()"))
    assert quoted == "".join(sentence.text.strip() for sentence in clause.sentences[1:])
    assert "每年对任务完成情况进行考核" in quoted
    assert clause.number in basis.text_content()
    assert "没有规定下列指标" in basis.text_content()


async def test_the_sheet_has_a_row_for_each_month_of_each_bureau_and_the_whole_year(sign_in: SignIn, filled: list[str]) -> None:
    page = parsed((await (await sign_in("administrator")).get("/figures/assessment")).text)
    month = f"{local_date(utc_now()).month}月"
    heads = [" ".join(head.split()) for head in page.xpath("(//section[starts-with(@aria-labelledby, 'bureau-')])[1]//thead//th/text()")]
    assert heads == ["月份", "收到", "本单位已回应", "首次回应中位数（天）", "次一工作日内回应", "已办结", "按期办结", "转出"]
    (own,) = page.xpath(f"//section[starts-with(@aria-labelledby, 'bureau-')][h2='{BUREAU}']")
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in own.xpath(".//tbody/tr")]
    assert rows == [
        [month, "3", "1", "0.0", "100.0% 1/1", "1", "0.0% 0/1", "0"],
        ["全年", "3", "1", "0.0", "100.0% 1/1", "1", "0.0% 0/1", "0"],
    ]
    assert rows_of(page, "assessment-year")[0][0] in (BUREAU, DISTRICT)
    assert rows_of(page, "assessment-satisfaction") == [[month, "80.0% 4/5"]]
    for link in page.xpath("//section[@aria-labelledby='sheet-assessment-year']//th/a"):
        assert words(page, f"//h2[@id='{link.get('href').removeprefix('#')}']") == [link.text_content()]
