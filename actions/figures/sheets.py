"""Figures as tables to take away: CSV for any spreadsheet, XLSX with all of them.

CSV by RFC 4180, in UTF-8 with a byte order mark, as Excel wants it. No text becomes a formula: see
`actions.spreadsheet`; in XLSX texts are typed as such.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import xlsxwriter

from actions.figures.model import Share
from actions.spreadsheet import as_text

Cell = str | int | float | date | Share | None
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME = 31  # of a worksheet
_WIDEST = 60  # of a column, in characters
_PAPER_A4 = 9


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. A share stands in one cell on a page, and in three when it is taken away: part, whole, percentage."""

    name: str
    """In the address of its export."""
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    whole_head: str = "/"
    """Put behind the head of a share: the column of what it is a share of."""
    rate_head: str = "%"
    """The same, for its percentage."""


@dataclass(frozen=True, slots=True)
class Percentage:
    """A fraction that is shown by the hundred."""

    fraction: float


Plain = str | int | float | date | Percentage | None
"""What a cell holds that is taken away."""


def spread(sheet: Sheet) -> Sheet:
    """The heads as they are taken away, with no rows."""
    are_shares = _are_shares(sheet)
    heads: list[str] = []
    for head, is_share in zip(sheet.heads, are_shares, strict=True):
        heads += [head, f"{head}{sheet.whole_head}", f"{head}{sheet.rate_head}"] if is_share else [head]
    return replace(sheet, heads=tuple(heads), rows=())


def spread_rows(sheet: Sheet) -> Iterator[list[Plain]]:
    """The rows as they are taken away."""
    are_shares = _are_shares(sheet)
    for row in sheet.rows:
        cells: list[Plain] = []
        for cell, is_share in zip(row, are_shares, strict=True):
            if isinstance(cell, Share):
                cells += [cell.part, cell.whole, None if cell.fraction is None else Percentage(cell.fraction)]
            else:
                cells += [cell, *([None, None] if is_share else [])]
        yield cells


def as_csv(sheet: Sheet) -> bytes:
    """One table."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_written(head) for head in spread(sheet).heads])
    writer.writerows([_written(cell) for cell in row] for row in spread_rows(sheet))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """All of them, a worksheet each: numbers, percentages and days as such. Texts never become formulas or links."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "rate": book.add_format({"num_format": "0.0%"}),
    }
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_name(sheet.title, names))
        heads, rows = spread(sheet).heads, list(spread_rows(sheet))
        for column, head in enumerate(heads):
            page.write_string(0, column, head, formats["head"])
            page.set_column(column, column, min(_WIDEST, 2 + max(_width(head), *(_width(row[column]) for row in rows), 6)))
        for place, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _put(page, place, column, cell, formats)
        page.freeze_panes(1, 0)
        page.repeat_rows(0)
        page.set_landscape()
        page.set_paper(_PAPER_A4)
        page.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _are_shares(sheet: Sheet) -> list[bool]:
    return [any(isinstance(row[place], Share) for row in sheet.rows) for place in range(len(sheet.heads))]


def _written(cell: Plain) -> str | int | float | None:
    if isinstance(cell, Percentage):
        return f"{cell.fraction:.1%}"
    if isinstance(cell, date):
        return cell.isoformat()
    return as_text(cell) if isinstance(cell, str) else cell


def _put(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: Plain, formats: dict[str, xlsxwriter.format.Format]) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell)
    elif isinstance(cell, Percentage):
        page.write_number(row, column, cell.fraction, formats["rate"])
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats["day"])
    elif cell is not None:
        page.write_number(row, column, cell)


def _name(title: str, taken: set[str]) -> str:
    """A worksheet's name: none twice, not even in another case, and without what Excel refuses."""
    wanted = _NOT_IN_NAMES.sub(" ", title).strip("' ")[:_LONGEST_NAME] or "-"
    name, place = wanted, 2
    while name.casefold() in taken:
        name = f"{wanted[: _LONGEST_NAME - 4]} {place}"
        place += 1
    taken.add(name.casefold())
    return name


def _width(cell: Plain) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in str(_written(cell) if cell is not None else ""))
