"""Tables to take away, read back by other programs' eyes."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import openpyxl

from actions.figures.model import Share
from actions.figures.sheets import Sheet, as_csv, as_xlsx

ROWS = (
    ("=HYPERLINK(1)", 3, Share(1, 3), date(2026, 11, 25)),
    ('他说"好",\n', -1.5, Share(0, 0), None),
    ("@a", None, Share(2, 2), date(2026, 1, 1)),
    ("\t-1", 0, Share(0, 5), None),
    ("＝1+1", 1, Share(1, 1), None),
    ("http://example.org", 2, Share(1, 2), None),
)
SHEET = Sheet("x", "表", ("名称", "数", "按期", "日"), ROWS, "（应计）", "（率）")
HEADS = ["名称", "数", "按期", "按期（应计）", "按期（率）", "日"]


def test_a_csv_opens_in_a_spreadsheet_with_no_cell_that_is_a_formula() -> None:
    body = as_csv(SHEET)
    assert body.startswith(b"\xef\xbb\xbf")
    assert b'"\xe4\xbb\x96\xe8\xaf\xb4""\xe5\xa5\xbd"",\n"' in body
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert rows[0] == HEADS
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", '他说"好",\n', "'@a", "'\t-1", "'＝1+1", "http://example.org"]
    assert rows[1][1:] == ["3", "1", "3", "33.3%", "2026-11-25"]
    assert rows[2][1:] == ["-1.5", "0", "0", "", ""]


def test_lines_of_a_csv_end_as_rfc_4180_wants() -> None:
    assert as_csv(Sheet("x", "表", ("甲", "乙"), ((1, "二"),))) == b"\xef\xbb\xbf" + "甲,乙\r\n1,二\r\n".encode()


def test_an_xlsx_has_numbers_days_and_percentages_as_such_and_texts_as_texts() -> None:
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx([SHEET])))["表"]
    assert [cell.value for cell in page[1]] == HEADS
    first = page[2]
    assert (first[0].value, first[0].data_type) == ("=HYPERLINK(1)", "s")
    assert (first[1].value, first[1].data_type) == (3, "n")
    assert (first[4].value, first[4].number_format) == (1 / 3, "0.0%")
    assert (first[5].value, first[5].is_date) == (datetime(2026, 11, 25), True)
    assert page["E3"].value is None
    assert page["A7"].hyperlink is None
    assert page.freeze_panes == "A2"


def test_each_worksheet_has_a_name_that_spreadsheets_take_and_no_other_has() -> None:
    titles = ["按单位", "按单位", "a/b:c", "A b c", "很长" * 20, "很长" * 20, "''"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([Sheet("x", title, ("甲",), ()) for title in titles])))
    assert book.sheetnames == ["按单位", "按单位 2", "a b c", "A b c 2", ("很长" * 20)[:31], ("很长" * 20)[:27] + " 2", "-"]
