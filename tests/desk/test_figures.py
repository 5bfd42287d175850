"""The pages of figures and their exports."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timezone

import pytest

from actions.questions import Asked, Status
from actions.questions.register import Questions
from desk.pages.figures.districts import elsewhere, tiles
from desk.services import Desk
from docs.desk_sample import add_tickets
from tests.desk.conftest import SignIn

PAGES = ("/figures", "/figures/map", "/figures/assessment")


@pytest.fixture
def filled(desk: Desk) -> int:
    """A month of work; how many tickets."""
    now = datetime.now(timezone.utc)
    Questions(desk.registry.database).record(
        [Asked(now, "m", "web", "x", status, clause, "entry") for status, clause in ((Status.ANSWERED, "task-09"), (Status.ABSTAINED, ""))]
    )
    return len(add_tickets(desk.registry, now, 20))


@pytest.mark.parametrize("path", PAGES)
async def test_without_data_a_page_says_so(sign_in: SignIn, path: str) -> None:
    page = await (await sign_in("supervisor")).get(path)
    assert page.status == 200
    assert "没有数据" in page.text or "0</text>" in page.text
    assert "NaN" not in page.text


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_with_data_a_page_shows_it_in_either_language(sign_in: SignIn, filled: int, path: str, language: str) -> None:
    boss = await sign_in("administrator")
    boss.cookies["desk-language"] = language
    page = await boss.get(f"{path}?period=own&from=2020-01-01&to=2029-01-01")
    assert page.status == 200
    assert "style=" not in page.text


async def test_a_supervisor_sees_their_own_bureaus_tickets_and_no_others(sign_in: SignIn, filled: int) -> None:
    boss, chief = await sign_in("administrator"), await sign_in("supervisor", bureau="市自然资源局")
    query = "?period=own&from=2020-01-01&to=2029-01-01"
    numbers = [re.search(r"登记</dt><dd>([\d,]+)", (await each.get(f"/figures{query}")).text) for each in (boss, chief)]
    assert numbers[0] is not None
    assert numbers[1] is not None
    assert int(numbers[0][1]) == filled > int(numbers[1][1]) > 0
    other = await chief.get(f"/figures{query}&bureau=市金融局")
    assert numbers[1][0] in other.text
    assert "市金融局" not in (await chief.get("/figures/assessment")).text
    assert "市金融局" in (await boss.get("/figures/assessment")).text


async def test_what_is_asked_wrongly_is_this_month(sign_in: SignIn) -> None:
    boss = await sign_in("administrator")
    today = datetime.now(timezone.utc)
    for query in (
        "period=never",
        "period=own&from=x&to=y",
        "period=own&from=2026-02-01&to=2026-01-01",
        "period=own&from=0001-01-01&to=9999-01-01",
    ):
        page = await boss.get(f"/figures?{query}")
        assert page.status == 200
        assert f"{today:%Y-%m}-01 –" in page.text
    assert (await boss.get("/figures/assessment?year=٢٠٢٥")).status == 200


async def test_each_table_is_exported_and_each_export_recorded(sign_in: SignIn, filled: int, desk: Desk) -> None:
    boss = await sign_in("administrator", login="boss")
    query = "period=own&from=2020-01-01&to=2029-01-01"
    names = set(re.findall(r"export/([a-z-]+)\.csv", (await boss.get(f"/figures?{query}")).text))
    assert {"days", "status", "topics", "bureaus", "districts", "times"} <= names
    page = await boss.get(f"/figures/export/states.csv?{query}")
    rows = list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"))))
    assert sum(int(row[1]) for row in rows[1:]) == filled
    assert (await boss.get("/figures/export/none.csv")).status == 404
    logged = [entry.detail or entry.subject for entry in desk.officers.audit.page(limit=5) if entry.action == "figures.exported"]
    assert logged == ["states.csv"]


def test_every_district_of_the_plan_has_a_tile_and_the_rest_is_counted_apart(desk: Desk) -> None:
    directory = desk.registry.office.current.directory
    named = {district for bureau in directory.bureaus for district in bureau.districts}
    assert named == {tile.name for tile in tiles({})}
    drawn = {tile.name: tile.shade for tile in tiles({"廉江市": 8, "雷州市": 1, "火星": 5, "": 2})}
    assert (drawn["廉江市"], drawn["雷州市"], drawn["徐闻县"]) == (4, 1, 0)
    assert elsewhere({"廉江市": 8, "火星": 5, "": 2}) == 7
