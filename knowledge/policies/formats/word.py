"""Word files (.docx): paragraphs with their automatic numbers, tables row by row, foot- and endnotes, text boxes.

Not read: headers and footers, comments, pictures, and the table of contents, which would say every heading twice.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import docx
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from knowledge.errors import Fault
from knowledge.library.located import UnreadableFile
from knowledge.policies.formats.word_lists import ListNumbers
from knowledge.policies.paragraph import Paragraph, table_row, tidy

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_XML_BYTES = 30 * 1024 * 1024
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"
_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED = {qn("w:pPr"), qn("w:txbxContent"), f"{_MARKUP}Fallback"}  # a fallback repeats what stands beside it
_WORDS = {qn("w:t"), f"{_MATHS}t"}
_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_TRACKED = [qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo")]
_NOTES = {"footnote": "脚注", "endnote": "尾注"}
_BODY_LEVEL = 9
_STYLE_DEPTH = 20


def read_word(path: Path) -> Iterator[Paragraph]:
    """A Word file's paragraphs in reading order. Raises UnreadableFile for what is broken, locked, dangerous or still under revision."""
    with path.open("rb") as file:
        try:
            _refuse_what_is_dangerous(path, file)
            document = docx.Document(file)
            body = document.element.body
            if next(body.iter(*_TRACKED), None) is not None:
                hint = "请在 Word 里接受或拒绝全部修订后再保存。"
                raise UnreadableFile(Fault("tracked-changes", path, None, "文件里还有未处理的修订，无法确定哪些文字有效。", hint))
            yield from _Reader(document).blocks(body)
        except UnreadableFile:
            raise
        except Exception as error:  # a broken file makes zipfile and python-docx raise almost anything
            reason, hint = f"不是完好的 .docx 文件：{type(error).__name__}。", "请用 Word 打开检查，重新另存为 .docx。"
            raise UnreadableFile(Fault("broken", path, None, reason, hint)) from error


def _refuse_what_is_dangerous(path: Path, file: IO[bytes]) -> None:
    """Look into the archive before it is unpacked as a whole."""
    if file.read(4) == _OLD_OR_LOCKED:
        hint = "请用 Word 打开，去掉密码，另存为 .docx。"
        raise UnreadableFile(Fault("encrypted", path, None, "文件有打开密码，或是旧的 .doc 格式。", hint))
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
        # zipfile itself stops at the size that a part claims to have.
        if sum(p.file_size for p in parts) > MAX_UNPACKED_BYTES or sum(p.file_size for p in xml) > MAX_XML_BYTES:
            raise UnreadableFile(Fault("zip-bomb", path, None, "文件解压后过大。", "请压缩图片，或按章节分成几个文件。"))
        for part in xml:
            # A Word file never declares a document type. Without zeros, UTF-16 reads like ASCII.
            if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):
                reason = f"{part.filename} 含有不允许的 XML 声明。"
                raise UnreadableFile(Fault("xml-entities", path, None, reason, "请用 Word 重新另存。"))


