"""PDF files that hold text; scans are refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pypdf

from knowledge.errors import Fault
from knowledge.library.located import UnreadableFile
from knowledge.policies.numbering import begins_with_number
from knowledge.policies.paragraph import Paragraph, tidy

_PAGE_NUMBER = re.compile(r"[-–—－·\s]*(第\s*)?\d{1,4}(\s*页)?([/／共\s]+\d{1,4}(\s*页)?)?[-–—－·\s]*")
_GAP = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s+(?=[\u3000-\u9fff\uff00-\uffef])")
_FULL_LINE = 0.85
"""A line at least this wide, measured by the widest so far, goes on in the next."""
_PASSWORD_HINT = "请另存一份没有密码的文件。"  # noqa: S105 - a hint


def read_pdf(path: Path) -> Iterator[Paragraph]:
    """Paragraphs put together again from a PDF's lines. Raises UnreadableFile for what is broken, locked or scanned."""
    with path.open("rb") as file:
        try:
            yield from _paragraphs(path, pypdf.PdfReader(file))
        except UnreadableFile:
            raise
        except Exception as error:  # a broken file makes pypdf raise almost anything
            reason, hint = f"PDF 损坏或过于复杂：{type(error).__name__}。", "请用阅读器打开检查，重新导出为 PDF。"
            raise UnreadableFile(Fault("broken", path, None, reason, hint)) from error


def _paragraphs(path: Path, reader: pypdf.PdfReader) -> Iterator[Paragraph]:
    # Many files are locked against changes only; they open with an empty password.
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableFile(Fault("encrypted", path, None, "PDF 有打开密码。", _PASSWORD_HINT))
    unfinished, widest = "", 0
    for number, page in enumerate(reader.pages, 1):
        lines = _lines(page)
        if not lines and page.images.keys():
            reason, hint = f"第 {number} 页没有文字，像是扫描件。", "请用文字版 PDF 或 Word 文件，或先做文字识别（OCR）并校对。"
            raise UnreadableFile(Fault("scanned", path, None, reason, hint))
        widest = max([widest, *map(_width, lines)])
        *whole, unfinished = _joined(unfinished, lines, _FULL_LINE * widest)
        yield from map(Paragraph, whole)
    yield Paragraph(unfinished)


def _lines(page: pypdf.PageObject) -> list[str]:
    lines = (_without_gaps(tidy(line)) for line in page.extract_text().splitlines())
    return [line for line in lines if line and not _PAGE_NUMBER.fullmatch(line)]


def _without_gaps(line: str) -> str:
    """Spaced type, 实 施 方 案, is read with its gaps; a single space between words is meant."""
    return _GAP.sub("", line) if 3 * len(_GAP.findall(line)) > len(line) else line


def _joined(unfinished: str, lines: Sequence[str], full_width: float) -> list[str]:
    """Paragraphs; the last one may go on, on the next page, and is empty where it does not."""
    paragraphs = [unfinished]
    for line in lines:
        if begins_with_number(line):
            paragraphs.append(line)
        else:
            space = " " if paragraphs[-1][-1:].isascii() and line[0].isascii() else ""
            paragraphs[-1] += space + line
        if _width(line) < full_width:
            paragraphs.append("")
    return paragraphs


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)
