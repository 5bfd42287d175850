"""Word files for tests: what python-docx cannot make itself, lists numbered as Word does it and footnotes, is put in as XML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def xml(words: str) -> Any:
    """An element with the namespace of Word's own elements."""
    return parse_xml(re.sub(r"^<w:\w+", rf"\g<0> {_W}", words))


def add_list(document: Document, levels: Sequence[tuple[str, str]], number: int = 90) -> None:
    """Define a list by the format and the pattern of each level: ("japaneseCounting", "第%1条")."""
    numbering: Any = document.part.numbering_part.element
    described = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for depth, (form, pattern) in enumerate(levels)
    )
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="{number}">{described}</w:abstractNum>'))
    numbering.append(xml(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'))


def in_list(paragraph: Paragraph, depth: int, number: int = 90) -> Paragraph:
    """Let Word number a paragraph."""
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.append(xml(f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'))
    return paragraph


def add_footnotes(document: Document, notes: Sequence[tuple[Paragraph, str]]) -> None:
    """Put a note at the end of each paragraph."""
    bodies = ""
    for number, (paragraph, words) in enumerate(notes, 1):
        bodies += f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>'
        paragraph._p.append(xml(f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'))
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {_W}>{bodies}</w:footnotes>'.encode()
    package: Any = document.part.package
    document.part.relate_to(Part(PackURI("/word/footnotes.xml"), _PART, blob, package), _RELATION)