class _Reader:
    def __init__(self, document: Any) -> None:
        self._related = {
            rel.reltype.rsplit("/", 1)[-1]: parse_xml(rel.target_part.blob)
            for rel in document.part.rels.values()
            if not rel.is_external and rel.reltype.endswith(("/numbering", "/footnotes", "/endnotes"))
        }
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))}
        self._numbers = ListNumbers(self._related.get("numbering"))
        self._notes = {
            (kind, note.get(qn("w:id"))): tidy("".join(_words(note)))
            for kind in _NOTES
            for note in self._related.get(f"{kind}s", ())
            if note.tag == qn(f"w:{kind}")
        }

    def blocks(self, container: Any) -> Iterator[Paragraph]:
        """Paragraphs and table rows in any element that holds some."""
        for child in container:
            if child.tag == qn("w:p"):
                yield from self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self._table(child)
            elif child.tag != f"{_MARKUP}Fallback":
                yield from self.blocks(child)

    def _paragraph(self, element: Any) -> Iterator[Paragraph]:
        styles = self._style_chain(element)
        name = styles[0].find(qn("w:name")) if styles else None
        if name is not None and name.get(qn("w:val"), "").lower().startswith("toc"):
            return
        level = _value([element, *styles], "w:outlineLvl")
        heading = 0 if level is None or int(level) >= _BODY_LEVEL else int(level) + 1
        number, words = self._number(element, styles), "".join(_words(element))
        # Word sets them apart by a tab, without which 1. and 500万元 would be read as 1.5 million.
        space = " " if number[-1:].isalnum() or words[:1].isdigit() else ""
        for line in (number + space + words).split("\n"):
            yield Paragraph(line, heading)
        yield from self._beside(element)

    def _beside(self, element: Any) -> Iterator[Paragraph]:
        """The notes and text boxes that hang on a paragraph."""
        for kind, printed in _NOTES.items():
            for reference in element.iter(qn(f"w:{kind}Reference")):
                if words := self._notes.get((kind, reference.get(qn("w:id")))):
                    yield Paragraph(f"{printed}：{words}", is_whole=True)
        for box in element.iter(qn("w:txbxContent")):
            if not any(above.tag == f"{_MARKUP}Fallback" for above in box.iterancestors()):
                yield from self.blocks(box)

    def _style_chain(self, element: Any) -> list[Any]:
        """The paragraph's style and those that it is based on, nearest first."""
        found = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        default = next((s for s in self._styles.values() if s.get(qn("w:default")) == "1" and s.get(qn("w:type")) == "paragraph"), None)
        style = default if found is None else self._styles.get(found.get(qn("w:val")), default)
        chain: list[Any] = []
        while style is not None and len(chain) < _STYLE_DEPTH:  # a broken file may base a style on itself
            chain.append(style)
            base = style.find(qn("w:basedOn"))
            style = None if base is None else self._styles.get(base.get(qn("w:val")))
        return chain

    def _number(self, element: Any, styles: list[Any]) -> str:
        list_id = _value([element, *styles], "w:numPr", "w:numId")
        return self._numbers.next(list_id, int(_value([element, *styles], "w:numPr", "w:ilvl") or 0)) if list_id else ""

    def _table(self, table: Any) -> Iterator[Paragraph]:
        rows: list[tuple[dict[int, str], dict[int, str]]] = []
        """Of each row its own cells, and all that stands in its columns, by column."""
        above: dict[int, str] = {}
        notes: list[Paragraph] = []
        for row in _children(table, "w:tr"):
            cells: dict[int, str] = {}
            column = 0
            for cell in _children(row, "w:tc"):
                span = int(_value([cell], "w:gridSpan", inside="w:tcPr") or 1)
                joined = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                if joined is not None and joined.get(qn("w:val")) != "restart":
                    words = above.get(column, "")
                else:
                    inner = [p for p in self.blocks(cell) if p.text.strip()]
                    words = tidy(" ".join(p.text for p in inner if not p.is_whole))
                    notes += [p for p in inner if p.is_whole]
                cells |= {column: words}
                above |= dict.fromkeys(range(column, column + span), words)
                column += span
            rows.append((cells, dict(above)))
        while rows and len(rows[0][0]) == 1:  # a line across the table, or a frame around ordinary text
            yield from map(Paragraph, rows.pop(0)[0].values())
        if len(rows) == 1:
            yield from map(Paragraph, rows[0][0].values())
        for cells, _ in rows[1:]:
            yield table_row([rows[0][1].get(column, "") for column in cells], list(cells.values()))
        yield from notes


def _words(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _WORDS:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag not in _SKIPPED:
            yield from _words(child)


def _children(element: Any, tag: str) -> Iterator[Any]:
    """Rows or cells, also those inside content controls."""
    for child in element:
        if child.tag == qn(tag):
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")}:
            yield from _children(child, tag)


def _value(elements: list[Any], *path: str, inside: str = "w:pPr") -> str | None:
    """The first value that a paragraph or one of its styles gives for a property."""
    for element in elements:
        found = element.find("/".join(qn(step) for step in (inside, *path)))
        if found is not None:
            return str(found.get(qn("w:val")))
    return None
